"""The formats in which a history is handed over: HTML, CSV and JSON lines."""
