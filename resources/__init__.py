"""Icons, templates and the bundled sample history, read with `importlib.resources`."""
