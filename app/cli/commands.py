"""Every command, grouped by what a person wants."""

from app.cli.command import Group
from app.cli.doctor import DOCTOR
from app.cli.recording import IMPORT, RECORD
from app.cli.status import STATUS
from app.cli.verify import VERIFY
from app.cli.window import DEMO

GROUPS: tuple[Group, ...] = (
    Group("Record what happens", (RECORD, IMPORT, STATUS)),
    Group("Hand over and prove", (VERIFY,)),
    Group("Get going", (DEMO, DOCTOR)),
)
"""The order is that of `shipslog --help`."""
