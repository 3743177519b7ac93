"""What the comparison with SQLAlchemy's tests counts as a difference."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.compatibility import run
from tests.compatibility.comparison import Comparison

LOST = "test_session.py::ProxyTest::test_lost[one]"
KEPT = "test_session.py::ProxyTest::test_kept"
REASON = {"ProxyTest.test_lost[one]": "it loses work"}


def compared(ours: str, reasons: dict[str, str]) -> Comparison:
    plain = {LOST: "passed", KEPT: "passed"}
    return Comparison("aiosqlite", "2.1.9", plain, {LOST: ours, KEPT: "passed"}, reasons)


def test_a_test_that_fails_with_task_session_alone_is_unexpected() -> None:
    found = compared("failed", {})

    assert not found.is_good
    assert str(found) == (
        "SQLAlchemy 2.1.9 on aiosqlite: 2 passed and 0 failed with AsyncSession, "
        "1 passed and 1 failed with TaskSession\n"
        f"  UNEXPECTED {LOST}: failed"
    )


def test_a_test_that_is_skipped_with_task_session_alone_is_unexpected() -> None:
    assert compared("skipped", {}).unexpected == [LOST]


def test_a_test_with_a_reason_is_expected_to_fail() -> None:
    found = compared("failed", REASON)

    assert found.is_good
    assert str(found).endswith(f"\n  as expected {LOST}: it loses work")


def test_a_run_in_which_nothing_passed_proves_nothing() -> None:
    assert not Comparison("aiosqlite", "2.1.9", {LOST: "skipped"}, {LOST: "skipped"}, {}).is_good


def test_the_tests_find_task_session_where_they_import_async_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What runs SQLAlchemy's tests, on two of ours.
    (tmp_path / "test_session.py").write_text(
        "from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker\n"
        "def test_name(): assert AsyncSession.__name__ == 'TaskSession'\n"
        "def test_factory(): assert type(async_sessionmaker()()) is AsyncSession\n"
    )
    (tmp_path / "conftest.py").write_text(
        "def pytest_addoption(parser): parser.addoption('--dburi')\n"
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    monkeypatch.setattr(run, "source", lambda: tmp_path)
    url = make_url("sqlite+aiosqlite://")

    plain = run.outcomes("AsyncSession", url, ["./test_session.py"])
    ours = run.outcomes("TaskSession", url, ["./test_session.py"])

    name, factory = "test_session.py::test_name", "test_session.py::test_factory"
    assert plain == {name: "failed", factory: "passed"}
    assert ours == {name: "passed", factory: "passed"}
