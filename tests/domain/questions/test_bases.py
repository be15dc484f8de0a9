"""Which image another was built from: what decides, and what stays ambiguous."""

from domain.build_record import BaseConfiguration, BaseImage, BuildRecord
from domain.facts.build import BuildFinished
from domain.facts.container import Healthcheck, Variable
from domain.facts.image import Description, Instruction
from domain.questions.bases import Base, Evidence
from domain.questions.contents import content_mark, same_content, step_marks
from tests.adapters.readmodel import memory
from tests.adapters.readmodel.memory import at, image_id
from tests.domain.questions.story import Facts, described, history_of, moment, pointed, subject


def steps(text):
    """A history with an instruction for each letter, each carried out at a moment of its own."""
    return tuple(Instruction(f"RUN {letter}", created_at=moment(ord(letter))) for letter in text)


def image(seconds, number, layers, history="", **parts):
    return described(seconds, number, layers, history=steps(history), **parts)


def bases(told: Facts):
    """By the image's number: (base's number, evidence)."""
    history = history_of(told)
    numbers = {subject(history, memory.image(n)): n for n in range(1, 9) if _has(history, n)}
    return {
        numbers[each]: (numbers[base.image], base.evidence.value)
        for each, base in history.bases().items()
    }


def _has(history, number):
    return history.object_of(memory.image(number)) is not None


# --- layers and history ---


def test_the_history_decides_between_images_with_the_same_layers():
    told = [image(1, 1, "a", "A"), image(2, 2, "a", "AX"), image(3, 3, "ab", "AB")]
    assert bases(told)[3] == (1, "layers")


def test_what_differs_in_metadata_alone_has_its_base_too():
    told = [image(1, 1, "a", "A"), image(2, 2, "a", "AX"), image(3, 3, "a", "AXY")]
    assert bases(told) == {2: (1, "layers"), 3: (2, "layers")}


def test_a_base_that_came_to_be_known_later_is_known_by_its_history():
    told = [image(1, 2, "ab", "AB"), image(2, 1, "a", "A")]
    assert bases(told) == {2: (1, "layers")}


def test_a_relative_with_fewer_layers_is_no_base():
    told = [image(1, 1, "a", "AX"), image(2, 2, "ab", "AB")]
    assert bases(told) == {}


def test_the_same_instruction_at_another_moment_is_another_step():
    other = (Instruction("RUN A", created_at=moment(999)),)
    told = [described(1, 1, "a", history=other), image(2, 2, "ab", "AB")]
    assert bases(told) == {}


def test_without_a_history_the_layers_must_do():
    told = [image(1, 1, "a"), image(2, 2, "ab", "AB")]
    assert bases(told) == {2: (1, "layers")}


def test_of_bases_with_one_content_the_last_before_is_meant():
    told = [image(1, 1, "a", "A"), image(2, 2, "a", "A"), image(3, 3, "ab", "AB")]
    told += [image(4, 4, "a", "A")]
    assert bases(told)[3] == (2, "layers")


def test_the_same_layers_and_history_but_another_setup_are_ambiguous():
    told = [image(1, 1, "a", "A", user="0"), image(2, 2, "a", "A", user="1")]
    told += [image(3, 3, "ab", "AB")]
    assert bases(told)[3] == (2, "ambiguous")


def test_images_of_nothing_but_metadata_have_no_layers_to_go_by():
    told = [image(1, 1, "", "A"), image(2, 2, "", "AB")]
    assert bases(told) == {}


# --- the record of the build ---


def built(seconds, number, **parts):
    record = BuildRecord(ref="r", **parts)
    stream = memory.stream("build", f"build {number}")
    fact = at(
        moment(seconds),
        BuildFinished,
        builder="buildkit",
        image_ids=(image_id(number),),
        record=record,
    )
    return stream, fact


def test_the_record_of_the_build_is_the_best_evidence():
    told = [image(1, 1, "a", "A"), image(2, 2, "a", "AX"), image(3, 3, "ab", "AXB")]
    made = BaseConfiguration(created_at=moment(1), layers=("a",))
    told += [built(4, 3, base_configurations=(made,))]
    assert bases(told)[3] == (1, "build record")


def test_a_digest_in_the_record_is_the_id_on_the_containerd_store():
    told = [image(1, 1, "a", "A"), image(2, 2, "c", "C"), image(3, 3, "ab", "AB")]
    digests = (BaseImage("copied:1", image_id(2)), BaseImage("base:1", image_id(1)))
    assert bases([*told, built(4, 3, base_images=digests)])[3] == (1, "build record")


def test_a_record_of_images_that_are_not_known_tells_nothing():
    told = [image(1, 1, "a", "A"), image(3, 3, "ab", "AB")]
    unknown = BaseConfiguration(created_at=moment(7), layers=("z",))
    told += [built(4, 3, base_images=(BaseImage("x", "sha256:x"),), base_configurations=(unknown,))]
    assert bases(told)[3] == (1, "layers")


def test_a_parent_is_better_evidence_than_layers():
    told = [image(1, 1, "a", "A"), image(2, 2, "a", "AX")]
    told += [image(3, 3, "ab", "AXB", parent=image_id(1))]
    assert bases(told)[3] == (1, "parent")


def test_a_label_is_weighed_against_layers_that_do_not_decide():
    labels = {"org.opencontainers.image.base.name": "base:1"}
    told = [described(1, 1, "a"), pointed(1, "base:1", 1), described(2, 2, "a")]
    told += [described(3, 3, "ab", labels=labels)]
    assert bases(told)[3] == (1, "label")


# --- contents ---


def test_the_mark_of_the_content_changes_with_all_that_is_in_it():
    whole = Description(
        layers=("a",),
        history=steps("A"),
        variables=(Variable("A", None, "d1"),),
        healthcheck=Healthcheck(test=("CMD", "x")),
    )
    others = [
        Description(layers=("b",), history=steps("A")),
        Description(layers=("a",), history=steps("B")),
        Description(layers=("a",), history=steps("A")),
        Description(layers=("a",), history=steps("A"), variables=(Variable("A", None, "d2"),)),
    ]
    marks = {content_mark(each) for each in [whole, *others]}
    assert len(marks) == 5


def test_the_mark_does_not_depend_on_what_the_store_or_the_moment_gives():
    here = Description(layers=("a",), history=steps("A"), size=1, repo_digests=("x",))
    there = Description(
        layers=("a",),
        history=tuple(Instruction(each.text, size=5) for each in here.history),
        created_at=7,
        parent="p",
    )
    assert content_mark(here) == content_mark(there) != ""
    assert step_marks(here) != step_marks(there)


def test_without_a_history_nothing_is_known_of_the_content():
    assert content_mark(Description(layers=("a",))) == ""
    assert same_content({1: "", 2: ""}, 1) == []


def test_images_with_the_same_mark_have_the_same_content():
    told = [image(1, 1, "a", "A"), image(2, 2, "a", "A"), image(3, 3, "a", "AB")]
    history = history_of(told)
    one, two = (subject(history, memory.image(n)) for n in (1, 2))
    assert same_content(history.contents(), one) == [two]


def test_the_base_is_kept_with_its_kind():
    history = history_of([image(1, 1, "a", "A"), image(2, 2, "ab", "AB")])
    one, two = (subject(history, memory.image(n)) for n in (1, 2))
    assert history.bases() == {two: Base(one, Evidence.LAYERS)}
