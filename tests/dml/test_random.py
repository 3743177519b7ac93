"""The unit of work is the oracle: of models and writes drawn at random, taskbound leaves the same rows.

`TASKBOUND_TRUTH_CASES` scales how many are drawn for each driver, `TASKBOUND_TRUTH_SEED` names the models.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from taskbound import Database
from tests.dml.drawn.classes import Classes, classes
from tests.dml.drawn.designs import designs
from tests.dml.drawn.operations import (
    Delete,
    DeleteMany,
    Insert,
    InsertMany,
    InsertTree,
    Operation,
    Operations,
    Update,
    UpdateEach,
    UpdateMany,
    Upsert,
    UpsertMany,
)
from tests.dml.drawn.statements import Statements
from tests.dml.drawn.tables import content, keys, version_of
from tests.dml.drawn.unit_of_work import UnitOfWork
from tests.drawing import CASES, examples
from tests.truth.sameness import difference
from tests.truth.tape import Tape
from tests.truth.worlds import SEED

# A table costs as much as some writes, so a short run has fewer.
MODELS = min(40, 12 + CASES // 50)
WRITES = 8
_TAPE = 160

# Each as often as it is to be drawn.
KINDS: tuple[type[Operation], ...] = (
    *(Insert, Insert, Insert, Update, Update, Update),
    *(InsertMany, InsertMany, InsertTree, InsertTree, UpdateEach, UpdateMany, Delete, DeleteMany),
    *(Upsert, Upsert, UpsertMany, UpsertMany),
)


class Pair:
    """A model twice: what taskbound writes, and what the unit of work writes."""

    def __init__(self, ours: Classes, theirs: Classes) -> None:
        self.ours, self.theirs = ours, theirs
        self.design = ours.design


@cache
def _pairs(backend: str) -> tuple[Pair, ...]:
    return tuple(
        Pair(classes(design, "ours"), classes(design, "theirs"))
        for design in designs(backend, SEED, MODELS)
    )


def _create(connection: Connection, pairs: Sequence[Pair]) -> None:
    for pair in pairs:
        for side in (pair.ours, pair.theirs):
            side.metadata.create_all(connection, checkfirst=False)


@pytest.fixture
async def pairs(database: Database) -> tuple[Pair, ...]:
    """The models, with empty tables."""
    made = _pairs(database.engine.dialect.name)
    async with database.engine.begin() as connection:
        await connection.run_sync(_create, made)
    return made


@hypothesis.settings(
    max_examples=examples(60),
    deadline=None,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
)
@hypothesis.given(
    number=st.integers(0, MODELS - 1),
    tapes=st.lists(
        st.binary(min_size=_TAPE, max_size=_TAPE).map(Tape), min_size=1, max_size=WRITES
    ),
)
@pytest.mark.filterwarnings("ignore:Dialect sqlite")
# The database refuses the second of them, which is what is compared.
@pytest.mark.filterwarnings("ignore:New instance .* conflicts with persistent instance")
@pytest.mark.timeout(max(600, CASES))
async def test_a_write_leaves_what_the_unit_of_work_leaves(
    database: Database, pairs: tuple[Pair, ...], number: int, tapes: list[Tape]
) -> None:
    pair = pairs[number]
    hypothesis.note(str(pair.design))
    drawing = Operations(pair.design, KINDS)

    async with database.session() as session:
        connection = await session.connection()
        async with AsyncSession(connection) as plain:
            both = Statements(session, pair.ours), UnitOfWork(plain, pair.theirs)
            for tape in tapes:
                operation = drawing.drawn(tape)
                hypothesis.note(f"{operation}")
                await _compare(connection, pair, both, operation)
        await session.rollback()


async def _compare(
    connection: AsyncConnection,
    pair: Pair,
    both: tuple[Statements, UnitOfWork],
    operation: Operation,
) -> None:
    statements, unit_of_work = both
    ours, theirs = await keys(connection, pair.ours), await keys(connection, pair.theirs)
    places = getattr(operation, "places", ())
    if places and not ours:
        return
    meant = [place % len(ours) for place in places]
    versions = [0] * len(meant)
    if pair.design.version:
        versions = [await version_of(connection, pair.ours, ours[place]) for place in meant]

    expected = await unit_of_work.done(operation, [theirs[place] for place in meant])
    found = await statements.done(operation, [ours[place] for place in meant], versions)

    assert found.agrees(expected), f"{found} instead of {expected}"
    left, right = await content(connection, pair.ours), await content(connection, pair.theirs)
    assert left == right, difference(left, right)
