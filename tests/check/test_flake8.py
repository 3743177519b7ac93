"""The plugin of flake8, called as flake8 calls it."""

from __future__ import annotations

import ast
from importlib.metadata import entry_points

from taskbound.check.flake8 import Plugin

_SHARED = """\
import asyncio

from sqlalchemy.ext.asyncio import AsyncSession


async def both(db: AsyncSession):
    await asyncio.gather(db.execute("a"), db.execute("b"))
"""


def test_flake8_finds_the_plugin_by_its_entry_point() -> None:
    (found,) = [one for one in entry_points(group="flake8.extension") if one.name == "TB"]

    assert found.load() is Plugin


def test_findings_of_one_file_are_told() -> None:
    ((line, column, text, kind),) = _run(_SHARED)

    assert (line, column, kind) == (7, 10, Plugin)
    assert text.startswith("TB101 `db` is used by ")
    assert "docs/errors" not in text


def test_ignores_hold_and_are_not_called_unused() -> None:
    ignored = _SHARED.replace('"b"))', '"b"))  # taskbound: ignore[TB101] in turn')
    unused = "import sqlalchemy  # taskbound: ignore[TB101] seen with the project alone\n"

    assert _run(ignored) == []
    assert _run(unused) == []


def test_a_file_without_sqlalchemy_costs_nothing() -> None:
    assert _run("async def both(): ...\n") == []


def _run(text: str) -> list[tuple[int, int, str, type[Plugin]]]:
    return list(Plugin(ast.parse(text), "./app.py", text.splitlines(keepends=True)).run())
