"""How a container was set up at a moment, as far as its facts tell."""

from collections.abc import Sequence

import msgspec

from domain.facts import Fact, container
from domain.facts.container import Configuration
from domain.facts.image import Description, ImageDescribed
from domain.identity import CONTAINER, stream_id
from domain.moments import FOREVER, SECOND
from domain.questions.history import History
from domain.questions.log import Reading

_ITS_END = 2 * SECOND
"""An engine takes a container that ends out of its networks within this time."""


class Setup(msgspec.Struct, frozen=True):
    """A container, its image and its configuration at a moment."""

    at: int
    id: str
    name: str
    engine: str
    engine_name: str
    flavour: str
    """`docker`, `podman`, or what else the engine was known as."""
    typed: str
    """The image as it was typed at creation."""
    reference: str | None
    version: int | None
    labels: dict[str, str]
    image: int
    """The image's number in the history."""
    image_id: str
    description: Description | None
    """What the image is; None where it was never inspected."""
    configuration: Configuration
    """With the networks that it was in at the moment."""
    joined: tuple[str, ...] = ()
    """Networks that it joined after its configuration was read: aliases there are unknown."""
    update_unread: bool = False
    """Whether the container was updated and nobody could look what that changed."""


def setup_at(history: History, subject: int, reading: Reading, moment: int) -> Setup | None:
    """How the container was set up at the moment; None where it was never inspected.

    Before its creation and after its removal the nearest moment of its life counts.
    """
    record = history.container_record(subject)
    facts = [each.fact for each in reading(history.positions_of(subject))]
    told = _configured(facts, moment)
    if told is None or record is None or record.image is None:
        return None
    _, engine, container_id = history.identity_of(subject)
    networks, joined = _networks(facts, told, moment)
    reference = record.reference
    return Setup(
        at=moment,
        id=container_id,
        name=history.name_of(subject, moment),
        engine=engine,
        engine_name=history.engine_name(engine),
        flavour=_flavour(history, engine, moment),
        typed=record.typed,
        reference=None if reference is None else history.identity_of(reference).object_id,
        version=record.version,
        labels=record.labels,
        image=record.image,
        image_id=told.image_id,
        description=full_description(history, record.image, reading),
        configuration=msgspec.structs.replace(
            told.configuration,
            networks=networks,
            **{
                mode: _with_name(history, engine, getattr(told.configuration, mode), moment)
                for mode in ("network_mode", "pid_mode", "ipc_mode")
            },
        ),
        joined=joined,
        update_unread=_update_unread(facts, told, moment),
    )


def _flavour(history: History, engine: str, moment: int) -> str:
    known = (each.flavour for each in history.engines_at(moment) if each.key == engine)
    return next(known, "docker")


def _with_name(history: History, engine: str, mode: str, moment: int) -> str:
    """A mode that shares with a container, by its name: the one of that name may be made again."""
    sign, _, other = mode.partition(":")
    subject = history.object_of(stream_id(CONTAINER, engine, other)) if sign == CONTAINER else None
    return mode if subject is None else f"{sign}:{history.name_of(subject, moment)}"


def full_description(history: History, image: int, reading: Reading) -> Description | None:
    """All that the engine last told about the image, how it is set up included."""
    if history.description_of(image) is None:
        return None
    described = [
        each.fact
        for each in reading(history.positions_of(image))
        if isinstance(each.fact, ImageDescribed)
    ]
    return described[-1].description if described else None


def _configured(facts: Sequence[Fact], moment: int) -> container.ContainerConfigured | None:
    told = [each for each in facts if isinstance(each, container.ContainerConfigured)]
    before = [each for each in told if each.occurred_at <= moment]
    return before[-1] if before else next(iter(told), None)


def _networks(
    facts: Sequence[Fact], told: container.ContainerConfigured, moment: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(networks at the moment, those of them that were joined after the configuration)."""
    networks = dict.fromkeys(told.configuration.networks)
    joined: dict[str, None] = {}
    ends = [
        each.occurred_at
        for each in facts
        if isinstance(each, container.ContainerExited | container.ContainerRemoved)
    ]
    running = False
    for each in facts:
        if each.occurred_at > moment:
            break
        match each:
            case container.ContainerStarted():
                running = True
            case container.ContainerExited():
                running = False
            case container.NetworkConnected() if each.occurred_at >= told.occurred_at:
                if each.network not in networks:
                    networks[each.network] = joined[each.network] = None
            case container.NetworkDisconnected() if each.occurred_at >= told.occurred_at:
                if running and not _near(each.occurred_at, ends):
                    networks.pop(each.network, None)
                    joined.pop(each.network, None)
    return tuple(networks), tuple(joined)


def _near(moment: int, ends: Sequence[int]) -> bool:
    return any(abs(end - moment) <= _ITS_END for end in ends)


def _update_unread(facts: Sequence[Fact], told: container.ContainerConfigured, moment: int) -> bool:
    return any(
        isinstance(each, container.ContainerUpdated)
        and told.occurred_at < each.occurred_at <= min(moment, FOREVER - 1)
        for each in facts
    )
