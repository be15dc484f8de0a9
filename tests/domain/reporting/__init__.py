"""Tests of how engines' events become facts."""
