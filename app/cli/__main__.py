"""Lets `python -m app.cli` do what `shipslog` does."""

import sys

from app.cli.main import main

sys.exit(main())
