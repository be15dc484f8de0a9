"""How fast, beside a peer measured in the same run; `python -m tests.benchmarks` prints a table."""
