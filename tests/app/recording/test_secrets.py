"""Secrets that containers, images and events are given: in no byte of what is written anywhere."""

from pathlib import Path

import pytest

from app.cli.main import main
from tests.app.recording.conftest import eventually

SECRET = "S3cr3t-hunter2"


@pytest.fixture
def confided(fake_engine):
    """A container and an image with the secret in every place that may hold one."""
    image = fake_engine.holdings.image("shop/web:1")
    image["Config"] = {
        "Env": [f"API_KEY={SECRET}"],
        "Labels": {"shop.token": SECRET, "command": f"mysql -uroot -p{SECRET}"},
        "Entrypoint": ["serve", "--password", SECRET],
        "Cmd": ["--verbose", f"--api-key={SECRET}"],
        "Healthcheck": {"Test": ["CMD-SHELL", f"curl -u admin:{SECRET} http://127.0.0.1/"]},
    }
    told = fake_engine.holdings.image_history
    step = f"RUN |1 TOKEN={SECRET} /bin/sh -c git clone https://x:{SECRET}@host/repo"
    fake_engine.holdings.image_history = lambda name: [
        {"CreatedBy": step, "Comment": f"password: {SECRET}", "Created": 1, "Size": 1},
        *told(name),
    ]
    web = fake_engine.create("web", **{"shop.password": SECRET, "dsn": f"pg://u:{SECRET}@db/x"})
    described = fake_engine.holdings.containers[web]
    described["Config"] |= {
        "Env": [f"PASSWORD={SECRET}", f"SHOP={SECRET}"],
        "Cmd": ["run", "--quiet", "--token", SECRET],
    }
    described["HostConfig"] |= {"LogConfig": {"Type": "x", "Config": {"auth-token": SECRET}}}
    described["State"] |= {
        "Error": f"exec: --password {SECRET}: not found",
        "Health": {"Status": "healthy", "Log": [{"Output": f"token={SECRET}\x1b[2J" * 100_000}]},
    }
    return web


def files_with(text: str, folder: Path) -> list[Path]:
    return [
        path for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()
    ]


def test_no_secret_is_in_any_file(log, fake_engine, confided, tmp_path):
    with log.recorded():
        for command in (f"mysql -uroot -p{SECRET}", f"x --a --password {SECRET}"):
            fake_engine.say("container", f"exec_create: {command}", confided, name="web")
        fake_engine.start(confided)
        eventually(lambda: "started" in log.life(confided) and log.of("image.described"))
        # Also what is not yet in the database itself.
        assert files_with(SECRET, tmp_path) == []
    for form in ("html", "csv", "jsonl"):
        report = ["report", "--format", form, "-o", str(tmp_path / f"report.{form}")]
        assert main(["--store", str(log.path), *report]) == 0
    assert len(list(tmp_path.rglob("report.*"))) == 3
    assert files_with(SECRET, tmp_path) == []
    assert files_with("redacted", tmp_path)


def test_what_probes_print_is_not_kept_at_all(log, fake_engine, confided):
    with log.recorded():
        eventually(lambda: "configured" in log.life(confided))
    assert log.path.stat().st_size < 1024 * 1024
