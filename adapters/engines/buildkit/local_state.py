"""Which folder was built: known to buildx on the machine and for the user that it ran for.

buildx keeps `refs/BUILDER/NODE/REF` with the path of every build (buildx 0.13 to 0.36); the engine
itself is told only of a folder inside a git repository.
"""

import os
import re
from pathlib import Path, PurePath

import msgspec

_REF = re.compile(r"[0-9a-z]{1,64}")
_LARGEST = 65_536


class _State(msgspec.Struct, rename="pascal"):
    local_path: str = ""


def buildx_folder() -> Path:
    """Where buildx keeps its state, by the environment as it reads it."""
    if folder := os.environ.get("BUILDX_CONFIG"):
        return Path(folder)
    return Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker") / "buildx"


def built_folder(ref: str, buildx: Path) -> str:
    """The last part of the folder that a build was made from; empty where that is not known.

    Of a build from a URL or from standard input there is no folder.
    """
    if not _REF.fullmatch(ref):
        return ""
    try:
        for file in buildx.glob(f"refs/*/*/{ref}"):
            with file.open("rb") as opened:
                path = msgspec.json.decode(opened.read(_LARGEST), type=_State).local_path
            # buildx 0.13 takes a URL and the sign for standard input for folders: /https:/… and /-
            name = PurePath(path).name
            return "" if ":/" in path or name == "-" else name
    except (OSError, msgspec.DecodeError):
        pass
    return ""
