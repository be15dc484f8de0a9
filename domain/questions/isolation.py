"""How far a container is kept apart from its host and its neighbours, and what weakens that.

A container has its own processes, network and file system, unless somebody shared them. Findings
carry the number of the recommendation of the CIS Docker Benchmark 1.6 that they are evidence for.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum

import msgspec

from domain.facts.container import Configuration, Mount
from domain.questions.ports import is_everywhere, read_port
from domain.questions.writing import Json, written_moment


class Weight(StrEnum):
    """How much a finding weakens the isolation."""

    HIGH = "high"
    """The way to the host is open, or all but open."""
    MEDIUM = "medium"
    LOW = "low"
    """A hardening that was not chosen."""


class Finding(msgspec.Struct, frozen=True):
    """One thing that weakens the isolation."""

    rule: str
    weight: Weight
    cis: str | None
    """The number in the CIS Docker Benchmark 1.6; None where it has none."""
    sentence: str


class Lasting(msgspec.Struct, frozen=True):
    """A finding and the stretch in which it held."""

    finding: Finding
    start: int
    end: int | None
    """None while it holds."""


_STRONG = ("ALL", "SYS_ADMIN", "SYS_MODULE", "SYS_PTRACE", "SYS_RAWIO", "SYS_BOOT", "SYS_TIME")
_CHANGES_THE_HOST = frozenset({*_STRONG, "DAC_READ_SEARCH", "BPF", "NET_ADMIN"})
_SENSITIVE = ("/boot", "/dev", "/etc", "/lib", "/proc", "/sys", "/usr", "/root", "/var/lib/docker")
_SOCKETS = ("docker.sock", "podman.sock", "containerd.sock", "crio.sock")
_MOST_RETRIES = 5
_PRIVILEGED_PORTS = range(1, 1024)
_USUAL_NETWORKS = ("", "default", "bridge")


def findings(asked: Configuration) -> list[Finding]:
    """What weakens the isolation of a container with this configuration, the worst first."""
    found = [
        *_privileges(asked),
        *_namespaces(asked),
        *_mounts(asked),
        *_network(asked),
        *_limits(asked),
    ]
    order = list(Weight)
    return sorted(found, key=lambda each: order.index(each.weight))


def lasting(configurations: Sequence[tuple[int, Configuration]], end: int | None) -> list[Lasting]:
    """The findings of a life, each with the stretch in which it held.

    Of the configurations each holds from its moment to the next one's, the last until `end`.
    """
    held: list[Lasting] = []
    open_: dict[Finding, int] = {}
    for moment, asked in configurations:
        now = dict.fromkeys(findings(asked))
        for finding in [each for each in open_ if each not in now]:
            held.append(Lasting(finding, open_.pop(finding), moment))
        for finding in now:
            open_.setdefault(finding, moment)
    held += [Lasting(finding, start, end) for finding, start in open_.items()]
    order = list(Weight)
    return sorted(held, key=lambda each: (order.index(each.finding.weight), each.start))


def _privileges(asked: Configuration) -> Iterator[Finding]:
    options = asked.security_options
    if asked.privileged:
        yield _high("privileged", "5.5", "Privileged: it may do to the host whatever root may.")
    else:
        yield from _unprivileged(asked)
    if _is_root(asked.user):
        yield _medium("root", "4.1", "Its process runs as root.")
    for capability in asked.cap_add:
        name = capability.upper().removeprefix("CAP_")
        weight = Weight.HIGH if name in _CHANGES_THE_HOST else Weight.MEDIUM
        sentence = f"It was given the capability {name}."
        yield Finding(f"capability {name}", weight, "5.4", sentence)
    if not any(each.startswith("no-new-privileges") and "false" not in each for each in options):
        yield _low("new privileges", "5.26", "Its programs may gain privileges (setuid).")
    if not asked.read_only_root:
        yield _low("writable root", "5.13", "Its root file system is writable.")


def _unprivileged(asked: Configuration) -> Iterator[Finding]:
    """What a privileged container has anyway."""
    options = {each.replace(":", "=", 1) for each in asked.security_options}
    if "seccomp=unconfined" in options:
        yield _high("seccomp", "5.22", "No seccomp profile: every system call is open to it.")
    if "apparmor=unconfined" in options or asked.apparmor_profile == "unconfined":
        yield _medium("apparmor", "5.2", "AppArmor does not confine it.")
    if "label=disable" in options and asked.pid_mode != "host" and asked.ipc_mode != "host":
        yield _medium("selinux", "5.3", "SELinux does not confine it.")
    if asked.system_paths_unconfined:
        yield _medium("system paths", None, "Nothing of /proc and /sys is hidden from it.")
    for device in asked.devices:
        path = device.partition(":")[0]
        yield _medium(f"device {path}", "5.18", f"It has the host's device {path}.")
    for rule in asked.device_cgroup_rules:
        yield _medium(f"devices {rule}", "5.18", f"It may use the host's devices {rule}.")


def _is_root(user: str) -> bool:
    return user.partition(":")[0] in ("", "0", "root")


def _namespaces(asked: Configuration) -> Iterator[Finding]:
    for field, name, cis, weight, sentence in (
        ("network_mode", "network", "5.10", Weight.HIGH, "It uses the host's network as its own."),
        ("pid_mode", "processes", "5.16", Weight.HIGH, "It sees and reaches the host's processes."),
        ("ipc_mode", "ipc", "5.17", Weight.MEDIUM, "It shares memory with the host's processes."),
        ("uts_mode", "hostname", "5.21", Weight.MEDIUM, "It may change the host's name."),
        ("userns_mode", "users", "5.31", Weight.MEDIUM, "Its users are the host's own."),
        ("cgroupns_mode", "cgroups", None, Weight.LOW, "It sees the host's control groups."),
    ):
        if getattr(asked, field) == "host":
            yield Finding(f"host {name}", weight, cis, sentence)


def _mounts(asked: Configuration) -> Iterator[Finding]:
    for mount in asked.mounts:
        if mount.type != "bind":
            continue
        if mount.source.endswith(_SOCKETS):
            sentence = f"Through {mount.destination} it commands the engine, and so the host."
            yield _high(f"socket {mount.source}", "5.32", sentence)
        elif _is_sensitive(mount):
            how = "write" if mount.writable else "read"
            sentence = f"It may {how} the host's {mount.source} at {mount.destination}."
            weight = Weight.HIGH if mount.writable else Weight.MEDIUM
            yield Finding(f"mount {mount.source}", weight, "5.6", sentence)
        if mount.propagation in ("shared", "rshared"):
            sentence = f"What it mounts under {mount.destination} is mounted on the host too."
            yield _medium(f"propagation {mount.source}", "5.20", sentence)


def _is_sensitive(mount: Mount) -> bool:
    source = mount.source.rstrip("/")
    return source == "" or any(
        source == each or source.startswith(f"{each}/") for each in _SENSITIVE
    )


def _network(asked: Configuration) -> Iterator[Finding]:
    for text in asked.ports:
        port = read_port(text)
        if is_everywhere(port):
            sentence = f"Its port {port.inside} is published on every address of the host."
            yield _medium(f"port {port.inside}", "5.14", sentence)
        if port.outside.isdigit() and int(port.outside) in _PRIVILEGED_PORTS:
            sentence = f"It takes the host's port {port.outside}, which is below 1024."
            yield _low(f"host port {port.outside}", "5.8", sentence)
    if asked.network_mode in _USUAL_NETWORKS:
        yield _low("default bridge", "5.30", "It is in the network that all containers share.")


def _limits(asked: Configuration) -> Iterator[Finding]:
    if not asked.memory_bytes:
        yield _low("memory", "5.11", "Its memory is not limited.")
    if not (asked.nano_cpus or asked.cpu_shares or asked.cpu_quota or asked.cpuset_cpus):
        yield _low("cpu", "5.12", "Its processor time is not limited.")
    if asked.pids_limit <= 0:
        yield _low("pids", "5.29", "The number of its processes is not limited.")
    if asked.oom_kill_disable:
        yield _medium("oom", None, "The kernel may not end it when memory runs out.")
    if asked.cgroup_parent:
        sentence = f"Its control group is below {asked.cgroup_parent}."
        yield _low("cgroup parent", "5.25", sentence)
    if asked.restart_policy and not (
        asked.restart_policy == "on-failure" and 0 < asked.restart_retries <= _MOST_RETRIES
    ):
        sentence = f"The engine restarts it without end ({asked.restart_policy})."
        yield _low("restart policy", "5.15", sentence)
    if asked.healthcheck is None or asked.healthcheck.test in ((), ("NONE",)):
        yield _low("health check", "5.27", "Nothing checks its health.")


def _high(rule: str, cis: str | None, sentence: str) -> Finding:
    return Finding(rule, Weight.HIGH, cis, sentence)


def _medium(rule: str, cis: str | None, sentence: str) -> Finding:
    return Finding(rule, Weight.MEDIUM, cis, sentence)


def _low(rule: str, cis: str | None, sentence: str) -> Finding:
    return Finding(rule, Weight.LOW, cis, sentence)


def to_json(held: Sequence[Lasting]) -> list[Json]:
    """The findings as `shipslog show --format json` prints them."""
    return [
        {
            "rule": each.finding.rule,
            "weight": each.finding.weight.value,
            "cis": each.finding.cis,
            "sentence": each.finding.sentence,
            "from": written_moment(each.start),
            "to": written_moment(each.end),
        }
        for each in held
    ]
