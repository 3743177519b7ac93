"""Runs of the checker over projects."""

from __future__ import annotations

from pathlib import Path

import pytest

from taskbound.check.checker import Checker, Told, project_of
from taskbound.check.config import find_config
from taskbound.check.rules.shared_session import SharedSession
from tests.check.findings import written

_DB = """\
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

engine = create_async_engine("sqlite+aiosqlite://")
sessions = async_sessionmaker(engine, expire_on_commit=False)


async def close() -> None:
    await engine.dispose()
"""
_LOAD = """\
from sqlalchemy.ext.asyncio import AsyncSession


async def load(db: AsyncSession) -> None:
    await db.execute("select 1")
"""
_MAIN = """\
import asyncio

from app.db import sessions
from app.load import load


async def both():
    async with sessions() as db:
        await asyncio.gather(load(db), load(db))
"""
_OTHER = "from sqlalchemy.ext.asyncio import AsyncSession\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(
        written(tmp_path, app__db=_DB, app__load=_LOAD, app__main=_MAIN, other=_OTHER)
    )
    Path("pyproject.toml").write_text("", encoding="utf-8")


def test_a_finding_goes_through_modules() -> None:
    told = _check()

    assert _places(told) == [("TB101", "app/main.py", 9)]
    assert {step.path for step in told.findings[0].flow} == {"app/main.py", "app/load.py"}


def test_of_what_has_not_changed_nothing_is_checked_again(tmp_path: Path) -> None:
    first = _check(cache=tmp_path / "cache")

    again = _check(cache=tmp_path / "cache")

    assert first.checked == 4
    assert again.checked == 0
    assert again.findings == first.findings


def test_a_change_of_what_is_imported_is_seen_in_what_imports_it(tmp_path: Path) -> None:
    _check(cache=tmp_path / "cache")
    written(tmp_path, app__load="async def load(db):\n    return 1\n")

    told = _check(cache=tmp_path / "cache")

    assert told.findings == ()
    assert told.checked == 3


def test_a_change_in_another_part_leaves_the_rest_alone(tmp_path: Path) -> None:
    _check(cache=tmp_path / "cache")
    written(tmp_path, other=f"{_OTHER}x = 1\n")

    told = _check(cache=tmp_path / "cache")

    assert told.checked == 1
    assert _places(told) == [("TB101", "app/main.py", 9)]


def test_a_module_that_comes_later_is_seen(tmp_path: Path) -> None:
    load = tmp_path / "app" / "load.py"
    load.unlink()
    before = _check(cache=tmp_path / "cache")
    written(tmp_path, app__load=_LOAD)

    after = _check(cache=tmp_path / "cache")

    assert (before.findings, len(after.findings)) == ((), 1)


def test_of_a_file_that_is_named_the_project_around_it_is_read_and_not_told() -> None:
    told = _check("app/main.py")

    assert _places(told) == [("TB101", "app/main.py", 9)]
    assert told.files == ("app/main.py",)
    assert _check("app/load.py").findings == ()


def test_findings_and_settings_meet() -> None:
    Path("pyproject.toml").write_text(
        "[tool.taskbound.check]\nexclude = ['app/load.py']\n"
        "[tool.taskbound.check.per-path.'app/main.py']\nignore = ['TB101']\n",
        encoding="utf-8",
    )

    told = _check()

    assert told.findings == ()
    assert "app/load.py" not in told.files


def test_a_comment_ignores_a_finding_and_is_told_where_it_does_not(tmp_path: Path) -> None:
    comment = "  # taskbound: ignore[TB101] in turn"
    written(
        tmp_path,
        app__main=_MAIN.replace("load(db))\n", f"load(db)){comment}\n"),
        other=f"{_OTHER.strip()}{comment}\n",
    )

    assert _places(_check()) == [("TB790", "other.py", 1)]


def test_a_file_that_does_not_parse_is_told_once_and_the_rest_is_checked(tmp_path: Path) -> None:
    written(tmp_path, other="from sqlalchemy import {{ names }}\n")

    told = _check(cache=tmp_path / "cache")
    again = _check(cache=tmp_path / "cache")

    assert [(one.path, one.line) for one in told.unreadable] == [("other.py", 1)]
    assert again.unreadable == told.unreadable
    assert len(told.findings) == 1


def test_a_rule_that_fails_is_told_and_takes_nothing_from_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, other="# taskbound: ignore[TB405] why\n")

    def fails(*_: object) -> None:
        raise RuntimeError("oh")

    with monkeypatch.context() as patched:
        patched.setattr(SharedSession, "check_project", fails)
        told = _check(cache=tmp_path / "cache")

    assert [(one.code, one.path, one.reason) for one in told.faults] == [
        ("TB101", "", "RuntimeError: oh")
    ]
    assert _places(told) == [("TB101", "app/main.py", 9), ("TB790", "other.py", 1)]
    assert _check(cache=tmp_path / "cache").checked == 3


def test_progress_is_told_to_its_end() -> None:
    seen: list[tuple[int, int]] = []

    Checker(find_config([Path()])).check([Path()], lambda *done: seen.append(done))

    assert seen[-1] == (4, 4)
    assert seen == sorted(seen)


def test_a_project_is_the_nearest_folder_with_a_pyproject_or_a_repository(tmp_path: Path) -> None:
    assert project_of(Path("app/main.py")) == tmp_path


def _check(*paths: str, cache: Path | None = None) -> Told:
    asked = [Path(path) for path in paths or (".",)]
    return Checker(find_config(asked), cache_folder=cache).check(asked)


def _places(told: Told) -> list[tuple[str, str, int]]:
    return [(one.code, one.path, one.line) for one in told.findings]
