"""What a report says of the history's own soundness, in words that an auditor may rely on."""

from pathlib import Path

from adapters.reports.document import Integrity
from adapters.reports.ledger_head import ledger_head
from adapters.store.verification import Result, Verification, verify

QUICK = 200_000
"""Events that are verified in about a second; more of them only when asked for."""

_NOT_VERIFIED = (
    "The history was not verified when this report was made; `shipslog verify` verifies it."
)
_NOT_PROVEN = (
    "Not proven: that the engine reported every event (see Coverage), that its clock was right, "
    "and who acted. Whoever has the recorder's account could have written false events before "
    "they were sealed, or rewritten what no one had kept a head of."
)


def integrity(store: Path, events: int, *, wanted: bool | None) -> Integrity:
    """The integrity statement.

    Args:
        store: the store's file.
        events: how many events it holds.
        wanted: whether to verify; None leaves it to how long that takes.
    """
    head = ledger_head(store)
    shown = None if head is None else str(head)
    if not (events <= QUICK if wanted is None else wanted):
        return Integrity(
            result=None,
            statement=(_NOT_VERIFIED, _NOT_PROVEN),
            events=events,
            sealed=None,
            head=shown,
        )
    found = verify(store)
    return Integrity(
        result=found.result.value,
        statement=(*_statement(found), _NOT_PROVEN),
        events=found.events,
        sealed=found.sealed,
        head=shown,
    )


def _statement(found: Verification) -> tuple[str, ...]:
    if found.result is Result.TAMPERED:
        where = "" if found.first_bad is None else f" from position {found.first_bad:,} on"
        return (f"Tampered: {found.reason} What follows cannot be relied on{where}.",)
    key = ", ".join(found.keys) or "unknown"
    verified = (
        f"Verified: the {found.sealed:,} events up to the last checkpoint are byte for byte those "
        f"that were sealed with the key {key} (from {found.key_from}); none was changed, removed, "
        "inserted or reordered."
    )
    said = [verified]
    if found.witness:
        said.append(
            f"Witnessed: a head of {found.witness:,} events that was kept outside this history is "
            "a beginning of it."
        )
    else:
        said.append("Not witnessed: no head kept outside this history was there to compare with.")
    if found.unsealed:
        said.append(f"Not covered: {found.unsealed:,} events after the last seal.")
    return tuple(said)
