"""What is drawn holds what it is meant to hold: an oracle that is asked nothing is never wrong."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest

from tests.truth.columns import kinds_on
from tests.truth.dtos import Dto
from tests.truth.entities import Family
from tests.truth.families import families
from tests.truth.making import MAKERS
from tests.truth.rows import drawn_rows
from tests.truth.shapes import drawn_dto
from tests.truth.statements import drawn_statement
from tests.truth.tape import Tape

BACKENDS = ("sqlite", "postgresql", "mysql")
once = cache(families)


@pytest.fixture(params=BACKENDS)
def drawn(request: pytest.FixtureRequest) -> tuple[Family, ...]:
    """Families for a backend."""
    return once(request.param, seed=1, count=40)


def test_every_kind_of_column_is_drawn(drawn: tuple[Family, ...]) -> None:
    entities = [entity for family in drawn for entity in family.entities]

    names = {one.kind.name for entity in entities for one in entity.attributes}

    assert {kind.name for kind in kinds_on(drawn[0].backend)} - names == set()


def test_every_kind_of_relation_is_drawn(drawn: tuple[Family, ...]) -> None:
    entities = [entity for family in drawn for entity in family.entities]
    relations = [(entity, relation) for entity in entities for relation in entity.relations]

    assert {(one.many, one.optional, one.ordered) for _, one in relations} == {
        (False, False, False),
        (False, True, False),
        (True, False, False),
        (True, False, True),
    }
    assert any(entity.number == relation.target for entity, relation in relations)
    assert any(family.links for family in drawn)
    assert {len(entity.key) for entity in entities} >= {1, 2, 3}


def test_every_kind_of_dto_and_field_is_drawn(drawn: tuple[Family, ...]) -> None:
    dtos = [dto for family in drawn for outer in some_dtos(family) for dto in inside(outer)]
    fields = [field for dto in dtos for field in dto.fields]

    assert {dto.kind for dto in dtos} == set(MAKERS)
    assert {field.container for field in fields} == {
        "", "dict", "frozenset", "list", "set", "tuple",
    }  # fmt: skip
    aggregations = {field.aggregation.function for field in fields if field.aggregation}
    assert aggregations == {"Count", "Exists", "Max", "Min", "Sum"}
    assert any(field.expression for field in fields)
    assert any(field.selection and field.selection.limit for field in fields)
    assert any(field.has_default for field in fields)
    assert max(len(field.path) for field in fields) == 4
    assert max(depth(dto) for dto in dtos) == 4


def test_the_same_bytes_draw_the_same(drawn: tuple[Family, ...]) -> None:
    again = families(drawn[0].backend, seed=1, count=40)

    for family, other in zip(drawn, again, strict=True):
        assert [one.table.name for one in family.entities] == [
            one.table.name for one in other.entities
        ]
        tape = random.Random(family.number).randbytes(250)
        rows = [
            [repr(content) for _, content in drawn_rows(Tape(tape), f)] for f in (family, other)
        ]
        assert rows[0] == rows[1]


def test_statements_select_filter_join_order_and_cut(drawn: tuple[Family, ...]) -> None:
    chance, seen = random.Random(1), Counter[str]()
    for family in drawn:
        for entity in family.entities:
            structure, values = Tape(chance.randbytes(60)), Tape(chance.randbytes(10))
            statement = drawn_statement(structure, values, family, entity)
            text = str(statement.select)
            seen.update(
                word for word in ("WHERE", "JOIN", "ORDER BY", "LIMIT", "EXISTS") if word in text
            )
            seen["parameters"] += bool(statement.parameters)
            seen["the class"] += isinstance(statement.asked, type)

    words = ("WHERE", "JOIN", "ORDER BY", "LIMIT", "EXISTS", "parameters", "the class")
    assert [word for word in words if not seen[word]] == []


def some_dtos(family: Family) -> Iterator[Dto]:
    """A few DTOs of each class of a family."""
    chance = random.Random(family.number)
    for entity in family.entities:
        for _ in range(2):
            yield drawn_dto(Tape(chance.randbytes(150)), family, entity)


def inside(dto: Dto) -> Iterator[Dto]:
    """A DTO and all that it holds."""
    yield dto
    for field in dto.fields:
        if isinstance(field.holds, Dto):
            yield from inside(field.holds)


def depth(dto: Dto) -> int:
    """How many levels of objects a DTO has."""
    inner = [depth(field.holds) for field in dto.fields if isinstance(field.holds, Dto)]
    return 1 + max(inner, default=0)
