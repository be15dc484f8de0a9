"""What a container's facts add up to: visits, probes, drift, isolation in time."""

from domain.facts import container
from domain.facts.container import Configuration, ContainerProbed, DriftSeen
from domain.moments import rfc3339
from domain.questions.show import show, to_json
from tests.adapters.readmodel.memory import at
from tests.domain.questions.containers import WEB, Asked, configured, described, made
from tests.domain.questions.story import moment


def life(*told):
    asked = Asked(described(), made(), list(told))
    return to_json(show(asked.history, asked.subject(), asked.reading))


def of_web(seconds, kind, **parts):
    return WEB, at(moment(seconds), kind, **parts)


def created(seconds, exec_id, command):
    return of_web(seconds, container.ExecCreated, exec_id=exec_id, command=command)


def started(seconds, exec_id):
    return of_web(seconds, container.ExecStarted, exec_id=exec_id)


def ended(seconds, exec_id, code):
    return of_web(seconds, container.ExecEnded, exec_id=exec_id, exit_code=code)


# --- exec sessions ---


def test_sessions_are_joined_by_their_id():
    told = life(
        created(20, "a", "sh"),
        created(21, "b", "ls"),
        started(21, "b"),
        started(22, "a"),
        ended(23, "b", 2),
        ended(30, "a", 0),
    )["exec_sessions"]
    assert [(each["exec_id"], each["command"], each["exit_code"]) for each in told] == [
        ("a", "sh", 0),
        ("b", "ls", 2),
    ]
    assert [each["lasted_ns"] for each in told] == [8_000_000_000, 2_000_000_000]
    assert told[0]["positions"] == [6, 9, 11]


def test_a_session_that_goes_on_has_no_end():
    (told,) = life(created(20, "a", "sh"), started(20, "a"))["exec_sessions"]
    assert (told["ended_at"], told["exit_code"], told["lasted_ns"]) == (None, None, None)


def test_without_ids_ends_go_to_the_oldest_open_session():
    told = life(
        started(20, None), started(21, None), ended(22, None, 1), ended(23, None, 0),
        ended(24, None, 7),
    )["exec_sessions"]  # fmt: skip
    assert [(each["started_at"] is not None, each["exit_code"]) for each in told] == [
        (True, 1),
        (True, 0),
        (False, 7),
    ]


def test_many_sessions_are_joined_quickly():
    told = [
        fact
        for number in range(3000)
        for fact in (
            created(number, str(number), "x"),
            started(number, str(number)),
            ended(number, str(number), 0),
        )
    ]
    assert len(life(*told)["exec_sessions"]) == 3000


# --- probes ---


def test_probes_are_added_up():
    told = life(
        of_web(20, ContainerProbed, since=moment(11), probes=10, failed=1, events=30),
        of_web(40, ContainerProbed, since=moment(21), probes=5, failed=0, events=15),
    )["probes"]
    assert (told["probes"], told["failed"]) == (15, 1)
    assert told["from"] < told["to"]


def test_without_any_there_is_nothing_to_say():
    told = life()
    assert (told["probes"], told["drift"], told["exec_sessions"]) == (None, None, [])


# --- drift ---


def seen(seconds, added=(), modified=(), deleted=(), total=None):
    count = len(added) + len(modified) + len(deleted) if total is None else total
    return of_web(seconds, DriftSeen, added=added, modified=modified, deleted=deleted, total=count)


def test_each_path_differs_since_it_was_first_seen_so():
    told = life(
        seen(20, added=("/a", "/gone")),
        seen(30, added=("/a",), modified=("/etc/hosts",)),
        seen(40, added=("/a", "/gone"), modified=("/etc/hosts",)),
    )["drift"]
    since = {each["path"]: each["since"][:19] for each in told["added"] + told["modified"]}
    assert since == {
        "/a": written(20),
        "/gone": written(40),
        "/etc/hosts": written(30),
    }
    assert told["since"][:19] == written(20)
    assert (told["total"], told["deleted"]) == (3, [])
    assert told["warning"] == "3 paths differ from the image; a container made anew has none of it"


def test_drift_that_went_away_is_none():
    assert life(seen(20, added=("/a",)), seen(30))["drift"] is None


def written(seconds):
    return rfc3339(moment(seconds))[:19]


# --- configuration and isolation ---


def test_privileged_from_and_to():
    told = [
        configured(Configuration(privileged=True), 15),
        configured(Configuration(), 25),
        of_web(40, container.ContainerRemoved),
    ]
    held = life(*told)["isolation"]["findings"]
    privileged = next(each for each in held if each["cis"] == "5.5")
    assert (privileged["from"][:19], privileged["to"][:19]) == (written(15), written(25))
    root = next(each for each in held if each["cis"] == "4.1")
    assert (root["from"][:19], root["to"][:19]) == (written(10), written(40))


def test_the_configuration_is_told_as_it_was_last():
    told = life(configured(Configuration(memory_bytes=5), 20))
    assert told["configuration"]["memory_bytes"] == 5
    assert told["isolation"]["profile"]["processes"] == {"own": True, "of": None}


def test_of_what_nobody_looked_at_it_is_unknown():
    asked = Asked(described(), made()[:1])
    told = to_json(show(asked.history, asked.subject(), asked.reading))
    assert (told["configuration"], told["isolation"]) == (None, None)
