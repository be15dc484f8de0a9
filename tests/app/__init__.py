"""Tests of the use cases, the command line and the desktop app."""
