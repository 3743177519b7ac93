"""A project to check, and the command in this process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.check.findings import written

# One shared session, one comment that ignores nothing, on lines that the tests count on.
APP = """\
import asyncio

from sqlalchemy.ext.asyncio import AsyncSession


async def both(db: AsyncSession) -> None:
    await asyncio.gather(db.execute("a"), db.execute("b"))


async def one(db: AsyncSession) -> None:
    await db.execute("a")  # taskbound: ignore[TB405] it is short
"""

Taskbound = Callable[..., Result]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the project, which is the working folder."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "app"\n', encoding="utf-8")
    monkeypatch.chdir(written(tmp_path, app=APP))
    monkeypatch.delenv("NO_COLOR", raising=False)
    return tmp_path


@pytest.fixture
def taskbound(project: Path) -> Taskbound:
    """Calls the command in this process, and says what it wrote and its exit code."""
    from taskbound.cli.app import app  # where typer is not installed, the other tests can run

    assert Path.cwd() == project
    return lambda *arguments: CliRunner().invoke(app, list(arguments))
