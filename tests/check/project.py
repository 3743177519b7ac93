"""A project of a test's own: files written to a folder, and what the checker makes of them."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from taskbound.check.once import load
from taskbound.check.summary.program import Program

if TYPE_CHECKING:
    from pathlib import Path

    from taskbound.check.trace.trace import Trace

HEAD = """
import asyncio
from sqlalchemy import select, ForeignKey
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload
"""


def program(folder: Path, **files: str) -> Program:
    """The program of these modules; `_` in a name is a dot for a package: `app_models`."""
    for name, text in files.items():
        path = folder.joinpath(*name.split("_")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / "__init__.py").touch()
        path.write_text(HEAD + textwrap.dedent(text), encoding="utf-8")
    (folder / "__init__.py").unlink(missing_ok=True)
    return Program(load([folder])[0])


def trace(made: Program, name: str) -> Trace:
    """The trace of the function whose dotted name ends so."""
    return next(found for found in made.traces() if found.function.qualname.endswith(f".{name}"))
