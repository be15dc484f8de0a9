"""What Podman itself gives every container, and what it writes in words of its own."""

import re

import msgspec

from domain.facts.container import Configuration, Mount, Variable
from domain.facts.image import Description

_ITS_OWN = {
    "pid_mode": ("private",),
    "uts_mode": ("private",),
    "ipc_mode": ("shareable",),
    "runtime": ("oci", "crun"),
    "stop_timeout_seconds": (10,),
    "shm_bytes": (65_536_000,),
    "memory_swappiness": (0,),
    "working_dir": ("/",),
}
_UNSET = Configuration()
_ITS_VARIABLES = frozenset({"container", "HOSTNAME"})
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_LIMIT = "RLIMIT_"
_NOTES = "io.podman.annotations."
_USUAL_OPTIONS = frozenset({"rw", "rprivate", "rbind", "bind", "nosuid", "nodev"})
_MADE_UP_NAME = re.compile(r"[0-9a-f]{64}")
_SIGNALS = {"1": "HUP", "2": "INT", "3": "QUIT", "9": "KILL", "10": "USR1", "12": "USR2"}
_USUAL_SIGNAL = "15"


def without_podmans_own(asked: Configuration, image: Description) -> Configuration:
    """What somebody chose, in the words that the command line takes."""
    own = {
        field: getattr(_UNSET, field)
        for field, values in _ITS_OWN.items()
        if getattr(asked, field) in values and getattr(image, field, None) not in values
    }
    named = {each.name for each in image.variables}
    replaced = msgspec.structs.replace(
        asked,
        variables=tuple(
            each for each in asked.variables if each.name in named or not _is_its_own(each, asked)
        ),
        ulimits=tuple(map(_ulimit, asked.ulimits)),
        annotations={k: v for k, v in asked.annotations.items() if not k.startswith(_NOTES)},
        security_options=tuple(each for each in asked.security_options if each != "unmask=all"),
        mounts=tuple(map(_mount, asked.mounts)),
        stop_signal=_signal(asked.stop_signal),
        # It writes a number of processors in both ways.
        cpu_quota=0 if asked.nano_cpus else asked.cpu_quota,
        cpu_period=0 if asked.nano_cpus else asked.cpu_period,
    )
    return msgspec.structs.replace(replaced, **own)


def _is_its_own(variable: Variable, asked: Configuration) -> bool:
    """Whether Podman gave it, as far as can be told."""
    if variable.name == "TERM":
        return asked.tty
    return variable.name in _ITS_VARIABLES or (variable.name, variable.value) == ("PATH", _PATH)


def _ulimit(text: str) -> str:
    return text.removeprefix(_LIMIT).lower() if text.startswith(_LIMIT) else text


def _mount(mount: Mount) -> Mount:
    """Podman names a volume without a name itself, and says what holds for each."""
    made_up = mount.type == "volume" and _MADE_UP_NAME.fullmatch(mount.name)
    return msgspec.structs.replace(
        mount,
        form="anonymous" if made_up else mount.form,
        options=tuple(each for each in mount.options if each not in _USUAL_OPTIONS),
    )


def _signal(text: str) -> str:
    if text == _USUAL_SIGNAL:
        return ""
    return f"SIG{_SIGNALS[text]}" if text in _SIGNALS else text
