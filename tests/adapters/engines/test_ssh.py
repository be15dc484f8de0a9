"""Engines over ssh: a real ssh, a real sshd, and the fake engine at the far end."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from adapters.engines import connection as connections
from adapters.engines import ssh_addresses
from adapters.engines.connection import Connection, EngineUnreachable, StreamEnded
from adapters.engines.endpoints import Endpoint
from adapters.engines.events import split_lines
from adapters.engines.ssh_addresses import SshAddress, ssh_address
from domain.engine_event import parse_engine_event
from tests.engines.sshd import serving, ssh_children


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("sshd")) as sshd:
        yield sshd


@pytest.fixture
def sshd(server, monkeypatch):
    """The ssh server, with nothing behind it yet."""
    server.forget()
    monkeypatch.setenv("PATH", f"{server.bin}:{os.environ['PATH']}")
    yield server
    assert ssh_children(os.getpid()) == []


@pytest.fixture
def far_engine(sshd, fake_engine):
    """A connection to the fake engine over ssh."""
    sshd.give_engine(fake_engine.socket)
    connection = Connection(Endpoint("", sshd.url))
    yield connection
    connection.close()


def actions(chunks):
    for line in filter(None, split_lines(chunks)):
        yield parse_engine_event(line).action


def complaint(url):
    with pytest.raises(EngineUnreachable) as unreachable:
        Connection(Endpoint("", url)).negotiate()
    sentence = str(unreachable.value)
    assert sentence.startswith(f"The engine at {url} cannot be reached: ")
    assert "\n" not in sentence
    assert ssh_children(os.getpid()) == []
    return sentence


def open_files():
    return len(list(Path("/proc/self/fd").iterdir()))


# --- addresses ---


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("ssh://build-host", SshAddress("build-host")),
        ("ssh://Build-Host/", SshAddress("Build-Host")),
        ("ssh://ann@build-host:2222", SshAddress("build-host", "ann", 2222)),
        ("ssh://ann%40corp@build-host", SshAddress("build-host", "ann@corp")),
        ("ssh://[::1]:2222", SshAddress("::1", "", 2222)),
        ("ssh://h/run/my%20docker.sock", SshAddress("h", socket="/run/my docker.sock")),
    ],
)
def test_an_address_is_read(url, address):
    assert ssh_address(url) == address


@pytest.mark.parametrize(
    "url",
    [
        "ssh://",
        "ssh:///run/docker.sock",
        "ssh://-oProxyCommand=touch%20x",
        "ssh://-oProxyCommand=x@host",
        "ssh://%2DoProxyCommand=x@host",
        "ssh://ann:secret@host",
        "ssh://host:port",
        "ssh://host?x=1",
        "ssh://ho st",
    ],
)
def test_what_is_no_address_or_could_be_an_option_starts_no_ssh(url, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(EngineUnreachable, match=r"cannot be reached: (an|neither)") as refusal:
        Connection(Endpoint("", url))
    assert "secret" not in str(refusal.value).partition("cannot be reached")[2]


def test_the_command_is_that_of_docker_itself():
    command = SshAddress("host", "ann", 22).command()
    assert command[0] == "ssh"
    said = " ".join(command[command.index("-T") :])
    assert said == "-T -l ann -p 22 -- host docker system dial-stdio"
    assert "BatchMode=yes" in command
    far = SshAddress("host", socket="/run/my docker.sock").command()
    assert far[far.index("--") :] == [
        *("--", "host", "docker", "--host", "'unix:///run/my docker.sock'"),
        *("system", "dial-stdio"),
    ]


# --- talking ---


def test_an_engine_is_read_over_ssh(far_engine, fake_engine, sshd):
    far_engine.negotiate()
    assert far_engine.get("/info")["ID"] == fake_engine.daemon_id
    assert sshd.asked.read_text() == "system dial-stdio\n", "one connection serves all requests"


def test_the_other_machines_shell_takes_the_socket_as_one_word(fake_engine, sshd):
    sshd.give_engine(fake_engine.socket)
    connection = Connection(Endpoint("", f"{sshd.url}/run/my%20$(touch%20x);docker.sock"))
    connection.negotiate()
    connection.close()
    asked = sshd.asked.read_text()
    assert asked == "--host unix:///run/my $(touch x);docker.sock system dial-stdio\n"


def test_a_stream_gives_what_is_remembered_and_what_happens(far_engine, fake_engine):
    far_engine.negotiate()
    object_id = fake_engine.create("web")
    stream = actions(far_engine.stream("/events", since="1"))
    assert next(stream) == "create"
    fake_engine.start(object_id)
    assert next(stream) == "start"


def test_a_quiet_stream_is_waited_for(far_engine, fake_engine, monkeypatch):
    far_engine.negotiate()
    monkeypatch.setattr(connections, "_ANSWER_SECONDS", 0.3)
    stream = actions(far_engine.stream("/events", since="1"))
    threading.Timer(0.8, lambda: fake_engine.create("web")).start()
    assert next(stream) == "create"


def test_an_engine_that_hangs_is_not_waited_for(far_engine, fake_engine, monkeypatch):
    monkeypatch.setattr(connections, "_ANSWER_SECONDS", 0.5)
    fake_engine.freeze()
    with pytest.raises(EngineUnreachable, match="timed out"):
        far_engine.negotiate()
    fake_engine.thaw()


def test_several_threads_may_ask_at_once(far_engine, fake_engine):
    far_engine.negotiate()
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(far_engine.get("/info")["ID"]))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert answers == [fake_engine.daemon_id] * 3


# --- ending ---


def test_closing_wakes_all_readers_and_leaves_no_ssh_behind(far_engine, fake_engine):
    far_engine.negotiate()
    ended = []
    stream = far_engine.stream("/events", since="1")
    fake_engine.silent_paths.add("/info")

    def read(what):
        with pytest.raises((StreamEnded, EngineUnreachable)) as end:
            what()
        ended.append(end.value)

    readers = [
        threading.Thread(target=read, args=(lambda: list(stream),)),
        threading.Thread(target=read, args=(lambda: far_engine.get("/info"),)),
    ]
    for reader in readers:
        reader.start()
    while len(fake_engine.requests) < 3:
        time.sleep(0.01)
    assert len(ssh_children(os.getpid())) == 2
    began = time.monotonic()
    far_engine.close()
    for reader in readers:
        reader.join(5)
    assert time.monotonic() - began < 2
    assert len(ended) == 2
    assert ssh_children(os.getpid()) == []


def test_an_ssh_that_is_killed_breaks_the_stream_off_at_once(far_engine):
    far_engine.negotiate()
    stream = far_engine.stream("/events", since="1")
    for pid in ssh_children(os.getpid()):
        os.kill(pid, signal.SIGKILL)
    with pytest.raises(StreamEnded, match="broke off: ssh: it ended with exit code -9") as end:
        next(stream)
    assert not end.value.clean


def test_a_machine_that_is_gone_without_a_word_is_noticed(far_engine, sshd, monkeypatch):
    monkeypatch.setitem(ssh_addresses._OPTIONS, "ServerAliveInterval", "1")
    far_engine.negotiate()
    stream = far_engine.stream("/events", since="1")
    sshd.freeze()
    with pytest.raises(StreamEnded, match=r"broke off: ssh: Timeout, server .* not responding"):
        next(stream)


def test_an_engine_that_stops_ends_the_stream(far_engine, fake_engine):
    far_engine.negotiate()
    stream = far_engine.stream("/events", since="1")
    fake_engine.memory.end()
    with pytest.raises(StreamEnded, match="The engine ended the event stream") as end:
        next(stream)
    assert end.value.clean


def test_no_process_and_no_file_is_left_open(sshd, fake_engine):
    sshd.give_engine(fake_engine.socket)
    before = open_files()
    for _ in range(2):
        connection = Connection(Endpoint("", sshd.url))
        connection.negotiate()
        stream = connection.stream("/events", since="1")
        connection.close()
        with pytest.raises(StreamEnded):
            next(stream)
    assert ssh_children(os.getpid()) == []
    assert open_files() <= before + 2


# --- what ssh complains of ---


def test_a_host_that_is_not_known_is_told_in_sshs_words(sshd):
    (sshd.folder / "known_hosts").write_text("")
    assert "Host key verification failed" in complaint(sshd.url)


def test_a_host_with_another_key_is_told_in_sshs_words(sshd):
    sshd.trust("key.pub")
    said = complaint(sshd.url)
    assert "has changed" in said
    assert "@@@" not in said


def test_a_key_that_is_not_accepted_is_told_and_no_password_is_asked_for(sshd):
    (sshd.folder / "welcome").write_text("")
    assert "Permission denied (publickey)" in complaint(sshd.url)


def test_a_machine_without_docker_is_told_in_its_shells_words(sshd):
    assert "docker: " in complaint(sshd.url)


def test_an_engine_that_does_not_run_is_told_in_dockers_words(sshd):
    sshd.give_docker("echo 'Cannot connect to the Docker daemon.' >&2; exit 1")
    assert complaint(sshd.url).endswith("ssh: Cannot connect to the Docker daemon.")


def test_a_far_end_that_complains_without_end_is_cut_short(sshd):
    sshd.give_docker("yes complaint | head -c 300000 >&2; exit 1")
    assert len(complaint(sshd.url)) < 500


def test_a_port_without_ssh_is_told(sshd):
    said = complaint("ssh://127.0.0.1:1")
    assert said.endswith("reached: ssh: connect to host 127.0.0.1 port 1: Connection refused")


def test_a_machine_without_ssh_is_told_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "install OpenSSH" in complaint("ssh://build-host")
