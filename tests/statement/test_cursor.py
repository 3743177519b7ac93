"""Cursors: what goes in comes out, and nothing else is taken."""

from __future__ import annotations

import base64
import datetime as dt
import enum
import math
import re
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import make_url

from taskbound import UnfitCursor, UnfitPage
from taskbound.statement.cursor import LONGEST_CURSOR, cursor_key, fingerprint, seal, unseal

_KEY = b"secret"
_QUERY = fingerprint("OrderRead", "SELECT 1")
_ZONES = st.one_of(st.none(), st.timezones(), st.just(dt.timezone(dt.timedelta(minutes=-77))))
_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**200), 2**200),
    st.floats(allow_nan=False),
    st.text(max_size=100),
    st.binary(max_size=100),
    st.decimals(allow_nan=False),
    st.datetimes(timezones=_ZONES),
    st.dates(),
    st.times(),
    st.timedeltas(),
    st.uuids(),
)


class Mood(enum.IntEnum):
    MILD = 1


@given(st.lists(_VALUES, max_size=4).map(tuple))
def test_the_values_of_a_cursor_are_those_that_went_in(values: tuple[Any, ...]) -> None:
    found = unseal(seal(values, _QUERY, _KEY), _QUERY, _KEY)

    assert [_instant(value) for value in found] == [_instant(value) for value in values]
    assert [type(value) for value in found] == [type(value) for value in values]


def _instant(value: Any) -> Any:
    # Times of two zones are never equal to Python where a clock is put back (PEP 495).
    aware = isinstance(value, dt.datetime) and value.tzinfo is not None
    return value.astimezone(dt.UTC) if aware and 1 < value.year < 9999 else value


@given(st.lists(_VALUES, max_size=3))
def test_a_cursor_is_the_same_each_time_and_needs_no_quoting_in_a_url(values: list[Any]) -> None:
    cursor = seal(values, _QUERY, _KEY)

    assert seal(values, _QUERY, _KEY) == cursor
    assert re.fullmatch(r"[A-Za-z0-9_-]+", cursor)


@given(st.lists(_VALUES, max_size=3), st.data())
def test_a_cursor_that_was_changed_anywhere_is_refused(
    values: list[Any], data: st.DataObject
) -> None:
    cursor = seal(values, _QUERY, _KEY)
    place = data.draw(st.integers(0, len(cursor) - 1))
    other = data.draw(st.sampled_from("ABCxyz019-_é ").filter(lambda char: char != cursor[place]))

    with pytest.raises(UnfitCursor):
        unseal(cursor[:place] + other + cursor[place + 1 :], _QUERY, _KEY)


@given(
    st.text(max_size=200) | st.binary(max_size=200).map(lambda raw: base64.b64encode(raw).decode())
)
def test_any_other_text_is_no_cursor(text: str) -> None:
    with pytest.raises(UnfitCursor):
        unseal(text, _QUERY, _KEY)


def test_what_compares_oddly_comes_back_too() -> None:
    values = (math.inf, -math.inf, math.nan, -0.0, Decimal("NaN"), Decimal("1.10"), "\ud800")

    found = unseal(seal(values, _QUERY, _KEY), _QUERY, _KEY)

    assert repr(found) == repr(values)


def test_an_enum_comes_back_as_its_name() -> None:
    assert unseal(seal([Mood.MILD], _QUERY, _KEY), _QUERY, _KEY) == ("MILD",)


def test_a_time_in_a_zone_is_the_same_moment() -> None:
    moment = dt.datetime(2024, 10, 27, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Berlin"))

    (found,) = unseal(seal([moment], _QUERY, _KEY), _QUERY, _KEY)

    assert found.astimezone(dt.UTC) == moment.astimezone(dt.UTC)


def test_an_id_of_asyncpg_and_a_buffer_are_what_they_derive_from() -> None:
    class Own(UUID):
        pass

    values = (Own(int=7), bytearray(b"a"), memoryview(b"b"))

    assert unseal(seal(values, _QUERY, _KEY), _QUERY, _KEY) == (UUID(int=7), b"a", b"b")


@pytest.mark.parametrize("text", ["", "bm8", "é" * 100, "A" * 100, "A" * (LONGEST_CURSOR + 1)])
def test_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(UnfitCursor) as caught:
        unseal(text, _QUERY, _KEY)

    assert str(caught.value) == (
        "the cursor is none of taskbound's; begin without a cursor, or hand back page.next or "
        "page.previous as it is (TB509, docs/errors/TB509.md)"
    )


def test_a_changed_cursor_is_refused() -> None:
    cursor = seal([1], _QUERY, _KEY)
    changed = ("B" if cursor[-20] == "A" else "A").join((cursor[:-20], cursor[-19:]))

    with pytest.raises(UnfitCursor) as caught:
        unseal(changed, _QUERY, _KEY)

    assert str(caught.value) == (
        "the cursor was changed; begin without a cursor, or hand back page.next or page.previous "
        "as it is (TB509, docs/errors/TB509.md)"
    )


def test_another_text_of_the_same_bytes_is_refused() -> None:
    cursor = seal([1], _QUERY, _KEY)
    other = cursor[:-1] + chr(ord(cursor[-1]) + 1)

    assert base64.urlsafe_b64decode(other + "==") == base64.urlsafe_b64decode(cursor + "==")
    with pytest.raises(UnfitCursor):
        unseal(other, _QUERY, _KEY)


def test_a_cursor_of_another_query_is_refused() -> None:
    cursor = seal([1], fingerprint("OrderRead", "SELECT 2"), _KEY)

    with pytest.raises(UnfitCursor) as caught:
        unseal(cursor, _QUERY, _KEY)

    assert str(caught.value) == (
        "the cursor is of another query; begin without a cursor, or use it with the DTO, the "
        "statement and the ordering that it came from (TB509, docs/errors/TB509.md)"
    )


def test_a_cursor_of_another_key_is_refused() -> None:
    cursor = seal([1], _QUERY, b"another")

    with pytest.raises(UnfitCursor) as caught:
        unseal(cursor, _QUERY, _KEY)

    assert str(caught.value) == (
        "the cursor was made with another key; begin without a cursor, or give all workers the "
        "same Database(cursor_key=...) (TB509, docs/errors/TB509.md)"
    )


def test_a_value_that_no_cursor_carries_is_refused() -> None:
    with pytest.raises(UnfitPage) as caught:
        seal([[1]], _QUERY, _KEY)

    assert str(caught.value) == (
        "the page is ordered by a value of type list, which no cursor carries; order by another "
        "attribute of the model, or ask for page_at() (TB510, docs/errors/TB510.md)"
    )


def test_a_cursor_that_would_fit_into_no_url_is_refused() -> None:
    with pytest.raises(UnfitPage) as caught:
        seal(["a" * 4000], _QUERY, _KEY)

    assert str(caught.value) == (
        "the page's cursor would have 5388 characters, of at most 4096; order by shorter values, "
        "or ask for page_at() (TB510, docs/errors/TB510.md)"
    )


def test_the_fingerprint_is_of_the_dto_and_of_the_statement() -> None:
    prints = {fingerprint("A", "BC"), fingerprint("AB", "C"), fingerprint("A", "B"), _QUERY}

    assert len(prints) == 4
    assert {len(each) for each in prints} == {16}
    assert fingerprint("OrderRead", "SELECT 1") == _QUERY


def test_the_key_is_the_same_for_one_database_whatever_leads_there() -> None:
    key = cursor_key(make_url("postgresql+asyncpg://shop:secret@one/shop"))

    assert len(key) == 32
    assert cursor_key(make_url("postgresql+psycopg://shop:secret@two:5433/shop?x=1")) == key


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+asyncpg://shop:other@one/shop",
        "postgresql+asyncpg://shop:secret@one/other",
        "postgresql+asyncpg://other:secret@one/shop",
        "mysql+aiomysql://shop:secret@one/shop",
    ],
)
def test_another_password_user_or_database_is_another_key(url: str) -> None:
    assert cursor_key(make_url(url)) != cursor_key(
        make_url("postgresql+asyncpg://shop:secret@one/shop")
    )
