"""`taskbound check --watch`, in a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from tests.cli.conftest import APP

pytestmark = pytest.mark.usefixtures("project")


def test_a_change_is_checked_and_ctrl_c_ends_it() -> None:
    command = [sys.executable, "-m", "taskbound", "check", "--watch"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as child:
        assert child.stdout
        try:
            first = _until_watching(child.stdout)
            Path("app.py").write_text(APP.replace("TB405", "TB101"), encoding="utf-8")
            second = _until_watching(child.stdout)
            Path("app.py").write_text("import sqlalchemy\n", encoding="utf-8")
            third = _until_watching(child.stdout)
            child.send_signal(signal.SIGINT)
            ended = child.wait(timeout=60)
        finally:
            child.kill()

    assert "there is no TB405" in first
    assert "there is no TB101" in second
    assert "No findings in 1 file." in third
    assert ended == 0


def _until_watching(stream: IO[str]) -> str:
    """All that is written up to the line that says that it waits."""
    lines: list[str] = []
    while not lines or not lines[-1].startswith("Watching; "):
        line = stream.readline()
        assert line, "".join(lines)
        lines.append(line)
    return "".join(lines)
