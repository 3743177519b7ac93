"""A run: nothing of the user's is imported, order does not matter, nothing is left behind."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

from taskbound.check import check

EXAMPLES = Path(__file__).parent / "examples"


def test_no_code_of_the_user_runs(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(
        "import sqlalchemy\nraise SystemExit('was run')\n", encoding="utf-8"
    )

    assert check([tmp_path]).findings == ()


def test_findings_do_not_depend_on_the_order_of_paths() -> None:
    folders = [EXAMPLES / "shared_session", EXAMPLES / "external_await"]

    assert check(folders).findings == check(folders[::-1]).findings
    assert check(folders).findings


def test_a_project_without_sqlalchemy_is_not_parsed(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("async def broken(:\n", encoding="utf-8")

    outcome = check([tmp_path])

    assert (outcome.files, outcome.unreadable) == (1, ())


def test_a_run_leaves_the_collector_and_the_recursion_limit_as_they_were() -> None:
    before = (gc.isenabled(), sys.getrecursionlimit())
    check([EXAMPLES / "shared_session"])

    assert (gc.isenabled(), sys.getrecursionlimit()) == before


def test_a_value_in_sql_from_where_it_is_not_known_is_told_with_low_confidence(
    tmp_path: Path,
) -> None:
    (tmp_path / "app.py").write_text(
        "from registry import settings\n"
        "from sqlalchemy import text\n"
        "async def find(session, name: str):\n"
        "    await session.execute(text(f\"SELECT id FROM users WHERE name = '{name}'\"))\n"
        "async def run(session):\n"
        "    await find(session, settings.name)\n",
        encoding="utf-8",
    )

    (found,) = check([tmp_path]).findings

    assert (found.code, found.line, found.confidence) == ("TB711", 4, "low")
