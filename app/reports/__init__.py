"""The history report: gathered from the read model and the store, written in any format."""
