"""The outside world: engines, stores, read models, report formats, importers."""
