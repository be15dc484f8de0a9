"""What was made from what."""

from domain.facts import container, image
from domain.questions.lineage import EdgeKind, Lineage, lineage, to_json
from domain.questions.lineage_formats import as_dot, as_mermaid, as_tree
from tests.adapters.readmodel import memory
from tests.adapters.readmodel.memory import at, image_id
from tests.domain.questions import story
from tests.domain.questions.story import described, moment, pointed


def of(name: str, told: story.Facts | None = None, seconds: float | None = None) -> Lineage:
    history = story.history_of(story.facts() if told is None else told)
    at_moment = None if seconds is None else moment(seconds)
    return lineage(history, story.subject(history, name), at_moment)


def edges(found: Lineage) -> set[tuple[str, str, str, str]]:
    labels = {node.subject: node.label for node in found.nodes}
    return {(labels[e.from_], labels[e.to], e.kind.value, e.evidence) for e in found.edges}


def labels(found: Lineage) -> set[str]:
    return {node.label for node in found.nodes}


def test_a_container_comes_from_its_image_and_that_from_its_base() -> None:
    found = of(memory.container(1))
    assert labels(found) == {"web", "shop/web:1", "shop/web:1 #1", "debian:12"}
    assert ("shop/web:1 #1", "web", "instance", "inspected") in edges(found)
    assert ("debian:12", "shop/web:1 #1", "base", "layers") in edges(found)


def test_a_reference_has_all_its_versions_what_they_come_from_and_what_came_of_them() -> None:
    found = of(memory.reference("shop/web:1"))
    assert labels(found) == {
        "debian:12",
        "shop/web:1",
        "shop/web:1 #1",
        "web",
        "web-2",
        "saved:1",
        "saved:1 #1",
    }
    versions = {e.number: e.current for e in found.edges if e.kind is EdgeKind.VERSION and e.number}
    assert versions[2] is True


def test_an_image_that_was_committed_comes_from_the_container() -> None:
    found = of(memory.image(4))
    assert ("web-2", "saved:1 #1", "commit", "reported") in edges(found)
    assert "debian:12" in labels(found)


def test_a_removed_object_has_its_lineage_and_says_that_it_is_removed() -> None:
    found = of(memory.container(1))
    (node,) = [node for node in found.nodes if node.label == "web"]
    assert (node.state, node.removed) == ("removed", True)


def test_as_of_a_moment_nothing_is_told_of_what_came_later() -> None:
    found = of(memory.image(1), seconds=50)
    assert labels(found) == {"debian:12", "shop/web:1", "web"}
    assert all(node.since is not None and node.since <= moment(50) for node in found.nodes)


def test_everything_has_what_is_there_and_what_that_came_from() -> None:
    removed = (memory.image(2), at(moment(105), image.ImageRemoved))
    found = lineage(story.history([removed]), moment=moment(125))
    assert {(node.label, node.removed) for node in found.nodes if node.kind == "image"} == {
        ("debian:12", False),
        ("shop/web:1 #1", True),
        ("shop/web:1", False),
        ("saved:1", False),
    }
    assert all(edge.current for edge in found.edges if edge.kind is EdgeKind.VERSION)


def test_an_instance_without_inspection_is_marked_as_following_from_what_was_typed() -> None:
    told = [
        pointed(1, "a:1", 1),
        story.of_container(2, 1, container.ContainerCreated, name="x", image="a:1"),
    ]
    assert ("a:1", "x", "instance", "typed") in edges(of(memory.image(1), told))


class TestBases:
    """How the base of an image is known."""

    @staticmethod
    def base(told: story.Facts, number: int) -> set[tuple[str, str]]:
        history = story.history_of(told)
        found = lineage(history, story.subject(history, memory.image(number)))
        ids = {node.subject: node.id for node in found.nodes}
        return {
            (ids[edge.from_], edge.evidence)
            for edge in found.edges
            if edge.kind is EdgeKind.BASE and ids[edge.to] == image_id(number)
        }

    def test_the_parent_that_the_engine_names_wins(self) -> None:
        told = [described(1, 1, "a"), described(2, 2, "ab")]
        told += [described(3, 3, "abc", parent=image_id(1))]
        assert self.base(told, 3) == {(image_id(1), "parent")}

    def test_else_the_image_with_the_longest_strict_prefix_of_layers(self) -> None:
        told = [described(1, 1, "a"), described(2, 2, "ab"), described(3, 3, "abc")]
        assert self.base(told, 3) == {(image_id(2), "layers")}

    def test_an_image_with_the_same_layers_is_no_base(self) -> None:
        told = [described(1, 1, "ab"), described(2, 2, "ab")]
        assert self.base(told, 2) == set()

    def test_an_image_known_only_later_is_no_base(self) -> None:
        told = [described(2, 1, "ab"), described(1, 2, "abc")]
        assert self.base(told, 2) == set()

    def test_an_image_of_another_engine_is_no_base(self) -> None:
        stream, fact = described(1, 1, "a")
        told = [(stream.replace(memory.KEY, "f" * 12), fact), described(2, 2, "ab")]
        assert self.base(told, 2) == set()

    def test_images_with_the_same_layers_are_all_named_and_the_latest_shown(self) -> None:
        told = [described(1, 1, "a"), described(2, 2, "a"), described(3, 3, "ab")]
        assert self.base(told, 3) == {(image_id(2), "ambiguous")}
        history = story.history_of(told)
        found = lineage(history, story.subject(history, memory.image(3)))
        (edge,) = [edge for edge in found.edges if edge.kind is EdgeKind.BASE]
        assert edge.candidates == (image_id(1), image_id(2))

    def test_a_label_decides_between_them(self) -> None:
        labels = {"org.opencontainers.image.base.digest": image_id(1)}
        told = [described(1, 1, "a"), described(2, 2, "a"), described(3, 3, "ab", labels=labels)]
        assert self.base(told, 3) == {(image_id(1), "label")}

    def test_a_label_alone_is_a_claim_that_is_shown_as_one(self) -> None:
        labels = {"org.opencontainers.image.base.name": "debian:12"}
        told = [described(1, 1, "a"), pointed(1, "debian:12", 1)]
        told += [described(3, 3, "xy", labels=labels)]
        assert self.base(told, 3) == {(image_id(1), "label")}

    def test_a_label_that_the_named_base_bears_itself_was_inherited(self) -> None:
        labels = {"org.opencontainers.image.base.digest": image_id(1)}
        told = [described(1, 1, "a", labels=labels), described(3, 3, "xy", labels=labels)]
        assert self.base(told, 3) == set()

    def test_images_that_name_each_other_as_parents_do_no_harm(self) -> None:
        told = [
            described(1, 1, "a", parent=image_id(2)),
            described(2, 2, "b", parent=image_id(1)),
        ]
        assert self.base(told, 1) == {(image_id(2), "parent")}
        history = story.history_of(told)
        assert as_tree(lineage(history)).count("image") == 2


class TestFormats:
    """A lineage as text."""

    def test_a_tree_has_bases_first_and_each_node_once(self) -> None:
        text, short = as_tree(of(memory.reference("shop/web:1"))), "0" * 12
        assert text.splitlines() == [
            "image debian:12  000000000000  <- debian:12 (version 1)",
            f"├─ image shop/web:1 #1  {short}  [base (layers)]  <- shop/web:1 (version 1, past)",
            "│  └─ container web  000000000000  removed  [instance]",
            "└─ image shop/web:1  000000000000  [base (layers)]  <- shop/web:1 (version 2)",
            "   └─ container web-2  000000000000  running  [instance]",
            f"      └─ image saved:1 #1  {short}  removed  [commit]  <- saved:1 (version 1, past)",
        ]

    def test_a_long_chain_of_bases_is_printed(self) -> None:
        told = [described(number, number, "l" * number) for number in range(1, 1200)]
        assert len(as_tree(lineage(story.history_of(told))).splitlines()) == 1199

    HOSTILE = 'x"]; n1 -> n2 //\x1b[31m\u202e</script>`\\'

    def test_hostile_names_cannot_leave_their_place(self) -> None:
        told = [
            pointed(1, self.HOSTILE, 1),
            story.of_container(2, 1, container.ContainerCreated, name=self.HOSTILE, image="a"),
        ]
        found = lineage(story.history_of(told))
        for text in (as_dot(found), as_mermaid(found), as_tree(found)):
            assert not {"\x1b", "\u202e"} & set(text)
        for line in as_dot(found).splitlines():
            assert line.replace("\\\\", "").replace('\\"', "").count('"') % 2 == 0
        nodes = [line for line in as_mermaid(found).splitlines() if line.startswith("  n")]
        assert nodes
        for line in nodes:
            assert line.count('"') == 2
            assert "<" not in line.replace("<br/>", "")

    def test_dot_and_mermaid_have_a_line_for_each_node_and_edge(self) -> None:
        found = of(memory.reference("shop/web:1"))
        dot, mermaid = as_dot(found), as_mermaid(found)
        assert dot.startswith("digraph lineage {") and dot.endswith("}\n")
        assert dot.count(" -> ") == len(found.edges)
        assert mermaid.startswith("flowchart LR\n")
        assert len(mermaid.splitlines()) == 1 + len(found.nodes) + len(found.edges)

    def test_the_json_has_the_keys_that_scripts_rely_on(self) -> None:
        written = to_json(of(memory.container(1)))
        assert list(written) == ["nodes", "edges"]
        assert {"id", "kind", "label", "engine"} <= set(written["nodes"][0])
        base = next(edge for edge in written["edges"] if edge["kind"] == "base")
        assert (base["from"], base["to"], base["evidence"]) == (image_id(1), image_id(2), "layers")
