"""Docker-compatible engines: found, connected to and read; never written to."""
