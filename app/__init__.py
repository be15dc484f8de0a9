"""Use cases, the `shipslog` command line and the Qt desktop app."""
