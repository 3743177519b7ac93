"""The ORM is the oracle: of models, rows, DTOs and statements drawn at random, a read gives its DTOs.

`TASKBOUND_TRUTH_CASES` is the number of cases for each driver, `TASKBOUND_TRUTH_SEED` names the models.
"""

from __future__ import annotations

from collections.abc import Iterator

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from tests.drawing import CASES
from tests.truth.answers import Answer, Question, Reader
from tests.truth.entities import Family
from tests.truth.oracle import Oracle, load
from tests.truth.rows import Rows, drawn_rows
from tests.truth.shapes import drawn_dto
from tests.truth.statements import drawn_statement
from tests.truth.tape import Tape
from tests.truth.worlds import FAMILIES, World

# Of each example: two DTOs, each with one statement that is asked with several sets of values, in several
# sets of rows. Most of the time goes into what is compiled once, for the first of them.
DTOS, VALUES, ROWS = 2, 3, 4
_COMMITTED = 15

Asked = list[tuple[int, list[Question]]]
"""For each DTO the way in which it is read beside the plainest, and its questions."""


def tapes(length: int) -> st.SearchStrategy[Tape]:
    """Bytes that become decisions."""
    return st.binary(min_size=length, max_size=length).map(Tape)


# No example is kept for the next run, whose models may be others: a failure becomes a test by itself.
@hypothesis.settings(
    max_examples=CASES // (DTOS * VALUES * ROWS),
    deadline=None,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
)
@hypothesis.given(
    number=st.integers(0, FAMILIES - 1),
    rows=st.tuples(*[tapes(250)] * ROWS),
    asked=st.tuples(*[st.tuples(tapes(150), tapes(40), *[tapes(8)] * VALUES)] * DTOS),
    ways=tapes(20),
)
@pytest.mark.filterwarnings("ignore:Dialect sqlite")
@pytest.mark.timeout(max(600, CASES))
async def test_a_read_gives_what_the_orm_gives(
    world: World,
    number: int,
    rows: tuple[Tape, ...],
    asked: tuple[tuple[Tape, ...], ...],
    ways: Tape,
) -> None:
    family = world.families[number]
    questions = list(_questions(family, asked, ways))

    for content in rows:
        drawn = drawn_rows(content, family)
        hypothesis.note(f"Family {number}, rows {_told(drawn)}")
        if ways.chance(_COMMITTED):
            async with world.committed(family, drawn) as (database, plain):
                await _check(database, plain, family, questions)
        else:
            async with world.written(drawn) as (session, plain):
                await _check(session, plain, family, questions)


async def _check(reader: Reader, plain: AsyncSession, family: Family, questions: Asked) -> None:
    kept = await load(plain, family, [of_dto[0].dto for _, of_dto in questions])
    oracle = Oracle()
    for way, of_dto in questions:
        await oracle.ask(plain, of_dto[0].dto, family)
        for question in of_dto:
            statement = question.statement
            found = list(await plain.scalars(statement.select, statement.parameters))
            expected = [oracle.converted(question.dto, entity) for entity in found]
            keys = [oracle.key(entity) for entity in found]
            await Answer(question, keys, expected).check(reader, way=way)
    del kept


def _questions(
    family: Family, asked: tuple[tuple[Tape, ...], ...], ways: Tape
) -> Iterator[tuple[int, list[Question]]]:
    for shape, structure, *values in asked:
        entity = shape.one_of(family.entities)
        dto, prepared = drawn_dto(shape, family, entity), ways.chance(40)
        statements = (drawn_statement(structure.again(), one, family, entity) for one in values)
        yield ways.below(250), [Question(dto, one, prepared=prepared) for one in statements]


def _told(rows: Rows) -> str:
    return "".join(f"\n  {table.name}: {content}" for table, content in rows)
