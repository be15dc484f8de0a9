"""Which keeper of services a platform has."""

from app.service import launchd, systemd, task_scheduler
from app.service.manager import Manager
from domain.errors import ShipslogError


def manager_of(system: str) -> Manager:
    """The keeper of services on a platform, as `sys.platform` names it.

    Raises:
        ShipslogError: the platform has none that Shipslog knows.
    """
    if system == "linux":
        return systemd.manager()
    if system == "darwin":
        return launchd.manager()
    if system == "win32":
        return task_scheduler.manager()
    raise ShipslogError(
        f"Shipslog knows no way to install services on {system}; start `shipslog record` from "
        "whatever starts programs at login here."
    )
