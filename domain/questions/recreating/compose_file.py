"""The compose file that gives a container again, as a service."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence

from domain.facts.container import Configuration, Endpoint, Healthcheck
from domain.questions.recreating.chosen import Chosen, compose_label, own_labels
from domain.questions.recreating.compose_mounts import mount_nodes, volumes_of
from domain.questions.recreating.run_line import (
    SECCOMP_FILE,
    link_words,
    own_profile,
    published,
    short_device,
)
from domain.questions.recreating.values import cpus, duration, size
from domain.questions.recreating.yaml_text import Node, yaml_text

Entries = Iterator[tuple[str, Node]]

_AS_THEY_ARE = (
    ("hostname", "hostname"),
    ("domainname", "domainname"),
    ("user", "user"),
    ("working_dir", "working_dir"),
    ("tty", "tty"),
    ("stdin_open", "stdin_open"),
    ("init", "init"),
    ("stop_signal", "stop_signal"),
    ("privileged", "privileged"),
    ("read_only_root", "read_only"),
    ("runtime", "runtime"),
    ("pid_mode", "pid"),
    ("ipc_mode", "ipc"),
    ("uts_mode", "uts"),
    ("userns_mode", "userns_mode"),
    ("cgroupns_mode", "cgroup"),
    ("cgroup_parent", "cgroup_parent"),
    ("cap_add", "cap_add"),
    ("cap_drop", "cap_drop"),
    ("group_add", "group_add"),
    ("device_cgroup_rules", "device_cgroup_rules"),
    ("dns", "dns"),
    ("dns_options", "dns_opt"),
    ("dns_search", "dns_search"),
    ("extra_hosts", "extra_hosts"),
    ("exposed_ports", "expose"),
    ("tmpfs", "tmpfs"),
    ("cpu_shares", "cpu_shares"),
    ("cpu_quota", "cpu_quota"),
    ("cpu_period", "cpu_period"),
    ("cpu_realtime_period", "cpu_rt_period"),
    ("cpu_realtime_runtime", "cpu_rt_runtime"),
    ("cpuset_cpus", "cpuset"),
    ("pids_limit", "pids_limit"),
    ("oom_kill_disable", "oom_kill_disable"),
    ("oom_score_adj", "oom_score_adj"),
)
_SIZES = (
    ("shm_bytes", "shm_size"),
    ("memory_bytes", "mem_limit"),
    ("memory_swap_bytes", "memswap_limit"),
    ("memory_reservation_bytes", "mem_reservation"),
)
_TIMES = (
    ("interval_ns", "interval"),
    ("timeout_ns", "timeout"),
    ("start_period_ns", "start_period"),
    ("start_interval_ns", "start_interval"),
)


def compose_text(chosen: Chosen, image: str) -> str:
    """The compose file, whole."""
    labels = chosen.labels
    project = compose_label(labels, "project")
    service = compose_label(labels, "service") or _key(chosen.setup.name)
    body = dict(_service(chosen, image, project, service))
    networks = {_network_key(each, project): _network(each, project) for each in _joined(chosen)}
    document: dict[str, Node] = {
        "name": project or re.sub(r"[^a-z0-9_-]", "-", service.lower()).lstrip("-_") or "again",
        "services": {service: _uninterpolated(body)},
    }
    if networks:
        document["networks"] = networks
    if volumes := volumes_of(chosen.mounts):
        document["volumes"] = volumes
    return yaml_text(document)


def _uninterpolated(node: Node) -> Node:
    """The same with every `$` doubled, which compose would take for a variable."""
    if isinstance(node, str):
        return node.replace("$", "$$")
    if isinstance(node, dict):
        return {key: _uninterpolated(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_uninterpolated(value) for value in node]
    return node


def _service(chosen: Chosen, image: str, project: str, service: str) -> Entries:
    asked = chosen.configuration
    yield "image", image
    if not _named_by_compose(chosen, project, service):
        yield "container_name", chosen.setup.name
    if chosen.entrypoint is not None:
        yield "entrypoint", list(chosen.entrypoint)
    if chosen.command:
        yield "command", list(chosen.command)
    if variables := _environment(chosen):
        yield "environment", variables
    if labels := own_labels(chosen.labels):
        yield "labels", dict(sorted(labels.items()))
    for field, key in _AS_THEY_ARE:
        if value := getattr(asked, field):
            yield key, list(value) if isinstance(value, tuple) else value
    if asked.restart_policy:
        retries = f":{asked.restart_retries}" if asked.restart_retries else ""
        yield "restart", f"{asked.restart_policy}{retries}"
    if asked.stop_timeout_seconds is not None:
        yield "stop_grace_period", f"{asked.stop_timeout_seconds}s"
    yield from _reached(chosen, project)
    if chosen.mounts:
        yield "volumes", mount_nodes(chosen.mounts)
    if asked.healthcheck is not None:
        yield "healthcheck", dict(_health(asked.healthcheck))
    yield from _limits(asked)
    yield from _others(asked)


def _named_by_compose(chosen: Chosen, project: str, service: str) -> bool:
    number = compose_label(chosen.labels, "container-number")
    return chosen.setup.name in (f"{project}-{service}-{number}", f"{project}_{service}_{number}")


def _environment(chosen: Chosen) -> dict[str, Node]:
    told = chosen.environment
    names = sorted((*told.to_supply, *told.to_leave_unset))
    return {**dict(sorted(told.given.items())), **dict.fromkeys(names)}


def _joined(chosen: Chosen) -> list[str]:
    """The networks that have a name, the first one first."""
    first = chosen.network
    named = [] if first in ("", "host", "none") or first.startswith("container:") else [first]
    return [*named, *chosen.further_networks]


def _reached(chosen: Chosen, project: str) -> Entries:
    asked, joined = chosen.configuration, _joined(chosen)
    if not joined:
        yield "network_mode", chosen.network or "bridge"
    if asked.mac_address and not any(each.mac_address for each in asked.endpoints):
        yield "mac_address", asked.mac_address
    if joined:
        told = {each.network: each for each in asked.endpoints}
        yield (
            "networks",
            {
                _network_key(name, project): dict(_endpoint(told.get(name), len(joined) - place))
                for place, name in enumerate(joined, start=1)
            },
        )
    if asked.ports:
        yield "ports", [published(each) for each in asked.ports]
    if asked.links:
        yield "external_links", [link_words(each) for each in asked.links]


def _endpoint(told: Endpoint | None, priority: int) -> Entries:
    if priority:  # what is joined first is the way out
        yield "priority", priority
    if told is None:
        return
    for field, key in (
        ("aliases", "aliases"),
        ("ipv4", "ipv4_address"),
        ("ipv6", "ipv6_address"),
        ("link_local", "link_local_ips"),
        ("mac_address", "mac_address"),
        ("gateway_priority", "gw_priority"),
    ):
        if value := getattr(told, field):
            yield key, list(value) if isinstance(value, tuple) else value
    if told.driver_options:
        yield "driver_opts", _mapping(told.driver_options)


def _network_key(name: str, project: str) -> str:
    return _key(name.removeprefix(f"{project}_") if project else name)


def _network(name: str, project: str) -> Node:
    """A network of the project is compose's own; others must be there."""
    if project and name.startswith(f"{project}_"):
        return {"name": name}
    return {"name": name, "external": True}


def _key(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "-", text) or "again"


def _mapping(pairs: Sequence[str], sign: str = "=") -> dict[str, Node]:
    parts = [each.partition(sign) for each in pairs]
    return {name: value for name, _, value in parts}


def _health(check: Healthcheck) -> Entries:
    if check.test == ("NONE",):
        yield "disable", True
        return
    if check.test:
        yield "test", list(check.test)
    for field, key in _TIMES:
        if value := getattr(check, field):
            yield key, duration(value)
    if check.retries:
        yield "retries", check.retries


def _limits(asked: Configuration) -> Entries:
    if asked.nano_cpus:
        yield "cpus", float(cpus(asked.nano_cpus))
    for field, key in _SIZES:
        if value := getattr(asked, field):
            yield key, size(value)
    if asked.memory_swappiness is not None:
        yield "mem_swappiness", asked.memory_swappiness
    if asked.ulimits:
        yield "ulimits", {each.rpartition("=")[0]: _ulimit(each) for each in asked.ulimits}
    if asked.sysctls:
        yield "sysctls", _mapping(asked.sysctls)
    if blkio := dict(_blkio(asked)):
        yield "blkio_config", blkio


def _ulimit(text: str) -> Node:
    soft, _, hard = text.rpartition("=")[2].partition(":")
    return {"soft": int(soft), "hard": int(hard)}


def _blkio(asked: Configuration) -> Entries:
    if asked.blkio_weight:
        yield "weight", asked.blkio_weight
    limits: dict[str, list[Node]] = {}
    for each in asked.blkio_limits:
        option, _, value = each.partition("=")
        path, _, number = value.rpartition(":")
        key = option.removeprefix("blkio-").replace("-", "_")
        measure = "weight" if key == "weight_device" else "rate"
        limits.setdefault(key, []).append({"path": path, measure: int(number)})
    yield from limits.items()


def _others(asked: Configuration) -> Entries:
    lists: tuple[tuple[str, Sequence[str], Callable[[str], str]], ...] = (
        ("security_opt", asked.security_options, _security_option),
        ("devices", asked.devices, short_device),
        ("volumes_from", asked.volumes_from, "container:{}".format),
    )
    unconfined = ["systempaths=unconfined"] if asked.system_paths_unconfined else []
    for key, texts, change in lists:
        values: list[Node] = [change(each) for each in texts]
        values += unconfined if key == "security_opt" else []
        if values:
            yield key, values
    if asked.storage_options:
        yield "storage_opt", _mapping(asked.storage_options)
    if asked.annotations:
        yield "annotations", dict(asked.annotations)
    if asked.log_driver or asked.log_options:
        logging: dict[str, Node] = {"driver": asked.log_driver or "json-file"}
        if asked.log_options:
            logging["options"] = _mapping(asked.log_options)
        yield "logging", logging
    if asked.device_requests:
        devices = [_device_request(each) for each in asked.device_requests]
        yield "deploy", {"resources": {"reservations": {"devices": devices}}}


def _security_option(option: str) -> str:
    return f"seccomp:./{SECCOMP_FILE}" if own_profile(option) else option


def _device_request(text: str) -> Node:
    told = _mapping(next(csv.reader([text])))
    request: dict[str, Node] = {}
    if driver := told.get("driver"):
        request["driver"] = driver
    if ids := told.get("device"):
        request["device_ids"] = list(str(ids).split(","))
    elif count := told.get("count"):
        request["count"] = "all" if count == "-1" else int(str(count))
    request["capabilities"] = list(str(told.get("capabilities", "gpu")).split(","))
    if options := told.get("options"):
        request["options"] = _mapping(str(options).split(","))
    return request
