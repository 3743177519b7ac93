"""What is drawn holds what it is meant to hold: an oracle that is asked nothing is never wrong."""

from __future__ import annotations

import random
from functools import cache

import pytest

from tests.dml.drawn import operations
from tests.dml.drawn.designs import COUNTED, JOINED, PLAIN, SINGLE, TENS, Design, designs
from tests.dml.drawn.dtos import GIVEN, NESTING
from tests.dml.drawn.operations import Operations
from tests.dml.drawn.slots import CALLED, FROM_ROW, NOTHING, SCALAR, SERVER, SQL
from tests.truth.columns import kinds_on
from tests.truth.tape import Tape

EVERYTHING = (
    operations.Insert,
    operations.InsertMany,
    operations.InsertTree,
    operations.Update,
    operations.UpdateEach,
    operations.UpdateMany,
    operations.Delete,
    operations.DeleteMany,
    operations.Upsert,
    operations.UpsertMany,
)
once = cache(designs)


@pytest.fixture(params=["sqlite", "postgresql", "mysql"])
def drawn(request: pytest.FixtureRequest) -> tuple[Design, ...]:
    """Models for a backend."""
    return once(request.param, seed=1, count=200)


def test_every_kind_of_column_is_drawn(drawn: tuple[Design, ...]) -> None:
    names = {slot.kind.name for design in drawn for slot in (*design.slots, *design.more)}

    assert {kind.name for kind in kinds_on(drawn[0].backend)} - names == set()


def test_every_form_of_a_model_is_drawn(drawn: tuple[Design, ...]) -> None:
    assert {design.form for design in drawn} == {PLAIN, SINGLE, JOINED}
    assert {design.version for design in drawn} == {"", COUNTED, TENS}
    assert {(design.generated, len(design.key)) for design in drawn} == {
        (True, 1),
        (False, 1),
        (False, 2),
    }
    assert any(design.unique for design in drawn)


def test_every_way_to_fill_a_column_is_drawn(drawn: tuple[Design, ...]) -> None:
    slots = [slot for design in drawn for slot in design.slots]

    assert {slot.default.way for slot in slots} == {
        NOTHING, SCALAR, CALLED, FROM_ROW, SQL, SERVER,
    }  # fmt: skip
    assert {slot.onupdate.way for slot in slots} == {
        NOTHING, SCALAR, CALLED, FROM_ROW, SQL,
    }  # fmt: skip
    assert any(slot.computed for slot in slots)


def test_every_write_is_drawn_in_every_way_to_give_it(drawn: tuple[Design, ...]) -> None:
    chance = random.Random(1)
    writes = [
        Operations(design, EVERYTHING).drawn(Tape(chance.randbytes(80)))
        for design in drawn
        for _ in range(20)
    ]

    ways = {(type(write), getattr(write, "given", "")) for write in writes}
    without = {(kind, "") for kind in (operations.Delete, operations.DeleteMany)}
    assert ways == without | {
        (kind, way)
        for kind in EVERYTHING
        for way in (NESTING if kind is operations.InsertTree else GIVEN)
        if "given" in kind.__annotations__
    }


def test_writes_lack_what_is_needed_and_hold_none_now_and_then(drawn: tuple[Design, ...]) -> None:
    chance = random.Random(2)
    rows = [
        (design, Operations(design, (operations.Insert,)).drawn(Tape(chance.randbytes(80))))
        for design in drawn
        for _ in range(20)
    ]
    inserts = [(design, row) for design, row in rows if isinstance(row, operations.Insert)]
    lacking = [operations.lacks(design, row.model, row.values) for design, row in inserts]

    assert 0 < sum(lacking) < len(rows) // 10
    assert any(None in row.values.values() for _, row in inserts)
