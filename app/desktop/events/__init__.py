"""The list of events: filter, words and table."""
