"""Secrets in texts of every kind: taken out, and nothing else, in a time that the length sets."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.redaction import redact, redact_all, redact_words
from tests.properties import quick

SECRET = "hunter2"


@pytest.mark.parametrize(
    "text",
    [
        "cmd --password hunter2",
        "cmd --password=hunter2",
        "cmd --verbose --password hunter2",
        "cmd --quiet --force --api-key hunter2 --dry-run",
        "docker run --env=PASSWORD=hunter2 web",
        "docker run -e DB_PASSWORD=hunter2 web",
        "run --opt=--password=hunter2",
        "args: --password: hunter2",
        "java -Dspring.datasource.password=hunter2 -jar x.jar",
        "JAVA_OPTS=-Dpassword=hunter2",
        "x=password=hunter2",
        "1password=hunter2",
        "env:password: hunter2",
        "set db-password hunter2",
        '{"auth": {"password": "hunter2"}}',
        "{'token' : 'hunter2'}",
        "postgres://shop:hunter2@db:5432/shop",
        "git clone HTTPS://x:hunter2@host/repo.git",
        "curl -u admin:hunter2 http://web/",
        "mysql -uroot -phunter2 shop",
        "redis-cli -h cache -a hunter2 ping",
        "echo; redis-cli -a hunter2; redis-cli -n 2 -a hunter2",
        "sshpass -p hunter2 ssh host",
        "ldapsearch -x -w hunter2",
        "curl -H 'Authorization: Bearer hunter2hunter2'",
        "eyJhunter2aaaa.eyJhunter2bbbb.hunter2",
        "x-eyJhunter2aaaa.eyJhunter2bbbb.hunter2",
        "-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nhunter2",
    ],
)
def test_a_secret_is_taken_out_and_counted(text):
    redacted = redact(text)
    assert SECRET not in redacted.text
    assert "«redacted: " in redacted.text
    assert redacted.counts.total() >= 1


@pytest.mark.parametrize(
    "text",
    [
        "nginx -g daemon off;",
        "sh -c 'sleep 10; exit 1'",
        "http://web:8080/path?x=1",
        "docker run -p 8080:80 web",
        "PATH=/usr/bin:/bin",
        "author=somebody",
        "redis-cli ping",
        "ls -a /srv",
        "",
    ],
)
def test_what_is_no_secret_stays(text):
    assert redact(text) == (text, {})


def test_the_next_word_may_be_the_secret():
    words, counts = redact_words(["cmd", "--verbose", "--password", SECRET, "--token", "--x"])
    assert words == ("cmd", "--verbose", "--password", "«redacted: name»", "--token", "--x")
    assert counts == {"name": 1}


def test_what_is_called_a_secret_is_one():
    clean, _ = redact_all({"shop.api-key": SECRET, "shop.team": "web"})
    assert clean == {"shop.api-key": "«redacted: name»", "shop.team": "web"}


@quick
@given(st.text(max_size=60))
def test_what_was_taken_out_once_is_not_taken_out_again(text):
    once = redact(f"{text} --password=hunter2 ")
    assert redact(once.text) == (once.text, {})


# A container's author chooses its labels and commands, and the recorder must not stand still.
REPEATED = [
    *(
        "password",
        "password=",
        "password ",
        'password"',
        "key: ",
        "token\t=",
        "sig=",
        "AccountKey=",
    ),
    *("-a", "--a", "a+", "a.", " -p", " -u a:", "1", " ", "Bearer "),
    *("http://a:", "://", "https://a:a", "-----BEGIN ", "-----BEGIN A ", "-----END A "),
    *("eyJaaaaaaaa-", "eyJ-", "eyJaaaaaaaa.", "glpat-", "SG.", "xoxb-", "sk-"),
    *("redis-cli ", "redis-cli -a\n", "sshpass -p", "ldap", "mysql"),
]
FRAMES: list[Callable[[str], str]] = [
    lambda text: f"{text} password",
    lambda text: f"token{text}",
    lambda text: f"http://{text}",
    lambda text: f"{text}://",
    lambda text: f"redis-cli {text}",
    lambda text: f"-----BEGIN PRIVATE KEY-----{text}",
    lambda text: f"{text}.eyJaaaaaaaa",
]


@pytest.mark.parametrize("repeated", REPEATED)
def test_no_text_takes_long(repeated):
    text = repeated * (20_000 // len(repeated))
    began = time.thread_time()
    for frame in FRAMES:
        redact(frame(text))
    redact_all({text: text})
    redact_words([text, text])
    # It takes 0.1 s; before, some of these took a minute.
    assert time.thread_time() - began < 3
