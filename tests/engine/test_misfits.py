"""Which columns cannot take the values that were sent for them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    Float,
    Integer,
    MetaData,
    Numeric,
    SmallInteger,
    String,
    Table,
    Text,
)
from sqlalchemy.dialects import postgresql, sqlite

from taskbound.engine.misfits import has_nul, misfits
from taskbound.errors.value import Unfitness

POSTGRESQL: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's
SQLITE: Dialect = sqlite.dialect()
TABLE = Table(
    "goods",
    MetaData(),
    Column("word", String(3)),
    Column("words", Text),
    Column("small", SmallInteger),
    Column("number", Integer),
    Column("big", BigInteger),
    Column("price", Numeric(5, 2)),
    Column("weight", Float),
    Column("renamed_in_sql", String(3), key="renamed"),
)


@pytest.mark.parametrize(
    ("reason", "row", "found"),
    [
        ("too_long", {"word": "abcd", "words": "abcd"}, ("word",)),
        ("too_long", {"word": "abc"}, ()),
        ("too_long", {"renamed": "abcd", "word": "abcd"}, ("word", "renamed_in_sql")),
        ("too_long", {"word": None, "word_1": "abcd"}, ()),
        ("out_of_range", {"small": 2**15, "number": 2**15}, ("small",)),
        ("out_of_range", {"number": -(2**31) - 1}, ("number",)),
        ("out_of_range", {"number": -(2**31), "big": 2**31}, ()),
        ("out_of_range", {"big": 2**63}, ("big",)),
        ("out_of_range", {"price": Decimal(1000), "weight": 1e300}, ("price",)),
        ("out_of_range", {"price": Decimal("-999.99")}, ()),
        ("unstorable", {"word": "a\0", "words": "ab"}, ("word",)),
        ("unstorable", {"words": "\udfff", "number": 1}, ("words",)),
        ("malformed", {"number": "abc"}, ()),
    ],
)
def test_what_is_beyond_the_limits_of_the_model(
    reason: Unfitness, row: dict[str, Any], found: tuple[str, ...]
) -> None:
    assert misfits(reason, TABLE, [{"word": "a"}, row], POSTGRESQL) == found


@pytest.mark.parametrize(("dialect", "found"), [(POSTGRESQL, ("small",)), (SQLITE, ())])
def test_sqlite_has_one_kind_of_integers(dialect: Dialect, found: tuple[str, ...]) -> None:
    assert misfits("out_of_range", TABLE, [{"small": 2**40}], dialect) == found


@pytest.mark.parametrize("parameters", ["\0", ("a", "b\0"), {"a": "\0"}, [{"a": 1}, {"a": "\0"}]])
def test_a_nul_is_found_in_parameters_of_every_form(parameters: object) -> None:
    assert has_nul(parameters)


@pytest.mark.parametrize("parameters", [None, b"\0", (b"\0", 1, None), {"a": "b"}, []])
def test_bytes_may_have_a_nul(parameters: object) -> None:
    assert not has_nul(parameters)
