"""Tests of how engines are found, connected to and read."""
