"""What happened on a container engine and what it means: values in, values out, no I/O."""
