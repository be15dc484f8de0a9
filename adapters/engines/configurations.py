"""How a container was set up, read from the engine's description and freed of secrets.

Field names as in Docker 20.10 to 29 and Podman 4.3 to 5.4. What equals the engine's default is
left out, so that a configuration tells what somebody chose.
"""

from typing import Any

from adapters.engines.fields import (
    MOST_ITEMS,
    items_in,
    keys_in,
    labels_in,
    maps_in,
    number_in,
    section,
    text_in,
    texts_in,
)
from adapters.engines.mounts import comma_separated, read_mounts
from domain.concealing import Concealer
from domain.engine_event import writable
from domain.facts.container import Configuration, Endpoint, Healthcheck

_DEFAULT_SHM_BYTES = 64 * 1024 * 1024
_DEFAULTS = {
    "runtime": "runc",
    "log_driver": "json-file",
    "ipc_mode": "private",
    "cgroupns_mode": "private",
    "user": "",
}
_BLKIO_LIMITS = {
    "blkio-weight-device": "BlkioWeightDevice",
    "device-read-bps": "BlkioDeviceReadBps",
    "device-read-iops": "BlkioDeviceReadIOps",
    "device-write-bps": "BlkioDeviceWriteBps",
    "device-write-iops": "BlkioDeviceWriteIOps",
}
_ZERO_IS_A_CHOICE = frozenset({"stop_timeout_seconds", "memory_swappiness"})


def read_configuration(inspect: dict[str, Any], concealer: Concealer) -> Configuration:
    """Reads an answer of `/containers/{id}/json`."""
    config, host = section(inspect, "Config"), section(inspect, "HostConfig")
    read: dict[str, Any] = {
        **_process(inspect, config, concealer),
        **_reach(inspect, config, host),
        **_network(inspect, config, host),
        **_files(inspect, config, host, concealer),
        **_limits(host),
        **_rest(inspect, host, concealer),
    }
    chosen = {
        field: value
        for field, value in read.items()
        if (value or (value == 0 and field in _ZERO_IS_A_CHOICE)) and _DEFAULTS.get(field) != value
    }
    return Configuration(**chosen, redacted=concealer.counted())


def _process(
    inspect: dict[str, Any], config: dict[str, Any], concealer: Concealer
) -> dict[str, Any]:
    own_name = text_in(inspect, "Id")[:12]
    hostname = text_in(config, "Hostname")
    entrypoint, command = config.get("Entrypoint"), config.get("Cmd")
    return {
        "entrypoint": concealer.words(_words(entrypoint)),
        "command": concealer.words(_words(command)),
        "variables": concealer.variables(texts_in(config, "Env")),
        "user": text_in(config, "User"),
        "working_dir": text_in(config, "WorkingDir"),
        "hostname": "" if hostname == own_name else hostname,
        "domainname": text_in(config, "Domainname"),
        "tty": bool(config.get("Tty")),
        "stdin_open": bool(config.get("OpenStdin")),
        "init": bool(section(inspect, "HostConfig").get("Init")),
        "stop_signal": text_in(config, "StopSignal"),
        "stop_timeout_seconds": _number_or_none(config, "StopTimeout"),
        "healthcheck": read_healthcheck(section(config, "Healthcheck"), concealer),
    }


def _number_or_none(parent: dict[str, Any], key: str) -> int | None:
    return None if parent.get(key) is None else number_in(parent, key)


def _words(value: object) -> tuple[str, ...]:
    """A command line: a list of words, or in old images one text."""
    if isinstance(value, str):
        return (writable(value),)
    return texts_in({"words": value}, "words")


def read_healthcheck(check: dict[str, Any], concealer: Concealer) -> Healthcheck | None:
    """Reads a `Healthcheck` section; None where there is none."""
    test = texts_in(check, "Test")
    if not test:
        return None
    return Healthcheck(
        test=concealer.words(test),
        command=concealer.text(_probe_command(test).strip()),
        interval_ns=number_in(check, "Interval"),
        timeout_ns=number_in(check, "Timeout"),
        start_period_ns=number_in(check, "StartPeriod"),
        retries=number_in(check, "Retries"),
        start_interval_ns=number_in(check, "StartInterval"),
    )


def _probe_command(test: tuple[str, ...]) -> str:
    """The command as the events of its execs show it (Docker 20.10 to 29)."""
    kind, *words = test
    if kind == "CMD-SHELL":
        return " ".join(("/bin/sh -c", *words))
    return " ".join(words) if kind == "CMD" else ""


def _reach(inspect: dict[str, Any], config: dict[str, Any], host: dict[str, Any]) -> dict[str, Any]:
    return {
        "privileged": bool(host.get("Privileged")),
        "read_only_root": bool(host.get("ReadonlyRootfs")),
        "cap_add": texts_in(host, "CapAdd"),
        "cap_drop": texts_in(host, "CapDrop"),
        "security_options": texts_in(host, "SecurityOpt"),
        "system_paths_unconfined": host.get("MaskedPaths") == [] == host.get("ReadonlyPaths"),
        "apparmor_profile": text_in(inspect, "AppArmorProfile"),
        "devices": tuple(map(_device, maps_in(host, "Devices"))),
        "device_requests": tuple(map(_device_request, maps_in(host, "DeviceRequests"))),
        "device_cgroup_rules": texts_in(host, "DeviceCgroupRules"),
        "group_add": texts_in(host, "GroupAdd"),
        "network_mode": text_in(host, "NetworkMode"),
        "pid_mode": text_in(host, "PidMode"),
        "ipc_mode": text_in(host, "IpcMode"),
        "uts_mode": text_in(host, "UTSMode"),
        "userns_mode": text_in(host, "UsernsMode"),
        "cgroupns_mode": text_in(host, "CgroupnsMode"),
        "cgroup_parent": text_in(host, "CgroupParent"),
        "runtime": text_in(host, "Runtime"),
    }


def _device(item: dict[str, Any]) -> str:
    parts = (text_in(item, "PathOnHost"), text_in(item, "PathInContainer"))
    return ":".join((*parts, text_in(item, "CgroupPermissions") or "rwm"))


def _device_request(item: dict[str, Any]) -> str:
    """A request in the words of `docker run --gpus`: fields of a line of CSV."""
    ids = texts_in(item, "DeviceIDs")
    capabilities = [
        text for group in items_in(item, "Capabilities") for text in texts_in({"": group}, "")
    ]
    fields = {
        "driver": text_in(item, "Driver"),
        "count": "" if ids else str(number_in(item, "Count")),
        "device": ",".join(ids),
        "capabilities": ",".join(capabilities),
        "options": ",".join(_pairs(section(item, "Options"), "=")),
    }
    return comma_separated([f"{name}={value}" for name, value in fields.items() if value])


def _network(
    inspect: dict[str, Any], config: dict[str, Any], host: dict[str, Any]
) -> dict[str, Any]:
    networks = section(section(inspect, "NetworkSettings"), "Networks")
    own_name = text_in(inspect, "Id")[:12]
    unstarted = text_in(section(inspect, "State"), "Status") == "created"
    endpoints = [
        _endpoint(name, section(networks, name), own_name, unstarted=unstarted)
        for name in sorted(networks)[:MOST_ITEMS]
    ]
    return {
        "networks": keys_in(section(inspect, "NetworkSettings"), "Networks"),
        "endpoints": tuple(each for each in endpoints if each != Endpoint(each.network)),
        "mac_address": text_in(config, "MacAddress"),
        "ports": _ports(section(host, "PortBindings")),
        "exposed_ports": keys_in(config, "ExposedPorts"),
        "publish_all_ports": bool(host.get("PublishAllPorts")),
        "dns": texts_in(host, "Dns"),
        "dns_options": texts_in(host, "DnsOptions"),
        "dns_search": texts_in(host, "DnsSearch"),
        "extra_hosts": texts_in(host, "ExtraHosts"),
        "links": texts_in(host, "Links"),
    }


def _endpoint(network: str, told: dict[str, Any], own_name: str, *, unstarted: bool) -> Endpoint:
    """What was chosen; engines up to 25 add the container's short id to the aliases.

    The address of the network card is the one that was chosen only until the engine gives one.
    """
    addresses = section(told, "IPAMConfig")
    return Endpoint(
        network=writable(network),
        aliases=tuple(alias for alias in texts_in(told, "Aliases") if alias != own_name),
        ipv4=text_in(addresses, "IPv4Address"),
        ipv6=text_in(addresses, "IPv6Address"),
        link_local=texts_in(addresses, "LinkLocalIPs"),
        mac_address=text_in(told, "MacAddress") if unstarted else "",
        driver_options=_pairs(section(told, "DriverOpts"), "="),
        gateway_priority=number_in(told, "GwPriority"),
    )


def _ports(bindings: dict[str, Any]) -> tuple[str, ...]:
    ports = []
    for inside in bindings:
        for outside in maps_in(bindings, inside):
            host = text_in(outside, "HostIp")
            parts = (f"[{host}]" if ":" in host else host, text_in(outside, "HostPort"))
            address = ":".join(filter(None, parts))
            ports.append(writable(f"{address}->{inside}" if address else inside))
    return tuple(sorted(ports))[:MOST_ITEMS]


def _files(
    inspect: dict[str, Any], config: dict[str, Any], host: dict[str, Any], concealer: Concealer
) -> dict[str, Any]:
    shm = number_in(host, "ShmSize")
    return {
        "mounts": read_mounts(inspect, config, host, concealer),
        "volumes_from": texts_in(host, "VolumesFrom"),
        "volume_driver": text_in(host, "VolumeDriver"),
        "tmpfs": _pairs(section(host, "Tmpfs"), ":"),
        "shm_bytes": 0 if shm == _DEFAULT_SHM_BYTES else shm,
        "storage_options": _pairs(section(host, "StorageOpt"), "="),
    }


def _pairs(options: dict[str, Any], sign: str) -> tuple[str, ...]:
    pairs = (f"{key}{sign}{value}" if value else key for key, value in options.items())
    return tuple(sorted(map(writable, pairs)))[:MOST_ITEMS]


def _limits(host: dict[str, Any]) -> dict[str, Any]:
    numbers: dict[str, str] = {
        "memory_bytes": "Memory",
        "memory_swap_bytes": "MemorySwap",
        "memory_reservation_bytes": "MemoryReservation",
        "nano_cpus": "NanoCpus",
        "cpu_shares": "CpuShares",
        "cpu_quota": "CpuQuota",
        "cpu_period": "CpuPeriod",
        "cpu_realtime_period": "CpuRealtimePeriod",
        "cpu_realtime_runtime": "CpuRealtimeRuntime",
        "blkio_weight": "BlkioWeight",
        "pids_limit": "PidsLimit",
        "oom_score_adj": "OomScoreAdj",
    }
    read: dict[str, Any] = {field: number_in(host, key) for field, key in numbers.items()}
    swappiness = _number_or_none(host, "MemorySwappiness")
    return read | {
        # Older engines write -1 where nothing was chosen.
        "memory_swappiness": None if swappiness == -1 else swappiness,
        "cpuset_cpus": text_in(host, "CpusetCpus"),
        "cpuset_mems": text_in(host, "CpusetMems"),
        "blkio_limits": _blkio_limits(host),
        "ulimits": tuple(map(_ulimit, maps_in(host, "Ulimits"))),
        "sysctls": _pairs(section(host, "Sysctls"), "="),
        "oom_kill_disable": bool(host.get("OomKillDisable")),
    }


def _blkio_limits(host: dict[str, Any]) -> tuple[str, ...]:
    limits = [
        f"{option}={text_in(item, 'Path')}:{number_in(item, 'Weight') or number_in(item, 'Rate')}"
        for option, key in _BLKIO_LIMITS.items()
        for item in maps_in(host, key)
    ]
    return tuple(sorted(limits))


def _ulimit(item: dict[str, Any]) -> str:
    soft, hard = number_in(item, "Soft"), number_in(item, "Hard")
    return f"{text_in(item, 'Name')}={soft}:{hard}"


def _rest(inspect: dict[str, Any], host: dict[str, Any], concealer: Concealer) -> dict[str, Any]:
    restart, log = section(host, "RestartPolicy"), section(host, "LogConfig")
    policy = text_in(restart, "Name")
    options = concealer.named(labels_in(log, "Config"))
    return {
        "restart_policy": "" if policy == "no" else policy,
        "restart_retries": number_in(restart, "MaximumRetryCount"),
        "auto_remove": bool(host.get("AutoRemove")),
        "log_driver": text_in(log, "Type"),
        "log_options": _pairs(dict(options), "="),
        "platform": text_in(inspect, "Platform"),
        "annotations": concealer.named(labels_in(host, "Annotations")),
    }
