"""A moment as SQLite keeps it: the same text as SQLAlchemy's."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import DateTime, bindparam
from sqlalchemy.dialects import sqlite

from taskbound.statement.moment import converted, quicker

DIALECT = sqlite.dialect()
PLAIN = sqlite.DATETIME().bind_processor(DIALECT)  # type: ignore[no-untyped-call]  # theirs


@pytest.mark.parametrize(
    "value",
    [
        datetime(2026, 1, 2, 3, 4, 5, 6),
        datetime(1, 1, 1),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        date(2026, 1, 2),
        None,
    ],
)
def test_a_moment_is_the_text_that_sqlalchemy_writes(value: object) -> None:
    process = quicker(bindparam("a", type_=DateTime()), DIALECT, PLAIN)

    assert PLAIN is not None
    assert process is not PLAIN
    assert process(value) == PLAIN(value)
    assert converted(process, [value, value]) == [PLAIN(value)] * 2


def test_another_format_is_left_to_sqlalchemy() -> None:
    type_ = sqlite.DATETIME(truncate_microseconds=True)  # type: ignore[no-untyped-call]  # theirs

    assert quicker(bindparam("a", type_=type_), DIALECT, PLAIN) is PLAIN
