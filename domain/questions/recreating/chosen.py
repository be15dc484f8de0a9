"""What was chosen for a container, as against what its image says anyway."""

import msgspec

from domain.facts.container import Configuration, Healthcheck, Mount
from domain.facts.image import Description
from domain.questions.ports import read_port
from domain.questions.recreating.environment import Environment, environment
from domain.questions.recreating.podman import without_podmans_own
from domain.questions.recreating.values import is_redacted
from domain.questions.setup import Setup

_COMPOSE = "com.docker.compose."
_ITS_OWN = ("", "default", "bridge", "podman")
"""Network modes and networks that a container gets where none is named."""
_NO_NETWORKS = ("host", "none")


class Chosen(msgspec.Struct, frozen=True):
    """A setup without what the image and the engine give by themselves."""

    setup: Setup
    configuration: Configuration
    """Empty where it says what the image says."""
    entrypoint: tuple[str, ...] | None
    """None where it is the image's; empty where the image's is taken away."""
    command: tuple[str, ...]
    environment: Environment
    labels: dict[str, str]
    mounts: tuple[Mount, ...]
    anonymous: tuple[Mount, ...]
    """Volumes without a name: a new container gets new, empty ones."""
    network: str
    """The network mode or the first network; empty where it is the engine's usual one."""
    further_networks: tuple[str, ...]
    inherited_secrets: tuple[str, ...]
    """What equals the image's only as far as its secrets let see."""


def chosen(setup: Setup) -> Chosen:
    """What a new container must be told to be like this one."""
    image = setup.description or Description()
    asked = setup.configuration
    if setup.flavour == "podman":
        asked = without_podmans_own(asked, image)
    entrypoint, command = process(asked, image)
    network, further = _networks(asked)
    anonymous = tuple(each for each in asked.mounts if each.form == "anonymous")
    # What joins another's network has its name, and in the host's network it has the host's.
    hostless = network == "host" or network.startswith("container:") or asked.uts_mode == "host"
    return Chosen(
        setup=setup,
        configuration=msgspec.structs.replace(
            asked,
            user="" if asked.user == image.user else asked.user,
            working_dir="" if asked.working_dir == image.working_dir else asked.working_dir,
            stop_signal="" if asked.stop_signal == image.stop_signal else asked.stop_signal,
            healthcheck=_healthcheck(asked.healthcheck, image.healthcheck),
            exposed_ports=_exposed(asked, image),
            security_options=_security_options(asked),
            hostname="" if hostless else asked.hostname,
            domainname="" if hostless else asked.domainname,
            memory_swap_bytes=_swap(asked),
        ),
        entrypoint=entrypoint,
        command=command,
        environment=environment(asked.variables, image.variables),
        labels={
            name: value for name, value in setup.labels.items() if image.labels.get(name) != value
        },
        mounts=tuple(each for each in asked.mounts if each.form in ("volume", "mount"))
        + tuple(each for each in anonymous if each.destination not in image.volumes),
        anonymous=anonymous,
        network=network,
        further_networks=further,
        inherited_secrets=_inherited_secrets(setup, image, said=entrypoint is not None or command),
    )


def process(
    asked: Configuration, image: Description
) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """(entrypoint, command) as they must be said; an entrypoint that is said drops the command.

    So do the engines: where an entrypoint is given, the image's command does not hold.
    """
    if asked.entrypoint == image.entrypoint:
        if asked.command == image.command:
            return None, ()
        if asked.command:
            return None, asked.command
    return asked.entrypoint, asked.command


def own_labels(labels: dict[str, str]) -> dict[str, str]:
    """The labels without those that compose gives."""
    return {name: value for name, value in labels.items() if not name.startswith(_COMPOSE)}


def compose_label(labels: dict[str, str], name: str) -> str:
    """One of compose's labels; empty where there is none."""
    return labels.get(_COMPOSE + name, "")


def _healthcheck(asked: Healthcheck | None, image: Healthcheck | None) -> Healthcheck | None:
    """What differs from the image's health check; None where nothing does."""
    if asked is None or image is None:
        return asked
    differing = {
        field: getattr(asked, field)
        for field in asked.__struct_fields__
        if field != "command" and getattr(asked, field) != getattr(image, field)
    }
    return Healthcheck(**differing) if differing else None


def _exposed(asked: Configuration, image: Description) -> tuple[str, ...]:
    published = {read_port(each).inside for each in asked.ports}
    return tuple(
        each for each in asked.exposed_ports if each not in {*image.exposed_ports, *published}
    )


def _swap(asked: Configuration) -> int:
    """Nothing where it is twice the memory, as engines take it by themselves."""
    usual = asked.memory_swap_bytes == 2 * asked.memory_bytes
    return 0 if usual else asked.memory_swap_bytes


def _security_options(asked: Configuration) -> tuple[str, ...]:
    """Without what the engine adds itself to a container that may see the host."""
    sees_host = asked.privileged or asked.pid_mode == "host" or asked.ipc_mode == "host"
    added = ("label=disable",) if sees_host else ()
    return tuple(each for each in asked.security_options if each not in added)


def _networks(asked: Configuration) -> tuple[str, tuple[str, ...]]:
    """(network mode or first network, the other networks)."""
    mode = asked.network_mode
    if _is_special(mode):
        return mode, ()
    others = tuple(each for each in asked.networks if each != mode and each not in _NO_NETWORKS)
    if mode in _ITS_OWN:
        if others and set(_ITS_OWN).isdisjoint(asked.networks):
            return others[0], others[1:]
        return "", tuple(each for each in others if each not in _ITS_OWN)
    if others and mode not in asked.networks:
        # The mode names the network by its id.
        return others[0], others[1:]
    return mode, others


def _is_special(mode: str) -> bool:
    return mode in _NO_NETWORKS or ":" in mode


def _inherited_secrets(setup: Setup, image: Description, *, said: object) -> tuple[str, ...]:
    """Where the container agrees with its image in all but perhaps a secret."""
    asked = setup.configuration
    words = () if said else (*asked.entrypoint, *asked.command)
    return (
        *(["the command"] if any(map(is_redacted, words)) else []),
        *(
            f"the label {name}"
            for name, value in setup.labels.items()
            if is_redacted(value) and image.labels.get(name) == value
        ),
    )
