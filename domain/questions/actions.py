"""Docker's words for events, beside the names that Shipslog gives them."""

from functools import cache

from domain.facts import FACTS

DOCKER_ACTIONS: dict[str, tuple[str, ...]] = {
    "attach": ("container.reported",),
    "commit": ("container.committed",),
    "connect": ("container.network_connected",),
    "create": ("container.created", "image.created", "network.changed", "volume.changed"),
    "delete": ("image.removed",),
    "destroy": ("container.removed", "network.changed", "volume.changed"),
    "die": ("container.exited",),
    "disconnect": ("container.network_disconnected",),
    "exec_create": ("container.exec_created",),
    "exec_die": ("container.exec_ended",),
    "exec_start": ("container.exec_started",),
    "export": ("container.exported",),
    "extract-to-dir": ("container.files_copied_in",),
    "archive-path": ("container.files_copied_out",),
    "health_status": ("container.health_changed",),
    "import": ("image.imported",),
    "kill": ("container.signalled",),
    "load": ("image.loaded",),
    "mount": ("container.volume_mounted",),
    "oom": ("container.oom",),
    "pause": ("container.paused",),
    "prune": ("engine.pruned",),
    "pull": ("image.pulled",),
    "push": ("image.pushed",),
    "reload": ("engine.reconfigured",),
    "remove": ("container.removed", "image.removed", "network.changed", "volume.changed"),
    "rename": ("container.renamed",),
    "restart": ("container.restarted",),
    "save": ("image.saved",),
    "start": ("container.started",),
    "stop": ("container.stopped",),
    "tag": ("image.tagged",),
    "unmount": ("container.volume_unmounted",),
    "unpause": ("container.unpaused",),
    "untag": ("image.untagged",),
    "update": ("container.updated",),
}
"""The topics of each action. Networks' and volumes' events share a topic; the word parts them."""

SAYS_ACTION = frozenset(
    {
        "container.reported",
        "engine.reported",
        "image.reported",
        "network.changed",
        "volume.changed",
    }
)
"""Topics of several actions: which one it was is in the event itself."""


@cache
def topics_of(word: str) -> frozenset[str]:
    """The topics that go by a word: `die`, `exited` and `container.exited` are the same.

    Docker's words for topics of `SAYS_ACTION` are left out: those are in the events.
    """
    own = {topic for topic in _TOPICS if word == topic or topic.partition(".")[2] == word}
    return frozenset(own | (set(DOCKER_ACTIONS.get(word, ())) - SAYS_ACTION))


_TOPICS = tuple(fact.TOPIC for fact in FACTS)
