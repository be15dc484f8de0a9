"""Which environment variables a new container needs, and where their values come from."""

import msgspec

from domain.facts.container import Variable
from domain.questions.recreating.values import is_redacted


class Environment(msgspec.Struct, frozen=True):
    """The variables that the image alone does not give."""

    given: dict[str, str]
    """Values that the person allowed to be stored."""
    to_supply: tuple[str, ...]
    """Names of variables whose values were not stored."""
    to_leave_unset: tuple[str, ...]
    """Names that were given without a value: what the image says of them does not hold."""


def environment(wanted: tuple[Variable, ...], image: tuple[Variable, ...]) -> Environment:
    """What the container's variables add to those of its image.

    A variable is the image's own where both values have the same digest under the store's key.
    """
    inherited = {each.name: each for each in image}
    given: dict[str, str] = {}
    to_supply: list[str] = []
    unset = sorted(set(inherited) - {each.name for each in wanted})
    for each in wanted:
        if not each.digest and each.value is None:
            unset.append(each.name)
        elif _same(each, inherited.get(each.name)):
            continue
        elif each.value is not None and not is_redacted(each.value):
            given[each.name] = each.value
        else:
            to_supply.append(each.name)
    return Environment(given, tuple(to_supply), tuple(unset))


def _same(variable: Variable, other: Variable | None) -> bool:
    return other is not None and variable.digest != "" and variable.digest == other.digest
