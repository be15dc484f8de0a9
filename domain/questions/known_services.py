"""Which services the history knows, and which one a person means."""

from collections import defaultdict

from domain.questions.history import History
from domain.questions.setups import configurations
from domain.questions.show import Reading
from domain.questions.tenures import Service, tenures


def services(history: History) -> dict[Service, list[int]]:
    """Every service that the history knows, with its containers in the order of time."""
    found: defaultdict[Service, list[int]] = defaultdict(list)
    for each in sorted(tenures(history), key=lambda each: each.start):
        found[each.service].append(each.container)
    return dict(found)


def services_named(history: History, text: str, engine: str | None = None) -> list[Service]:
    """The services that a person means: by name, `project/service`, project, or a container."""
    known = {
        each: containers
        for each, containers in services(history).items()
        if engine is None or each.engine == engine
    }
    for means in (
        lambda each: text in (each.name, f"{each.project}/{each.name}"),
        lambda each: text == each.project,
        lambda each: any(text in history.names_of(container) for container in known[each]),
        lambda each: any(
            len(text) > 3 and history.identity_of(container).object_id.startswith(text)
            for container in known[each]
        ),
    ):
        if found := [each for each in known if means(each)]:
            return found
    return []


def passing(history: History, reading: Reading) -> set[Service]:
    """Services that are no more than a name given to containers which were run with `--rm`."""
    by_name = {each: held for each, held in services(history).items() if each.by_name}
    everyone = [container for held in by_name.values() for container in held]
    known = configurations(history, reading, everyone)
    return {
        service
        for service, held in by_name.items()
        if all(each in known and known[each].first.auto_remove for each in held)
    }
