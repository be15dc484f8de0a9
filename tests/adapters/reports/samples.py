"""A report made up by hand, with hostile text in every place that has text."""

import msgspec

from adapters.reports.document import (
    Change,
    ContainerRow,
    EngineCoverage,
    Gap,
    HistoryReport,
    Incident,
    Integrity,
    Inventory,
    Lane,
    Listing,
    MadeFrom,
    Overview,
    ReferenceVersions,
    Scope,
    Segment,
    Troubled,
    VersionRow,
)
from domain.moments import HOUR, MINUTE, SECOND
from domain.questions.lineage import Edge, EdgeKind, Lineage, Node

START = 1_795_420_800 * SECOND
END = START + 4 * HOUR
HOSTILE = "<script>alert(1)</script>\"'&\x1b[2J\u202e<img src=file:///etc/hostname>"


def listing(*rows):
    """A listing from which nothing is left out."""
    return Listing(rows, len(rows))


def report(text="web-1", **changes):
    """A report in which `text` stands wherever a container's author can write."""
    inventory = Inventory(
        at=START,
        containers=listing(
            ContainerRow(
                name=text,
                id="a1" * 32,
                engine=text,
                state="exited",
                image=text,
                version=2,
                image_id="sha256:" + "1" * 64,
                health="unhealthy",
                exit_code=137,
                started_at=START,
            )
        ),
        running=0,
        images=3,
        references=2,
    )
    version = VersionRow(
        number=1,
        image_id="sha256:" + "1" * 64,
        since=START,
        until=None,
        how="built",
        origin="reported",
        containers=Listing((MadeFrom(text, "a1" * 32),), 3),
    )
    nodes = [
        Node(0, "reference", text, text, text, text, None, START, False),
        Node(1, "image", text, text, text, text, None, START, False),
        Node(2, "container", text, text, text, text, "running", START, False),
    ]
    edges = [
        Edge(0, 1, EdgeKind.VERSION, "reported", number=1, current=True),
        Edge(1, 2, EdgeKind.INSTANCE, "inspected"),
    ]
    made = HistoryReport(
        scope=Scope(
            store=text,
            store_id="0e0d6c1c-0000-4000-8000-000000000000",
            since=START,
            until=END,
            asked_since="4h",
            asked_until=None,
            made_at=END,
            release="0.1.0",
        ),
        events=1234,
        engines=(
            EngineCoverage(
                name=text,
                key="k" * 12,
                endpoint=text,
                flavour="docker",
                version="28.5.1",
                watched=((START, START + HOUR), (START + 2 * HOUR, END)),
                watched_ns=3 * HOUR,
                period_ns=4 * HOUR,
            ),
        ),
        gaps=listing(
            Gap(
                engine=text,
                start=START + HOUR,
                end=START + 2 * HOUR,
                cause="recorder_off",
                evidence=text,
            ),
            Gap(engine=text, start=None, end=START, cause="before_first_recording"),
        ),
        start=inventory,
        end=inventory,
        references=listing(
            ReferenceVersions(reference=text, engine=text, versions=listing(version))
        ),
        changes=listing(
            Change(
                position=7,
                at=START + MINUTE,
                engine=text,
                type="container.created",
                subject=text,
                detail=text,
                origin="reported",
            )
        ),
        incidents=listing(
            Incident(
                position=9,
                at=START + 2 * MINUTE,
                engine=text,
                container=text,
                image=text,
                what="exit code 137",
                meaning="killed",
            )
        ),
        troubled=listing(
            Troubled(container=text, engine=text, bad_exits=1, out_of_memory=1, unhealthy=0)
        ),
        integrity=Integrity(
            result="VERIFIED, NOT WITNESSED",
            statement=("1,234 events are those that were sealed.",),
            events=1234,
            sealed=1234,
            head="1234 q0Rl1vPq2m0bq0Rl1vPq2m0bq0Rl1vPq2m0bq0Rl1vM=",
        ),
        overview=Overview(
            quiet=(5, 9, 2, 0) * 30,
            notable=(1, 2, 0, 0) * 30,
            bad=(0, 1, 0, 0) * 30,
            lanes=(
                Lane(
                    text,
                    (
                        Segment(START, START + HOUR, 1, True, f"{text}, version 1"),
                        Segment(START + HOUR, END, 2, False, f"{text}, version 2"),
                    ),
                ),
            ),
            lanes_left_out=2,
        ),
        lineage=Lineage(nodes, edges),
    )
    return msgspec.structs.replace(made, **changes)
