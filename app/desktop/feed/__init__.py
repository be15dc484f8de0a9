"""The history, read in a thread of its own and handed over as snapshots."""
