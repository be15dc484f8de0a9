"""How a container was set up, in the words that people know from `docker run` and Compose."""

from app.desktop.detail.particulars import Particular
from app.desktop.moment_text import bytes_text
from domain.facts.container import Configuration, Mount

_ROOTS_WORDS = (
    ("privileged", "privileged: may do whatever the machine may"),
    ("system_paths_unconfined", "nothing of /proc and /sys is hidden"),
    ("oom_kill_disable", "the kernel may not end it for want of memory"),
)
_SHARED = (("network_mode", "network"), ("pid_mode", "processes"), ("ipc_mode", "IPC"))


def setup_lines(setup: Configuration) -> list[Particular]:
    """The lines of what is set, and before them what weakens its isolation."""
    told = [
        ("Entrypoint", " ".join(setup.entrypoint)),
        ("Command", " ".join(setup.command)),
        ("Ports", ", ".join(setup.ports)),
        ("Networks", ", ".join(setup.networks)),
        ("User", setup.user),
        ("Working folder", setup.working_dir),
        ("Restart policy", _restart(setup)),
        ("Limits", _limits(setup)),
        ("Capabilities", _capabilities(setup)),
        ("Variables", ", ".join(each.name for each in setup.variables)),
    ]
    lines = [Particular(label, value) for label, value in told if value]
    lines += [Particular("Mount", _mount(each)) for each in setup.mounts]
    weak = isolation_lines(setup)
    head = [Particular("Isolation"), *weak] if weak else []
    return [*head, Particular("Setup"), *lines] if lines else head


def isolation_lines(setup: Configuration) -> list[Particular]:
    """What lets the container reach out of itself, a line each."""
    found = [words for name, words in _ROOTS_WORDS if getattr(setup, name)]
    found += [f"shares the machine's {w}" for name, w in _SHARED if getattr(setup, name) == "host"]
    found += [
        f"reaches the engine itself through {each.destination}"
        for each in setup.mounts
        if each.source.endswith((".sock",)) and "/run/" in each.source
    ]
    found += [f"has the device {each}" for each in setup.devices]
    return [Particular("!", each) for each in found]


def _restart(setup: Configuration) -> str:
    retries = f", at most {setup.restart_retries} times" if setup.restart_retries else ""
    return f"{setup.restart_policy}{retries}" if setup.restart_policy else ""


def _limits(setup: Configuration) -> str:
    told = [
        f"memory {bytes_text(setup.memory_bytes)}" if setup.memory_bytes else "",
        f"{setup.nano_cpus / 1e9:g} processors" if setup.nano_cpus else "",
        f"{setup.pids_limit} processes" if setup.pids_limit > 0 else "",
    ]
    return ", ".join(each for each in told if each)


def _capabilities(setup: Configuration) -> str:
    return " ".join([*(f"+{each}" for each in setup.cap_add), *(f"-{e}" for e in setup.cap_drop)])


def _mount(mount: Mount) -> str:
    source = mount.name or mount.source
    where = f"{source} → {mount.destination}" if source else mount.destination
    return f"{where} ({mount.type}{'' if mount.writable else ', read-only'})"
