"""The event store in one SQLite file: written through `eventsourcing`, sealed by the ledger."""
