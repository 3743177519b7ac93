"""The command as a process of its own: its names, its terminal, its end."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from taskbound.cli import MISSING

pytestmark = pytest.mark.usefixtures("project")

_MODULE = [sys.executable, "-m", "taskbound"]


@pytest.mark.parametrize("command", [_MODULE, [str(Path(sys.executable).with_name("taskbound"))]])
def test_the_command_has_two_names(command: list[str]) -> None:
    done = _ran([*command, "--version"])

    assert (done.returncode, done.stdout) == (0, f"taskbound {version('taskbound')}\n")


def test_the_exit_code_says_that_there_are_findings() -> None:
    done = _ran([*_MODULE, "check", "-f", "lines"])

    assert done.returncode == 1
    assert done.stdout.startswith("app.py:7:11: TB101 ")


def test_without_the_extra_it_is_said_how_to_get_it() -> None:
    program = "import sys; sys.modules['typer'] = None; from taskbound.cli import main; main()"

    done = _ran([sys.executable, "-c", program, "check"])

    assert (done.returncode, done.stdout, done.stderr) == (2, "", MISSING)


def test_neither_taskbound_nor_its_checker_imports_what_the_command_needs() -> None:
    program = (
        "import sys, taskbound, taskbound.check.checker;"
        "print([name for name in ('typer', 'rich', 'click') if name in sys.modules])"
    )

    assert _ran([sys.executable, "-c", program]).stdout == "[]\n"


def test_importing_taskbound_does_not_import_the_checker() -> None:
    program = "import sys, taskbound; print('taskbound.check' in sys.modules)"

    assert _ran([sys.executable, "-c", program]).stdout == "False\n"


@pytest.mark.skipif(sys.platform == "win32", reason="it has no pseudo-terminals")
@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
    ids=["terminal", "no colour", "dumb"],
)
def test_colours_are_for_terminals(environment: dict[str, str], *, coloured: bool) -> None:
    shown = _on_a_terminal([*_MODULE, "check", "app.py"], environment)

    assert ("\x1b[31m" in shown) is coloured
    assert "app.py:7:11" in re.sub(r"\x1b\[\d*m", "", shown)


def test_an_explanation_on_a_terminal_is_laid_out() -> None:
    shown = _on_a_terminal([*_MODULE, "check", "--explain", "TB790"], {})

    assert "\x1b[" in shown
    assert "## What it says" not in shown
    assert "What it says" in shown


def _ran(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)


def _on_a_terminal(command: list[str], environment: dict[str, str]) -> str:
    """What a command writes to a terminal."""
    ours, theirs = pty.openpty()
    whole = {**os.environ, "TERM": "xterm", **environment}
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, env=whole) as child:
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(ours, 4096):
                shown += piece
        except OSError:
            pass  # how Linux says that the other end is closed
        child.wait(timeout=100)
    os.close(ours)
    return shown.decode()
