"""What a statement's rows are ordered by, read from its ORDER BY."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    Column,
    Dialect,
    MetaData,
    Select,
    Table,
    column,
    func,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import aliased
from sqlalchemy.sql import literal_column

from taskbound import UnfitPage
from taskbound.statement.ordering import Ordered, order_by, ordering, reverse
from tests.statement.items import MYSQL, POSTGRESQL, SQLITE, Item, Part


def _distinct_on() -> Select[Any]:
    # SQLAlchemy 2.1 has a construct of its own, and warns of the one of 2.0.
    if found := getattr(postgresql, "distinct_on", None):
        return select(Item).ext(found(Item.name))
    return select(Item).distinct(Item.name)


_DOCUMENT = Table("document", MetaData(), Column("body", JSON))


def test_without_an_order_by_it_is_the_primary_key() -> None:
    found = ordering(select(Part), [Part.box, Part.slot], SQLITE)

    assert _shown(found) == ["part.box ASC", "part.slot ASC"]


def test_the_primary_key_follows_in_the_direction_of_the_last_criterion() -> None:
    statement = select(Part).order_by(Part.size, Part.slot.desc())

    found = ordering(statement, [Part.box, Part.slot], SQLITE)

    assert _shown(found) == ["part.size ASC", "part.slot DESC", "part.box DESC"]


def test_a_criterion_that_comes_again_is_left_out() -> None:
    statement = select(Item).order_by(Item.name, Item.id, Item.name.desc())

    assert _shown(_of(statement)) == ["item.name ASC", "item.id ASC"]


def test_the_key_of_an_alias_is_not_that_of_its_class() -> None:
    other = aliased(Item, name="other")
    statement = select(other).join(Item, Item.number == other.number).order_by(Item.id)

    found = ordering(statement, [other.id], SQLITE)

    assert _shown(found) == ["item.id ASC maybe NULL (first)", "other.id ASC"]


def test_labels_and_hybrids_are_what_they_stand_for() -> None:
    label = (Item.number + Item.number).label("twice")

    assert _shown(_of(select(Item).order_by(label.desc(), Item.louder))) == [
        "item.number + item.number DESC maybe NULL (last)",
        "upper(item.name) ASC",
        "item.id ASC",
    ]


def test_a_composite_is_its_columns() -> None:
    statement = select(Item).order_by(tuple_(Item.number, Item.name), Item.id.desc())

    assert _shown(_of(statement)) == ["item.number ASC", "item.name ASC", "item.id DESC"]


@pytest.mark.parametrize(
    ("dialect", "ascending", "descending"),
    [(POSTGRESQL, "last", "first"), (SQLITE, "first", "last"), (MYSQL, "first", "last")],
    ids=["postgresql", "sqlite", "mysql"],
)
def test_nulls_are_where_the_database_has_them(
    dialect: Dialect, ascending: str, descending: str
) -> None:
    statement = select(Item).order_by(Item.rank, Item.code.desc())

    found = ordering(statement, [Item.id], dialect)

    assert _shown(found) == [
        f"item.rank ASC maybe NULL ({ascending})",
        f"item.code DESC maybe NULL ({descending})",
        "item.id DESC",
    ]


def test_nulls_are_where_the_statement_wants_them() -> None:
    statement = select(Item).order_by(
        Item.rank.nulls_last(), Item.code.desc().nulls_first(), Item.day.nulls_first().desc()
    )

    assert _shown(_of(statement))[:3] == [
        "item.rank ASC maybe NULL (last)",
        "item.code DESC maybe NULL (first)",
        "item.day DESC maybe NULL (first)",
    ]


def test_a_column_of_a_joined_table_may_be_null_whatever_it_says() -> None:
    statement = select(Item).outerjoin(Part, Part.size == Item.number).order_by(Part.slot)

    assert _shown(_of(statement)) == ["part.slot ASC maybe NULL (first)", "item.id ASC"]


def test_what_is_made_of_values_that_are_there_is_there() -> None:
    statement = select(Item).order_by(
        func.lower(Item.name), func.lower(Item.code), func.coalesce(Item.rank, 0)
    )

    assert [one.nullable for one in _of(statement)] == [False, True, False, False]


def test_the_reverse_has_the_other_direction_and_its_nulls_at_the_other_end() -> None:
    found = _of(select(Item).order_by(Item.rank))

    assert _shown(reverse(found)) == ["item.rank DESC maybe NULL (last)", "item.id DESC"]
    assert _shown(reverse(reverse(found))) == _shown(found)


def test_the_order_by_names_only_what_the_database_would_do_otherwise() -> None:
    statement = select(Item).order_by(Item.rank.nulls_last(), Item.code.nulls_first(), Item.number)

    assert _written(statement, SQLITE) == (
        "item.rank ASC NULLS LAST, item.code ASC, item.number ASC, item.id ASC"
    )
    assert _written(statement, POSTGRESQL) == (
        "item.rank ASC, item.code ASC NULLS FIRST, item.number ASC, item.id ASC"
    )
    assert _written(statement, MYSQL) == (
        "item.`rank` IS NULL ASC, item.`rank` ASC, item.code ASC, item.number ASC, item.id ASC"
    )


@pytest.mark.parametrize(
    ("criterion", "reason"),
    [
        ("name", "'name'), which is text, not an expression"),
        (text("name desc"), "name desc), which is text, not an expression"),
        (literal_column("name"), "name), which is text, not an expression"),
        (func.random(), "random()), which is another value each time"),
        (func.lower(func.rand()), "lower(rand())), which is another value each time"),
        (
            func.row_number().over(order_by=Item.name),
            "row_number() OVER (ORDER BY item.name)), which depends on the other rows of the same "
            "statement",
        ),
        (_DOCUMENT.c.body, "document.body), which holds what no cursor carries"),
        (column("x" * 80, JSON), f"{'x' * 60}...), which holds what no cursor carries"),
    ],
)
def test_what_cannot_be_followed_is_refused(criterion: Any, reason: str) -> None:
    with pytest.raises(UnfitPage) as caught:
        _of(select(Item).order_by(criterion))

    assert str(caught.value) == (
        f"page() cannot go by order_by({reason}; order by an attribute of the model, or ask for "
        "page_at() (TB510, docs/errors/TB510.md)"
    )


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        (select(Item).limit(5), "limit()"),
        (select(Item).fetch(5), "fetch()"),
        (select(Item).offset(5), "offset()"),
        (select(Item).group_by(Item.name), "group_by()"),
        (_distinct_on(), "DISTINCT ON"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_statement_that_cuts_its_rows_itself_is_refused(
    statement: Select[Any], name: str
) -> None:
    with pytest.raises(UnfitPage) as caught:
        _of(statement)

    assert str(caught.value) == (
        f"page() was asked of a statement with {name}, which counts for all pages together; leave "
        "it out, or put the statement into a subquery and select from that "
        "(TB510, docs/errors/TB510.md)"
    )


def _of(statement: Select[Any]) -> tuple[Ordered, ...]:
    return ordering(statement, [Item.id], SQLITE)


def _written(statement: Select[Any], dialect: Dialect) -> str:
    criteria = order_by(ordering(statement, [Item.id], dialect), dialect)
    return ", ".join(str(one.compile(dialect=dialect)) for one in criteria)


def _shown(found: tuple[Ordered, ...]) -> list[str]:
    return [_one(one) for one in found]


def _one(one: Ordered) -> str:
    direction = "DESC" if one.descending else "ASC"
    nulls = f" maybe NULL ({'first' if one.nulls_first else 'last'})" if one.nullable else ""
    return f"{one.expression} {direction}{nulls}"
