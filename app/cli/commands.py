"""Every command, grouped by what a person wants."""

from app.cli.command import Group
from app.cli.deployments import DEPLOYMENTS
from app.cli.diff import DIFF
from app.cli.doctor import DOCTOR
from app.cli.lineage import LINEAGE
from app.cli.log import LOG
from app.cli.recording import IMPORT, RECORD
from app.cli.recreate import RECREATE
from app.cli.regressions import REGRESSIONS
from app.cli.report import REPORT
from app.cli.service import SERVICE
from app.cli.show import SHOW
from app.cli.state import STATE
from app.cli.status import STATUS
from app.cli.verify import VERIFY
from app.cli.versions import VERSIONS
from app.cli.why import WHY
from app.cli.window import DEMO

GROUPS: tuple[Group, ...] = (
    Group("Record what happens", (RECORD, IMPORT, STATUS, SERVICE)),
    Group("Look back", (LOG, STATE, DIFF, SHOW, WHY, RECREATE)),
    Group("Images and what became of them", (VERSIONS, LINEAGE, DEPLOYMENTS, REGRESSIONS)),
    Group("Hand over and prove", (REPORT, VERIFY)),
    Group("Get going", (DEMO, DOCTOR)),
)
"""The order is that of `shipslog --help`."""
