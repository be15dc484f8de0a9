"""The ledger: a Merkle tree over the stored bytes and the signed checkpoints of its heads."""
