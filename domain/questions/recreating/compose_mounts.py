"""Mounts in the words of compose files."""

from collections.abc import Iterable, Iterator

from domain.facts.container import Mount
from domain.questions.recreating.yaml_text import Node

_VOLUME_WORDS = {"volume-nocopy": "nocopy", "volume-subpath": "subpath"}
_KNOWN = frozenset({*_VOLUME_WORDS, "bind-propagation", "tmpfs-size", "tmpfs-mode", "consistency"})


def mount_nodes(mounts: Iterable[Mount]) -> list[Node]:
    """The mounts as the service's `volumes`; those of `--volume` in its short form."""
    return [_long(each) if each.form == "mount" else _short(each) for each in mounts]


def volumes_of(mounts: Iterable[Mount]) -> dict[str, Node]:
    """The named volumes, which must be there: compose must not make them anew with its own."""
    return {
        each.name: {"name": each.name, "external": True}
        for each in mounts
        if each.type == "volume" and each.form != "anonymous" and each.name
    }


def beyond_compose(mount: Mount) -> list[str]:
    """The options for which compose has no word."""
    if mount.form != "mount":
        return []
    return [each for each in mount.options if each.partition("=")[0] not in _KNOWN]


def _short(mount: Mount) -> Node:
    if mount.form == "anonymous":
        return mount.destination
    return ":".join(filter(None, (_source(mount), mount.destination, ",".join(mount.options))))


def _source(mount: Mount) -> str:
    return mount.name if mount.type == "volume" else mount.source


def _long(mount: Mount) -> Node:
    node: dict[str, Node] = {"type": mount.type}
    if mount.type != "tmpfs" and (source := _source(mount)):
        node["source"] = source
    node["target"] = mount.destination
    if not mount.writable and mount.type != "image":
        node["read_only"] = True
    told = dict(each.partition("=")[::2] for each in mount.options)
    if consistency := told.get("consistency"):
        node["consistency"] = consistency
    if details := dict(_details(mount.type, told)):
        node[mount.type] = details
    return node


def _details(kind: str, told: dict[str, str]) -> Iterator[tuple[str, Node]]:
    if kind == "bind":
        # As `--mount`, which does not make a folder that is missing.
        yield "create_host_path", False
        if propagation := told.get("bind-propagation"):
            yield "propagation", propagation
    if kind == "volume":
        for option, key in _VOLUME_WORDS.items():
            if value := told.get(option):
                yield key, True if value == "true" else value
    if kind == "tmpfs":
        if size := told.get("tmpfs-size"):
            yield "size", int(size)
        if mode := told.get("tmpfs-mode"):
            yield "mode", int(mode, 8)
