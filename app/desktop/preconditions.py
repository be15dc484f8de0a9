"""What must hold before Qt is touched, each failure as one sentence instead of an abort."""

import platform
import sys
from collections.abc import Mapping
from importlib import metadata

_UNSOUND_SINCE = (6, 12)
_SOUND_PYTHON = (3, 12)


def refusal(environment: Mapping[str, str]) -> str | None:
    """Why the desktop app cannot start here; None where it can."""
    return unsound_qt(_installed_qt(), sys.version_info[:2]) or no_display(
        environment, sys.platform
    )


def unsound_qt(qt_version: str | None, python: tuple[int, int]) -> str | None:
    """PySide6 6.12 loses references to None before CPython 3.12 and dies within seconds."""
    if qt_version is None:
        return "The desktop app needs PySide6-Essentials: pip install 'PySide6-Essentials<6.12'."
    major, minor = (int(part) for part in qt_version.split(".")[:2])
    if (
        (major, minor) < _UNSOUND_SINCE
        or python >= _SOUND_PYTHON
        or platform.python_implementation() != "CPython"
    ):
        return None
    return (
        f"PySide6 {qt_version} crashes on Python {python[0]}.{python[1]}: "
        "pip install 'PySide6-Essentials<6.12', or use Python 3.12 or newer."
    )


def no_display(environment: Mapping[str, str], system: str) -> str | None:
    """Qt aborts the process where it finds no screen."""
    if system != "linux" or environment.get("QT_QPA_PLATFORM"):
        return None
    if environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"):
        return None
    return (
        "There is no display for a window (neither DISPLAY nor WAYLAND_DISPLAY is set); "
        "the commands work without one: try `shipslog log` or `shipslog state`."
    )


def _installed_qt() -> str | None:
    try:
        return metadata.version("PySide6-Essentials")
    except metadata.PackageNotFoundError:
        return None
