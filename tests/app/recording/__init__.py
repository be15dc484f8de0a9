"""Tests of recording and importing, over the fake engine and a real store."""
