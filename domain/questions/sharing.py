"""What a container has of its own, and what it shares: processes, network, file system."""

import msgspec

from domain.facts.container import Configuration, Mount
from domain.questions.writing import Json

HOST = "host"


class Share(msgspec.Struct, frozen=True):
    """One thing that a container usually has to itself."""

    own: bool
    of: str | None = None
    """Whose it is where it is not its own: `host`, or a container."""


class FileSystem(msgspec.Struct, frozen=True):
    """Where the files of a container are from."""

    root: str
    """`writable`: its own layer over the image's; `read-only`: the image's alone."""
    from_host: tuple[Mount, ...]
    volumes: tuple[Mount, ...]
    in_memory: tuple[str, ...]


class Sharing(msgspec.Struct, frozen=True):
    """A container's own things, and those that it shares."""

    processes: Share
    network: Share
    networks: tuple[str, ...]
    published: tuple[str, ...]
    memory: Share
    hostname: Share
    users: Share
    file_system: FileSystem


def sharing(asked: Configuration) -> Sharing:
    """What a container with this configuration has of its own."""
    mounts = asked.mounts
    in_memory = [each.partition(":")[0] for each in asked.tmpfs]
    return Sharing(
        processes=_share(asked.pid_mode),
        network=_share(asked.network_mode),
        networks=tuple(each for each in asked.networks if each not in (HOST, "none")),
        published=asked.ports,
        memory=_share(asked.ipc_mode),
        hostname=_share(asked.uts_mode),
        users=_share(asked.userns_mode),
        file_system=FileSystem(
            root="read-only" if asked.read_only_root else "writable",
            from_host=tuple(each for each in mounts if each.type == "bind"),
            volumes=tuple(each for each in mounts if each.type == "volume"),
            in_memory=(*in_memory, *(each.destination for each in mounts if each.type == "tmpfs")),
        ),
    )


def _share(mode: str) -> Share:
    if mode == HOST:
        return Share(False, HOST)
    sign, colon, other = mode.partition(":")
    return Share(False, other) if colon and sign in ("container", "ns") else Share(True)


def sentences(told: Sharing) -> list[tuple[str, str]]:
    """(thing, whose it is) for people."""
    files = told.file_system
    lines = [
        ("processes", _whose(told.processes)),
        ("network", _network(told)),
        ("files", f"its own over the image's, {files.root}"),
    ]
    if files.root == "read-only":
        lines[-1] = ("files", "the image's, read-only")
    for name, share in (("memory", told.memory), ("hostname", told.hostname)):
        if not share.own:
            lines.append((name, _whose(share)))
    if not told.users.own:
        lines.append(("users", _whose(told.users)))
    for mount in files.from_host:
        lines.append(("from host", f"{mount.source} at {mount.destination}{_how(mount)}"))
    for mount in files.volumes:
        name = mount.name if len(mount.name) < len("0" * 64) else f"{mount.name[:12]} (no name)"
        lines.append(("volume", f"{name} at {mount.destination}{_how(mount)}"))
    lines += [("in memory", path) for path in files.in_memory]
    return lines


def _whose(share: Share) -> str:
    if share.own:
        return "its own"
    return "the host's" if share.of == HOST else f"those of container {share.of}"


def _network(told: Sharing) -> str:
    if not told.network.own:
        return _whose(told.network).replace("those of", "that of")
    networks = f"in {', '.join(told.networks)}" if told.networks else "in no network"
    published = f"; published {', '.join(told.published)}" if told.published else ""
    return f"its own, {networks}{published}"


def _how(mount: Mount) -> str:
    return "" if mount.writable else " (read-only)"


def to_json(told: Sharing) -> Json:
    """The same as `shipslog show --format json` prints it."""
    files = told.file_system
    return {
        **{
            name: {"own": share.own, "of": share.of}
            for name, share in (
                ("processes", told.processes),
                ("network", told.network),
                ("memory", told.memory),
                ("hostname", told.hostname),
                ("users", told.users),
            )
        },
        "networks": list(told.networks),
        "published": list(told.published),
        "file_system": {
            "root": files.root,
            "from_host": [_mount(each) for each in files.from_host],
            "volumes": [_mount(each) for each in files.volumes],
            "in_memory": list(files.in_memory),
        },
    }


def _mount(mount: Mount) -> Json:
    return {
        "source": mount.name or mount.source,
        "destination": mount.destination,
        "writable": mount.writable,
    }
