"""Reading build history, against recordings and a fake engine."""
