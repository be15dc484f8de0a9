"""Recording: from the engines' event streams, inspections and snapshots into the store."""
