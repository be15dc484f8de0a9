"""Looking at all that an engine holds, with as few requests as will do."""

import pytest

from adapters.engines.connection import Connection, EngineRefused
from adapters.engines.endpoints import Endpoint
from adapters.engines.surveys import (
    container_changes,
    inspect_container,
    inspect_image,
    survey,
)
from domain.concealing import Concealment
from domain.facts.container import ContainerState
from tests.fakes.engine import Answer
from tests.recordings import answer

CONCEALMENT = Concealment(frozenset(), lambda value: "")


@pytest.fixture
def connection(fake_engine):
    made = Connection(Endpoint("", fake_engine.url))
    made.negotiate()
    fake_engine.requests.clear()
    yield made
    made.close()


def look(connection, known=None, described=()):
    return survey(
        connection,
        known_containers=known or {},
        described_images=frozenset(described),
        concealment=CONCEALMENT,
        now=lambda: 1,
    )


def asked(engine, what):
    return [request.path for request in engine.requests if request.path.endswith(what)]


def test_all_that_is_there_is_seen(connection, fake_engine):
    web, db = fake_engine.create("web"), fake_engine.create("db")
    fake_engine.start(web)
    image_id = fake_engine.holdings.image("shop/web:1")["Id"]
    seen = look(connection)
    assert seen.containers == {web, db}
    assert {c.id: c.state for c in seen.inspected} == {
        web: ContainerState.RUNNING,
        db: ContainerState.CREATED,
    }
    (listed,) = seen.images
    (described,) = seen.described
    assert listed.id == described.id == image_id
    assert listed.references == {"shop/web:1"}
    assert seen.began_at <= seen.ended_at


def test_what_is_known_and_looks_the_same_is_not_asked_for_again(connection, fake_engine):
    web, db = fake_engine.create("web"), fake_engine.create("db")
    image_id = fake_engine.holdings.image("shop/web:1")["Id"]
    known = {web: (ContainerState.CREATED, "web"), db: (ContainerState.CREATED, "db")}
    fake_engine.start(db)
    seen = look(connection, known, [image_id])
    assert seen.containers == {web, db}
    assert [c.id for c in seen.inspected] == [db]
    assert asked(fake_engine, f"{web}/json") == []
    assert seen.described == ()
    assert len(seen.images) == 1


def test_a_look_is_dated_by_the_engines_own_clock(connection, fake_engine):
    fake_engine.clock_offset = -(10**15)
    seen = look(connection)
    assert abs(seen.began_at - fake_engine.now()) < 5 * 10**9
    assert abs(seen.ended_at - fake_engine.now()) < 5 * 10**9


def test_what_goes_away_during_the_look_is_not_described(connection, fake_engine):
    web = fake_engine.create("web")
    fake_engine.answers.append(Answer(f"{web}/json", 404, "No such container"))
    seen = look(connection)
    assert (seen.containers, seen.inspected) == ({web}, ())


@pytest.mark.parametrize(
    "wrong",
    [
        Answer("", 500, "corrupt"),
        Answer("", 200, body=b"null"),
        Answer("", 200, body=b"[]"),
        Answer("", 200, body=b"{}"),
        Answer("", 200, body=b"garbage"),
    ],
)
def test_one_object_that_cannot_be_described_does_not_hide_the_others(
    connection, fake_engine, wrong
):
    damaged, sound = fake_engine.create("damaged"), fake_engine.create("sound")
    image_id = fake_engine.add_image("damaged:1")
    fake_engine.answers.append(wrong._replace(path=f"{damaged}/json"))
    fake_engine.answers.append(wrong._replace(path=f"{image_id}/json"))
    seen = look(connection)
    assert seen.containers == {damaged, sound}
    assert [c.id for c in seen.inspected] == [sound]
    assert len(seen.images) == 2
    assert [image.references for image in seen.described] == [{"shop/web:1"}]


@pytest.mark.parametrize("status", [401, 403])
def test_an_engine_that_lets_nothing_be_described_says_so(connection, fake_engine, status):
    fake_engine.create("web")
    fake_engine.answers.append(Answer("/containers/", status, "not for you"))
    with pytest.raises(EngineRefused, match="not for you"):
        look(connection)


def test_an_engine_without_anything_answers_null(connection, fake_engine):
    fake_engine.answers.append(Answer("/containers/json", 200, body=b"null"))
    fake_engine.answers.append(Answer("/images/json", 200, body=b"null"))
    seen = look(connection)
    assert (seen.containers, seen.images) == (frozenset(), ())


def test_what_is_gone_is_none(connection):
    assert inspect_container(connection, "0" * 64, CONCEALMENT) is None
    assert inspect_image(connection, "no/such:1", CONCEALMENT) is None
    assert container_changes(connection, "0" * 64) is None


def test_what_a_container_changed_is_told(connection, fake_engine):
    web = fake_engine.create("web")
    assert container_changes(connection, web).added == ()
    fake_engine.holdings.changes[web] = answer("docker-28.5", "container-changes")
    assert container_changes(connection, web).added == ("/page",)
