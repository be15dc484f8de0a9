import sys

import pytest

from app.service import tool
from app.service.tool import Done, ToolFailed, ToolMissing, must, run


def test_a_tool_gives_its_exit_code_and_what_it_said():
    code = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"
    assert run([sys.executable, "-c", code]) == Done(3, "out\n", "err\n")


def test_a_missing_tool_is_one_sentence():
    with pytest.raises(ToolMissing, match="There is no no-such-tool on this machine"):
        run(["no-such-tool"])


def test_a_tool_that_does_not_end_is_given_up(monkeypatch):
    monkeypatch.setattr(tool, "_PATIENCE_SECONDS", 0.2)
    with pytest.raises(ToolFailed, match="did not end"):
        run([sys.executable, "-c", "import time; time.sleep(60)"])


def test_a_refusal_names_the_command_and_the_reason():
    with pytest.raises(ToolFailed, match=r"^`a b` failed: no way, never\.$"):
        must(lambda _: Done(1, "", "no way,\nnever.\n"), "a", "b")
    with pytest.raises(ToolFailed, match="exit code 7"):
        must(lambda _: Done(7, "", ""), "a")
