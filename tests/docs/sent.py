"""The SQL that a block of a page sends, as the page shows it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

_ENGINE = logging.getLogger("sqlalchemy.engine.Engine")


@contextmanager
def sent() -> Iterator[list[str]]:
    """The statements that engines log from here to the end of the block, without their parameters."""
    listener = _Listener()
    before = _ENGINE.level
    _ENGINE.addHandler(listener)
    _ENGINE.setLevel(logging.INFO)
    try:
        yield listener.statements
    finally:
        _ENGINE.removeHandler(listener)
        _ENGINE.setLevel(before)


def as_sent(shown: str) -> list[str]:
    """The statements of a block of SQL, which has a semicolon between them."""
    return [_in_one_line(statement) for statement in shown.split(";") if statement.strip()]


class _Listener(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.statements: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        said = record.getMessage()
        # Parameters come in brackets; SQLAlchemy tells of a BEGIN that it leaves to the driver.
        if not said.startswith("[") and said != "BEGIN (implicit)":
            self.statements.append(_in_one_line(said))


def _in_one_line(statement: str) -> str:
    spaced = " ".join(statement.split())
    return re.sub(r"(?<=\() | (?=\))", "", spaced)
