"""Engines that answer anything at all: understood, or refused with a sentence."""

import json

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from adapters.engines.buildkit.failures import Failure, read_failure
from adapters.engines.buildkit.messages import AnyDetail, HistoryRecord, RpcStatus
from adapters.engines.buildkit.provenance import Provenance, read_provenance
from adapters.engines.buildkit.records import Details, assemble
from adapters.engines.surveys import container_changes, inspect_container, inspect_image, survey
from domain.build_record import BuildRecord
from domain.concealing import Concealment
from domain.drifting import Changes
from domain.errors import ShipslogError
from domain.inspection import ContainerInspection, ImageInspection, Snapshot
from tests.adapters.engines.test_inspections import damaged, values
from tests.properties import quick, thorough

CONCEALMENT = Concealment(frozenset(), lambda value: "")
ID = "a" * 64
texts = st.text(st.characters(codec="utf-8"), max_size=8)


class Told:
    """A connection that gives what it was given, by the end of the path."""

    def __init__(self, answers):
        self._answers = answers

    def get(self, path, **_):
        return self._answers[path.rpartition("/")[2]]

    def get_image(self, name, what):
        return self._answers[f"image {what}"]


def is_kept_or_refused(look, kind) -> None:
    try:
        found = look()
    except ShipslogError as refusal:
        assert str(refusal)
        return
    if found is not None:
        assert msgspec.json.decode(msgspec.json.encode(found), type=kind) == found


lists = st.lists(
    values | st.builds(lambda i, v: {"Id": i, "State": v}, texts | st.just(ID), values)
)


@thorough
@given(values | damaged(["info"]), values | lists, values | damaged(["container-running"]))
def test_any_survey_is_a_snapshot_or_none(info, listed, described):
    answers = {"info": info, "json": listed, "image json": described, "image history": listed}
    is_kept_or_refused(
        lambda: survey(
            Told(answers),
            known_containers={},
            described_images=(),
            concealment=CONCEALMENT,
            now=lambda: 1,
        ),
        Snapshot,
    )


@thorough
@given(values | damaged(["container-running", "image-base"]), values)
def test_any_description_is_understood_or_not(described, history):
    told = Told({"json": described, "image json": described, "image history": history})
    is_kept_or_refused(lambda: inspect_container(told, ID, CONCEALMENT), ContainerInspection)
    is_kept_or_refused(lambda: inspect_image(told, ID, CONCEALMENT), ImageInspection)


changed = st.lists(st.fixed_dictionaries({}, optional={"Path": values | texts, "Kind": values}))


@quick
@given(values | changed)
def test_any_changes_are_understood_or_not(answer):
    is_kept_or_refused(lambda: container_changes(Told({"changes": answer}), ID), Changes)


@thorough
@given(values.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=20))
def test_any_provenance_and_error_of_a_build_is_read_or_none(blob):
    found = read_provenance(blob)
    assert found is None or isinstance(found, Provenance)
    urls = ("errdefs.Vertex+json", "errdefs.Source+json", "gatewayapi.ExitMessage+json")
    details = tuple(AnyDetail(f"github.com/moby/buildkit/{url}", blob) for url in urls)
    assert isinstance(read_failure(RpcStatus(details=details)), Failure)


named = st.dictionaries(
    st.sampled_from(["filename", "target", "platform", "context", "source", "vcs:source"])
    | texts.map("build-arg:{}".format),
    texts,
)
responses = st.dictionaries(
    st.sampled_from(["containerimage.base.config", "containerimage.base.config/linux"]) | texts,
    texts | values.map(json.dumps),
)


@quick
@given(texts, named, responses)
def test_any_record_of_a_build_is_written(ref, attrs, response):
    told = HistoryRecord(ref=ref, frontend_attrs=attrs, exporter_response=response)
    is_kept_or_refused(lambda: assemble(told, Details(), str), BuildRecord)
