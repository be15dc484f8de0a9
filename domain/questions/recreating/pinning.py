"""The name by which a new container gets exactly the image that the old one had."""

import msgspec

from domain.facts.image import IdKind, ImagePushed
from domain.identity import short_id
from domain.questions.history import History
from domain.questions.log import Reading
from domain.questions.setup import Setup

BY_REPOSITORY_DIGEST = "repository digest"
BY_ID = "id"


class Pin(msgspec.Struct, frozen=True):
    """What stands for the image."""

    image: str
    by: str
    sentence: str


def pin(history: History, setup: Setup, reading: Reading) -> Pin:
    """Pins the image by a digest that a registry knows, else by its id on the engine."""
    image = setup.description
    if image is None:
        return Pin(setup.image_id, BY_ID, _only_there(setup, "it was never inspected"))
    digests = [each for each in image.repo_digests if not each.startswith("<none>")]
    # The containerd store and Podman give every image such a name, also one that was never in a
    # registry.
    if not _was_in_registry(history, setup, reading):
        if image.id_kind is not IdKind.CONFIG:
            digests = [each for each in digests if not each.endswith(f"@{setup.image_id}")]
        elif setup.flavour == "podman":
            digests = []
    if not digests:
        return Pin(setup.image_id, BY_ID, _only_there(setup, "no registry is known to have it"))
    repository = (setup.reference or setup.typed).rpartition(":")[0]
    named = [each for each in digests if each.partition("@")[0] == repository]
    found = (named or digests)[0]
    sentence = f"Pinned to {found.partition('@')[2]}, which is pulled where it is not there."
    return Pin(found, BY_REPOSITORY_DIGEST, sentence)


def _only_there(setup: Setup, why: str) -> str:
    return (
        f"Pinned to the image's id {short_id(setup.image_id)}: {why}, so it must still be on the "
        "engine."
    )


def _was_in_registry(history: History, setup: Setup, reading: Reading) -> bool:
    """Whether a reference that held the image was ever pulled or pushed."""
    for reference in {each for each, _ in history.holders_of(setup.image)}:
        if history.pulls_of(reference):
            return True
        if any(
            isinstance(each.fact, ImagePushed) for each in reading(history.positions_of(reference))
        ):
            return True
    return False
