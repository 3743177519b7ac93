"""The command `taskbound migrate`."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from taskbound.cli.migrate import migrate
from tests.migrate.project import write

_APP = typer.Typer()
_APP.command()(migrate)
_SOURCE = 'from sqlalchemy import create_engine\n\nengine = create_engine("sqlite://")\n'
_AFTER = (
    "from sqlalchemy.ext.asyncio import create_async_engine\n\n"
    'engine = create_async_engine("sqlite+aiosqlite://")\n'
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_files_are_written(folder: Path) -> None:
    write(folder, asked=_SOURCE)

    done = CliRunner().invoke(_APP, ["."])

    assert (folder / "asked.py").read_text() == _AFTER
    assert done.stdout == "migrated asked.py\n"
    assert done.stderr == "1 file to change, no places left to do by hand.\n"
    assert done.exit_code == 0


def test_with_diff_nothing_is_written(folder: Path) -> None:
    write(folder, asked=_SOURCE)

    done = CliRunner().invoke(_APP, ["--diff", "."])

    assert (folder / "asked.py").read_text() == _SOURCE
    assert done.stdout.startswith("--- a/asked.py\n+++ b/asked.py\n")
    assert done.exit_code == 0


def test_what_is_left_is_told_and_ends_with_1(folder: Path) -> None:
    write(folder, asked="from sqlalchemy.orm import Session\n\n\nf = lambda: Session().commit()\n")

    done = CliRunner().invoke(_APP, ["."])

    assert "asked.py:4:13: a lambda cannot wait: make it a function\n" in done.stderr
    assert done.exit_code == 1


def test_a_path_that_is_not_there_is_wrong_use() -> None:
    done = CliRunner().invoke(_APP, ["nowhere"])

    assert "nowhere does not exist" in done.stderr
    assert done.exit_code == 2
