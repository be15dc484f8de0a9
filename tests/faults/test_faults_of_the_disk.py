"""A disk that fails or is full: nothing acknowledged is lost, and the writer goes on afterwards."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.appending import Settings
from tests.faults.failing_calls import with_each_call_failing
from tests.faults.figures import Figures
from tests.faults.full_disk import (
    Story,
    may_make_a_disk,
    on_a_small_disk,
    with_small_files,
)
from tests.faults.power_cuts import cut_power

CALLS = [
    ("pwrite64", "EIO", False, 90),
    ("pwrite64", "ENOSPC", False, 91),
    ("pwrite64", "EROFS", True, 92),
    ("fsync", "EIO", False, 6),
    ("fdatasync", "EIO", True, 17),
    ("ftruncate", "EIO", False, 2),
    ("unlink", "EIO", True, 4),
]


@pytest.mark.parametrize(("call", "error", "own_sqlite", "step"), CALLS)
def test_whichever_call_fails_the_writer_says_so_and_goes_on(
    call: str, error: str, own_sqlite: bool, step: int, figures: Figures
):
    stories = with_each_call_failing(
        call, error, step=figures.times(step, whole=1), own_sqlite=own_sqlite
    )
    stories += with_each_call_failing(
        call, error, in_a_row=3, step=figures.times(40, whole=5), own_sqlite=own_sqlite
    )
    assert [(story.call, story.wrong) for story in stories if story.wrong] == []
    told = [sentence for story in stories for sentence in story.sentences]
    assert told, "no fault was noticed"
    assert all(re.fullmatch(r".*(log\.db|\.key) (could not|cannot) .*\.", line) for line in told)
    found = f"0 lost, 0 twice; the person was told in {sum(bool(s.sentences) for s in stories)}"
    figures.note(f"{call} fails with {error}, the n-th", len(stories), found, "0 lost, 0 twice")


@pytest.mark.parametrize(
    ("call", "settings"),
    [
        ("fsync", Settings(batches=14, seed=3)),
        ("fdatasync", Settings(batches=14, seed=3, own_sqlite=True)),
    ],
    ids=["write-ahead log", "rollback journal"],
)
def test_a_power_cut_after_a_sync_that_failed_loses_nothing_acknowledged(
    call: str, settings: Settings, figures: Figures
):
    """Linux takes for written what a failed sync did not write; no later sync brings it."""
    cuts = 0
    for first in range(1, 75, figures.times(48, whole=4)):
        for in_a_row in (1, 2, 4) if figures.whole else (2,):
            fault = f"{call}:error=EIO:when={first}..{first + in_a_row - 1}"
            found = cut_power(40, settings, [fault])
            assert (fault, found.lost, found.wrong) == (fault, 0, [])
            cuts += found.cuts
    told = "0 lost, each opens and verifies"
    figures.note(f"{call} fails, then a power cut", cuts, told, "0 lost, 0 damaged")


@pytest.mark.parametrize("own_sqlite", [False, True], ids=["write-ahead log", "rollback journal"])
@pytest.mark.parametrize("full", [on_a_small_disk, with_small_files])
def test_a_full_disk_is_said_and_recording_goes_on_once_there_is_room(
    tmp_path: Path, full: Callable[..., Story], own_sqlite: bool, figures: Figures
):
    if full is on_a_small_disk and not may_make_a_disk():
        pytest.skip("this account may not have a file system of its own")
    story = full(tmp_path, own_sqlite=own_sqlite)
    assert story.before > 0
    assert len(story.sentences) == 4
    assert all("log.db could not be" in sentence for sentence in story.sentences)
    if full is on_a_small_disk:
        assert all("free some space" in sentence for sentence in story.sentences)
    assert story.kept == story.before
    assert story.after == story.before + 250
    assert story.result == "VERIFIED, NOT WITNESSED"
    name = {on_a_small_disk: "disk full", with_small_files: "file may not grow"}[full]
    mode = "rollback journal" if own_sqlite else "write-ahead log"
    found = f"0 of {story.before:,} lost, goes on once there is room"
    figures.note(f"{name}, {mode}", 1, found, "0 lost, goes on")
