import xml.etree.ElementTree as ElementTree

from tests.app.story import BASE, HOSTILE, NEW, WEB_2


def test_the_keys_are_those_of_the_design(ask):
    answer = ask("lineage", "--format", "json").json
    assert list(answer) == ["nodes", "edges"]
    assert all(set(node) >= {"id", "kind", "label"} for node in answer["nodes"])
    assert all(set(edge) >= {"from", "to", "kind", "evidence"} for edge in answer["edges"])
    assert {edge["kind"] for edge in answer["edges"]} == {"base", "version", "instance"}


def test_a_container_comes_from_its_image_and_that_from_its_base(ask):
    answer = ask("lineage", "web-2", "--format", "json").json
    links = {(edge["from"], edge["to"]): edge for edge in answer["edges"]}
    assert links[WEB_2, NEW]["kind"] == "instance"
    assert links[BASE, WEB_2]["evidence"] == "layers"


def test_the_tree_stands_on_its_base(ask):
    first, *rest = ask("lineage").out.splitlines()
    assert first.startswith("image shop/base:1  bbbbbbbbbbbb")
    assert any("└─ container web-2" in line for line in rest)


def test_dot_and_mermaid_have_every_link(ask):
    assert ask("lineage", "web-2", "--format", "dot").out.startswith("digraph")
    assert "-->" in ask("lineage", "web-2", "--format", "mermaid").out


def test_svg_is_well_formed_and_has_every_node(ask):
    answer = ask("lineage", "shop/base:1", "--format", "svg")
    drawing = ElementTree.fromstring(answer.out)
    words = "".join(drawing.itertext())
    for name in ("shop/base:1", "web-1", "web-2", "worker-1"):
        assert name in words


def test_hostile_names_stay_text_in_every_form(ask):
    for form in ("tree", "dot", "mermaid", "svg"):
        drawn = ask("lineage", HOSTILE, "--format", form).out
        assert "\x1b" not in drawn, form
        assert "\u202e" not in drawn, form
    assert "<script" not in ask("lineage", HOSTILE, "--format", "svg").out


def test_an_unknown_object_is_exit_code_1(ask):
    told = ask("lineage", "nobody")
    assert (told.code, told.out) == (1, "")
    assert told.err.count("\n") == 1


def test_before_the_history_nothing_has_a_lineage(ask):
    told = ask("lineage", "--at", "2020-01-01")
    assert (told.code, told.out) == (1, "")


def test_an_engine_can_be_named(ask):
    assert ask("lineage", "web-2", "--engine", "laptop").code == 0
    told = ask("lineage", "web-2", "--engine", "nowhere")
    assert told.code == 1
    assert "it knows laptop" in told.err


def test_it_runs_as_a_process_of_its_own(process):
    assert "├─" in process("lineage").stdout.decode()
