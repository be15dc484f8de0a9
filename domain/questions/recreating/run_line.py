"""The `docker run` or `podman run` line that gives a container again.

Options are long and one to a group, so that each gets a line of its own. A container in several
networks is created, put into them and started, which every version of the command line can do.
"""

import csv
import shlex
from collections.abc import Iterable, Iterator, Sequence

from domain.facts.container import Configuration, Endpoint, Healthcheck, Mount
from domain.questions.ports import read_port
from domain.questions.recreating.chosen import Chosen
from domain.questions.recreating.values import cpus, duration, size

Group = tuple[str, ...]
Command = list[Group]

SECCOMP_FILE = "seccomp.json"
"""Where a profile of its own must be put: it was given as a file."""

_WORDS = (
    ("hostname", "hostname"),
    ("domainname", "domainname"),
    ("user", "user"),
    ("working_dir", "workdir"),
    ("stop_signal", "stop-signal"),
    ("runtime", "runtime"),
    ("pid_mode", "pid"),
    ("ipc_mode", "ipc"),
    ("uts_mode", "uts"),
    ("userns_mode", "userns"),
    ("cgroupns_mode", "cgroupns"),
    ("cgroup_parent", "cgroup-parent"),
    ("cpuset_cpus", "cpuset-cpus"),
    ("cpuset_mems", "cpuset-mems"),
    ("volume_driver", "volume-driver"),
    ("log_driver", "log-driver"),
)
_SWITCHES = (
    ("tty", "tty"),
    ("stdin_open", "interactive"),
    ("init", "init"),
    ("auto_remove", "rm"),
    ("privileged", "privileged"),
    ("read_only_root", "read-only"),
    ("publish_all_ports", "publish-all"),
    ("oom_kill_disable", "oom-kill-disable"),
)
_LISTS = (
    ("cap_add", "cap-add"),
    ("cap_drop", "cap-drop"),
    ("group_add", "group-add"),
    ("device_cgroup_rules", "device-cgroup-rule"),
    ("dns", "dns"),
    ("dns_options", "dns-option"),
    ("dns_search", "dns-search"),
    ("extra_hosts", "add-host"),
    ("exposed_ports", "expose"),
    ("volumes_from", "volumes-from"),
    ("tmpfs", "tmpfs"),
    ("storage_options", "storage-opt"),
    ("ulimits", "ulimit"),
    ("sysctls", "sysctl"),
    ("log_options", "log-opt"),
)
_SIZES = (
    ("shm_bytes", "shm-size"),
    ("memory_bytes", "memory"),
    ("memory_swap_bytes", "memory-swap"),
    ("memory_reservation_bytes", "memory-reservation"),
)
_NUMBERS = (
    ("cpu_shares", "cpu-shares"),
    ("cpu_quota", "cpu-quota"),
    ("cpu_period", "cpu-period"),
    ("cpu_realtime_period", "cpu-rt-period"),
    ("cpu_realtime_runtime", "cpu-rt-runtime"),
    ("blkio_weight", "blkio-weight"),
    ("pids_limit", "pids-limit"),
    ("oom_score_adj", "oom-score-adj"),
)


def run_commands(chosen: Chosen, image: str) -> list[Command]:
    """The commands that give the container, `docker run` alone where one is enough."""
    name = chosen.setup.name
    program = "podman" if chosen.setup.flavour == "podman" else "docker"
    options = list(_options(chosen))
    first, *words = _process(chosen)
    ending = [first, (image, *(word for group in words for word in group))]
    if not chosen.further_networks:
        return [[(program, "run"), ("--detach",), *options, *ending]]
    endpoints = {each.network: each for each in chosen.configuration.endpoints}
    connects = [
        [(program, "network", "connect"), *_endpoint(endpoints.get(each), ""), (each, name)]
        for each in chosen.further_networks
    ]
    return [
        [(program, "create"), *options, *ending],
        *connects,
        [(program, "start", name)],
    ]


def _options(chosen: Chosen) -> Iterator[Group]:
    asked = chosen.configuration
    yield "--name", chosen.setup.name
    for field, option in _SWITCHES:
        if getattr(asked, field):
            yield (f"--{option}",)
    for field, option in _WORDS:
        if value := getattr(asked, field):
            yield f"--{option}", value
    if mac_address := asked.mac_address or _first_mac_address(chosen):
        yield "--mac-address", mac_address
    if asked.restart_policy:
        retries = f":{asked.restart_retries}" if asked.restart_retries else ""
        yield "--restart", f"{asked.restart_policy}{retries}"
    if asked.stop_timeout_seconds is not None:
        yield "--stop-timeout", str(asked.stop_timeout_seconds)
    yield from _environment(chosen)
    for name, value in sorted(chosen.labels.items()):
        yield "--label", f"{name}={value}"
    for name, value in sorted(asked.annotations.items()):
        yield "--annotation", f"{name}={value}"
    yield from _network(chosen)
    yield from _files(chosen.mounts, asked)
    yield from _health(asked.healthcheck)
    yield from _limits(asked)
    for field, option in _LISTS:
        for value in getattr(asked, field):
            yield f"--{option}", value
    yield from _security(asked)


def _first_mac_address(chosen: Chosen) -> str:
    told = [each for each in chosen.configuration.endpoints if each.network == chosen.network]
    return told[0].mac_address if told else ""


def _process(chosen: Chosen) -> list[Group]:
    """The option for the entrypoint, which takes one word, and the words after the image."""
    if chosen.entrypoint is None:
        return [(), chosen.command]
    program, *arguments = chosen.entrypoint or ("",)
    return [("--entrypoint", program), tuple(arguments), chosen.command]


def _environment(chosen: Chosen) -> Iterator[Group]:
    told = chosen.environment
    for name, value in sorted(told.given.items()):
        yield "--env", f"{name}={value}"
    for name in sorted((*told.to_supply, *told.to_leave_unset)):
        yield "--env", name


def _network(chosen: Chosen) -> Iterator[Group]:
    asked = chosen.configuration
    endpoints = {each.network: each for each in asked.endpoints}
    if chosen.network:
        endpoint = endpoints.get(chosen.network)
        if endpoint is not None and (endpoint.driver_options or endpoint.gateway_priority):
            yield "--network", _network_line(endpoint)
        else:
            yield "--network", chosen.network
            yield from _endpoint(endpoint, "network-")
    for text in asked.ports:
        yield "--publish", published(text)
    for link in asked.links:
        yield "--link", link_words(link)


def published(text: str) -> str:
    """A published port as it is asked for: `127.0.0.1:8080:80`."""
    port = read_port(text)
    address = f"[{port.address}]" if ":" in port.address else port.address
    outside = f"{address}:{port.outside}" if address else port.outside
    inside = port.inside.removesuffix("/tcp")
    return f"{outside}:{inside}" if outside else inside


def link_words(link: str) -> str:
    """A link as it was asked for, `other:alias`; engines keep it as `/other:/container/alias`."""
    other, _, alias = link.partition(":")
    return f"{other.removeprefix('/')}:{alias.rpartition('/')[2]}"


def _endpoint(endpoint: Endpoint | None, prefix: str) -> Iterator[Group]:
    """How the container appears in a network; the prefix is the one of the aliases' option."""
    if endpoint is None:
        return
    for alias in endpoint.aliases:
        yield f"--{prefix}alias", alias
    if endpoint.ipv4:
        yield "--ip", endpoint.ipv4
    if endpoint.ipv6:
        yield "--ip6", endpoint.ipv6
    for address in endpoint.link_local:
        yield "--link-local-ip", address
    if not prefix:
        for option in endpoint.driver_options:
            yield "--driver-opt", option
        if endpoint.gateway_priority:
            yield "--gw-priority", str(endpoint.gateway_priority)


def _network_line(endpoint: Endpoint) -> str:
    """The form of `--network` that takes everything."""
    fields = [f"name={endpoint.network}"]
    fields += [f"alias={alias}" for alias in endpoint.aliases]
    fields += [f"ip={endpoint.ipv4}"] * bool(endpoint.ipv4)
    fields += [f"ip6={endpoint.ipv6}"] * bool(endpoint.ipv6)
    fields += [f"link-local-ip={address}" for address in endpoint.link_local]
    fields += [f"driver-opt={option}" for option in endpoint.driver_options]
    if endpoint.gateway_priority:
        fields.append(f"gw-priority={endpoint.gateway_priority}")
    return comma_separated(fields)


def _files(mounts: Iterable[Mount], asked: Configuration) -> Iterator[Group]:
    for mount in mounts:
        if mount.form == "mount":
            yield "--mount", mount_line(mount)
        else:
            yield "--volume", _volume(mount)


def _volume(mount: Mount) -> str:
    if mount.form == "anonymous":
        return mount.destination
    source = mount.name if mount.type == "volume" else mount.source
    return ":".join(filter(None, (source, mount.destination, ",".join(mount.options))))


def mount_line(mount: Mount) -> str:
    """The mount in the words of `--mount`."""
    source = mount.name if mount.type == "volume" else mount.source
    fields = [f"type={mount.type}"]
    fields += [f"source={source}"] * bool(source and mount.type != "tmpfs")
    fields.append(f"target={mount.destination}")
    fields += ["readonly"] * (not mount.writable and mount.type != "image")
    return comma_separated([*fields, *mount.options])


def _health(check: Healthcheck | None) -> Iterator[Group]:
    if check is None:
        return
    if check.test == ("NONE",):
        yield ("--no-healthcheck",)
        return
    if check.test:
        yield "--health-cmd", probe_text(check)
    for option, value in (
        ("interval", check.interval_ns),
        ("timeout", check.timeout_ns),
        ("start-period", check.start_period_ns),
        ("start-interval", check.start_interval_ns),
    ):
        if value:
            yield f"--health-{option}", duration(value)
    if check.retries:
        yield "--health-retries", str(check.retries)


def probe_text(check: Healthcheck) -> str:
    """The probe as a text for a shell; one that was given word by word is quoted."""
    kind, *words = check.test
    return " ".join(words) if kind == "CMD-SHELL" else shlex.join(words)


def _limits(asked: Configuration) -> Iterator[Group]:
    if asked.nano_cpus:
        yield "--cpus", cpus(asked.nano_cpus)
    for field, option in _SIZES:
        if value := getattr(asked, field):
            yield f"--{option}", size(value)
    for field, option in _NUMBERS:
        if value := getattr(asked, field):
            yield f"--{option}", str(value)
    if asked.memory_swappiness is not None:
        yield "--memory-swappiness", str(asked.memory_swappiness)
    for limit in asked.blkio_limits:
        option, _, value = limit.partition("=")
        yield f"--{option}", value
    for device in asked.devices:
        yield "--device", short_device(device)
    for request in asked.device_requests:
        yield from _device_request(request)


def _device_request(request: str) -> Iterator[Group]:
    """A device that is known by a name of its vendor, or graphics processors."""
    fields = dict(each.partition("=")[::2] for each in next(csv.reader([request])))
    if fields.get("driver") == "cdi":
        for name in fields.get("device", "").split(","):
            yield "--device", name
    else:
        yield "--gpus", request


def short_device(device: str) -> str:
    """The device without what holds anyway: the same path inside, every permission."""
    parts = device.split(":")
    if len(parts) == 3 and parts[2] == "rwm":
        return parts[0] if parts[0] == parts[1] else f"{parts[0]}:{parts[1]}"
    return device


def _security(asked: Configuration) -> Iterator[Group]:
    for option in asked.security_options:
        yield "--security-opt", f"seccomp={SECCOMP_FILE}" if own_profile(option) else option
    if asked.system_paths_unconfined:
        yield "--security-opt", "systempaths=unconfined"


def own_profile(option: str) -> str:
    """The text of a seccomp profile that the option holds; empty where it holds none."""
    for sign in ("seccomp=", "seccomp:"):
        if option.startswith(sign) and option.removeprefix(sign).lstrip().startswith("{"):
            return option.removeprefix(sign)
    return ""


def comma_separated(fields: Sequence[str]) -> str:
    """The fields as a line of CSV, as options with several fields take it."""
    return ",".join(map(_field, fields))


def _field(text: str) -> str:
    if any(sign in text for sign in ',"\n\r'):
        return '"' + text.replace('"', '""') + '"'
    return text
