"""What a person must know about a container that is given again."""

from collections.abc import Iterator

from domain.questions.recreating.chosen import Chosen, compose_label
from domain.questions.recreating.compose_mounts import beyond_compose, volumes_of
from domain.questions.recreating.run_line import own_profile
from domain.questions.recreating.values import is_redacted


def redacted_places(wanted: Chosen) -> tuple[str, ...]:
    """Where a mark stands for a secret."""
    asked = wanted.configuration
    places = {
        "the command": (*(wanted.entrypoint or ()), *wanted.command),
        "the health check": asked.healthcheck.test if asked.healthcheck else (),
        "the logging options": asked.log_options,
        "the mounts": [text for each in wanted.mounts for text in (each.source, *each.options)],
        **{f"the label {name}": (value,) for name, value in wanted.labels.items()},
        **{f"the annotation {name}": (value,) for name, value in asked.annotations.items()},
    }
    return tuple(place for place, texts in places.items() if any(map(is_redacted, texts)))


def lost_things(wanted: Chosen, way: str) -> tuple[str, ...]:
    """What the answer cannot hold."""
    return tuple(_lost(wanted, way))


def _lost(wanted: Chosen, way: str) -> Iterator[str]:
    setup, asked = wanted.setup, wanted.configuration
    if setup.description is None:
        yield (
            "what the image gives by itself: it was never inspected, so what the container has "
            "of it is said again"
        )
    for mount in wanted.anonymous:
        yield (
            f"the content of {mount.destination}: it was in the volume {mount.name}, which had no "
            "name of its own; the new container begins with another"
        )
    for place in wanted.inherited_secrets:
        yield f"whether {place} is exactly the image's: a secret was taken out of both"
    if setup.update_unread:
        yield "what the last update of limits changed: nobody could look at the container after it"
    for endpoint in asked.endpoints:
        if endpoint.mac_address and endpoint.network in wanted.further_networks and way == "run":
            yield f"the card's address {endpoint.mac_address} in the network {endpoint.network}"
    for network in setup.joined:
        yield f"aliases and addresses in the network {network}, which it joined later"
    yield from _beyond_text(wanted)
    if way == "compose":
        yield from _beyond_compose(wanted)


def _beyond_compose(wanted: Chosen) -> Iterator[str]:
    asked = wanted.configuration
    for thing, option in (
        (asked.auto_remove, "--rm"),
        (asked.publish_all_ports, "--publish-all"),
        (asked.cpuset_mems, f"--cpuset-mems {asked.cpuset_mems}"),
        (asked.volume_driver, f"--volume-driver {asked.volume_driver}"),
    ):
        if thing:
            yield f"{option}, for which compose files have no word"
    for each in asked.volumes_from:
        if each.endswith(":ro"):
            yield f"that the volumes of {each[:-3]} are read-only: compose forgets that"
    for mount in wanted.mounts:
        for text in beyond_compose(mount):
            yield f"{text} of the mount {mount.destination}, for which compose files have no word"


def _beyond_text(wanted: Chosen) -> Iterator[str]:
    for group in (wanted.entrypoint or (), wanted.command):
        if any("\0" in word for word in group):
            yield "a character with the number 0 in the command, which no shell can give"


def remarks(wanted: Chosen, way: str) -> tuple[str, ...]:
    """What is good to know, as sentences."""
    return tuple(_remarks(wanted, way))


def _remarks(wanted: Chosen, way: str) -> Iterator[str]:
    asked = wanted.configuration
    if unset := wanted.environment.to_leave_unset:
        yield f"Leave these variables unset: {', '.join(unset)}."
    if way == "run" and (project := compose_label(wanted.labels, "project")):
        yield f"By its labels it belongs to the compose project {project}."
    if way == "run" and asked.healthcheck and asked.healthcheck.test[:1] == ("CMD",):
        yield "The probe ran without a shell; `docker run` can only give it to one."
    if way == "run" and wanted.entrypoint and len(wanted.entrypoint) > 1:
        yield (
            "`--entrypoint` takes one word; the others stand before the command, which comes to "
            "the same."
        )
    if seccomp_profile(wanted):
        yield "The seccomp profile must be in seccomp.json; `--format json` gives it."
    if way == "compose" and (volumes := volumes_of(wanted.mounts)):
        yield f"These volumes must be there first: {', '.join(sorted(volumes))}."
    for other in sorted(_others(wanted)):
        yield f"It needs the container {other}, which must be there first."


def _others(wanted: Chosen) -> set[str]:
    """The containers whose namespaces or volumes this one uses."""
    asked = wanted.configuration
    modes = (wanted.network, asked.pid_mode, asked.ipc_mode)
    others = {mode.partition(":")[2] for mode in modes if mode.startswith("container:")}
    return others | {each.partition(":")[0] for each in asked.volumes_from}


def seccomp_profile(wanted: Chosen) -> str:
    """The seccomp profile of its own that the container has; empty where it has none."""
    return next(filter(None, map(own_profile, wanted.configuration.security_options)), "")
