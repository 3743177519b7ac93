"""What the comparison with SQLAlchemy's tests counts as a difference."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.compatibility import run
from tests.compatibility.comparison import Comparison

LOST = "test_session.py::ProxyTest::test_lost[one]"
KEPT = "test_session.py::ProxyTest::test_kept"
LISTED = {"ProxyTest.test_lost[one]": "it loses work"}


def compared(
    ours: str,
    *,
    subclass: str = "passed",
    as_default: str = "failed",
    any_subclass: dict[str, str] | None = None,
    defaults: dict[str, str] | None = None,
    misuse: dict[str, str] | None = None,
) -> Comparison:
    """Two tests, both of which pass with `AsyncSession`, and one of which may not with others."""
    return Comparison(
        "aiosqlite",
        "2.1.9",
        plain={LOST: "passed", KEPT: "passed"},
        subclass={LOST: subclass, KEPT: "passed"},
        ours={LOST: ours, KEPT: "passed"},
        as_default={LOST: as_default, KEPT: "passed"},
        any_subclass=any_subclass or {},
        defaults=defaults or {},
        misuse=misuse or {},
    )


def test_a_test_that_fails_with_task_session_alone_is_unexpected() -> None:
    found = compared("failed")

    assert not found.is_good
    assert str(found) == (
        "SQLAlchemy 2.1.9 on aiosqlite: 2 passed and 0 failed with AsyncSession, "
        "1 passed and 1 failed with TaskSession\n"
        f"  UNEXPECTED {LOST}: failed"
    )


def test_a_test_that_is_skipped_with_task_session_alone_is_unexpected() -> None:
    assert compared("skipped").unexpected == [LOST]


def test_a_test_of_what_is_refused_is_expected_to_fail() -> None:
    found = compared("failed", misuse=LISTED)

    assert found.is_good
    assert str(found).endswith(f"\n  misuse {LOST}: it loses work")


@pytest.mark.parametrize(("as_default", "unexpected"), [("passed", []), ("failed", [LOST])])
def test_a_test_of_a_default_has_to_pass_where_that_is_asked_for(
    as_default: str, unexpected: list[str]
) -> None:
    found = compared("failed", as_default=as_default, defaults=LISTED)

    assert found.unexpected == unexpected


@pytest.mark.parametrize(("subclass", "unexpected"), [("failed", []), ("passed", [LOST])])
def test_a_test_of_the_very_class_has_to_fail_with_any_subclass(
    subclass: str, unexpected: list[str]
) -> None:
    found = compared("failed", subclass=subclass, any_subclass=LISTED)

    assert found.unexpected == unexpected


def test_what_any_subclass_fails_has_to_be_listed() -> None:
    assert compared("failed", subclass="failed").unexpected == [LOST]


def test_a_run_in_which_nothing_passed_proves_nothing() -> None:
    skipped = {LOST: "skipped"}

    assert not Comparison(
        "aiosqlite", "2.1.9", skipped, skipped, skipped, skipped, {}, {}, {}
    ).is_good


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
    again = run.outcomes("TaskSession", url, ["./test_session.py"], ["test_session.py::test_name"])

    name, factory = "test_session.py::test_name", "test_session.py::test_factory"
    assert plain == {name: "failed", factory: "passed"}
    assert ours == {name: "passed", factory: "passed"}
    assert again == {name: "passed"}
