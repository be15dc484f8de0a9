"""What the details tell of an object beyond its row."""

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QToolButton

from adapters.readmodel import ReadModel
from adapters.store.opening import open_reader
from app.desktop.detail.account import Account, AccountBook, Asked
from app.desktop.detail.particulars import Particular
from app.desktop.detail.particulars_form import LinkLabel, ParticularsForm
from app.desktop.moment_text import Zone
from app.desktop.sample import copy_sample
from app.desktop.theme import LIGHT
from app.desktop.timeline.captions import captions
from app.desktop.timeline.frame import frame_of
from app.desktop.timeline.history_texts import HistoryTexts
from app.desktop.timeline.pixels import Window
from app.desktop.view_state import ViewState
from tests.app.desktop.windows import snapshot_of, window_on


@pytest.fixture
def sample(tmp_path: Path):
    """The sample week: its history, and what reads its facts."""
    reader = open_reader(copy_sample(tmp_path))
    yield ReadModel.open(reader, None).history, reader.at
    reader.close()


def made(history, reading, asked: Asked) -> Account:
    return list(AccountBook().accounts(history, reading, asked))[-1]


def told(sample, kind: str, name: str) -> Account:
    history, reading = sample
    number = next(n for n in history.objects_of(kind) if name in history.names_of(n)
              or history.identity_of(n).object_id == name)  # fmt: skip
    return made(history, reading, Asked(number, history.end, Zone(True), history.head))


def headings(lines: list[Particular]) -> list[str]:
    return [line.label.split(" ")[0] for line in lines if line.heading]


def test_a_container_tells_why_it_ended_with_its_events(sample):
    account = told(sample, "container", "load-test")
    assert account.first[0].label == "Why"
    assert "could not start it" in account.first[1].value
    assert all(line.event > 0 for line in account.first[2:])


def test_a_container_tells_its_service_setup_and_command(sample):
    account = told(sample, "container", "shop-web-1")
    assert {"Deployments", "Setup", "Run"} <= set(headings(account.rest))
    command = next(line for line in account.rest if line.copied)
    assert command.value.startswith("docker run")
    assert "sha256:" in command.value


def test_a_reference_tells_its_versions_with_their_containers(sample):
    account = told(sample, "reference", "shop/web:latest")
    versions = [line for line in account.rest if line.label.startswith("v")]
    assert [line.label for line in versions] == [f"v{n}" for n in range(8, 0, -1)]
    assert all(line.event > 0 for line in versions)
    assert any("shop-web-1" in line.value for line in account.rest)


def test_an_image_tells_its_base_and_how_that_is_known(sample):
    history, reading = sample
    based = next(iter(history.bases()))
    asked = Asked(based, history.end, Zone(True), history.head)
    account = made(history, reading, asked)
    assert "Base" in headings(account.rest)
    assert any(line.subject >= 0 for line in account.rest)


def test_every_object_of_the_sample_has_an_account(sample):
    history, reading = sample
    book = AccountBook()
    for number in range(history.count):
        for moment in (history.start, (history.start + history.end) // 2, history.end):
            assert list(
                book.accounts(history, reading, Asked(number, moment, Zone(True), history.head))
            )


def test_a_line_goes_to_its_event_and_a_command_is_copied_as_it_is(qtbot, icons):
    form = ParticularsForm(LIGHT, icons)
    qtbot.addWidget(form)
    form.show_lines([
        Particular("Why"),
        Particular("09:00", "It ended.", event=7),
        Particular("", "docker run \\\n  \u202eevil", True, copied=True),
    ])  # fmt: skip
    link = form.findChild(LinkLabel)
    with qtbot.waitSignal(form.event_wanted) as heard:
        link.chosen.emit()
    assert heard.args == [7]
    form.findChild(QToolButton).click()
    assert QGuiApplication.clipboard().text() == "docker run \\\n  \u202eevil"


def test_the_window_fills_in_what_the_store_tells(tmp_path, qtbot, settings):
    with window_on(copy_sample(tmp_path), qtbot, settings) as (window, state, _clock):
        history = window.details._history
        number = next(n for n in history.objects_of("container")
                      if "load-test" in history.names_of(n))  # fmt: skip
        with qtbot.waitSignal(window._feed.account_arrived, timeout=5_000):
            state.select(number)
        links = window.details.findChildren(LinkLabel)
        qtbot.waitUntil(lambda: len(window.details.findChildren(LinkLabel)) > 1, timeout=2_000)
        links = window.details.findChildren(LinkLabel)
        links[0].chosen.emit()
        assert state.selected_event > 0
        assert state.cursor == history.moment_of(state.selected_event)


def test_a_container_with_a_health_check_shows_its_version_once(sample):
    history, _ = sample
    index = snapshot_of(history).index
    rows = index.outline.rows(index.engine_names)
    row = next(n for n, each in enumerate(rows) if each.title == "web-1" or each.label == "web-1")
    window = Window(history.start, history.end, 1_400)
    frame = frame_of(index, rows[row : row + 1], 0, window)
    texts = HistoryTexts(history, ViewState())
    told = [each.text for each in captions(frame, 1.0, 7.0, texts.version_of)]
    assert {"▶ v3", "▶ v5", "▶ v7", "▶ v8"} <= set(told)
    assert len(told) == len(set(told))
