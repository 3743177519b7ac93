"""A field is refused where its type is sure not to take what the column holds."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from decimal import Decimal
from typing import Any, Literal, NewType

import pytest
from sqlalchemy import Enum, Integer, LargeBinary, Text
from sqlalchemy.types import TypeEngine

from taskbound import UnfitType
from taskbound.plan import plan_of
from taskbound.plan.fit import misfit
from taskbound.shape import Taking
from tests.plan.fields import dataclass_of
from tests.plan.models import Everything, State
from tests.plan.samples import COLUMNS, WANTED, pydantic_takes


class Grade(enum.StrEnum):
    GOOD = "good"


OrderId = NewType("OrderId", int)


@pytest.mark.parametrize("wanted", WANTED, ids=lambda wanted: wanted.__name__)
@pytest.mark.parametrize("held", COLUMNS, ids=lambda held: held.__name__)
def test_a_field_of_pydantic_is_refused_exactly_where_pydantic_takes_no_value(
    wanted: type, held: type
) -> None:
    refused = misfit(wanted, COLUMNS[held], Taking.CONVERTED)

    assert refused == (None if pydantic_takes(wanted, held) else held.__name__)


@pytest.mark.parametrize(
    ("name", "annotation"),
    [
        ("id", uuid.UUID),
        ("state", State),
        ("word", str),
        ("word", Literal["a", "b"]),
        ("document", int),
        ("tags", list[int]),
        ("fixed", tuple[int, ...]),
        ("lasts", dt.timedelta),
        ("picture", bytes),
        ("cents", Decimal),
        ("cents", str),
        ("moment", dt.datetime),
        ("day", dt.date),
        ("clock", dt.time),
        ("ratio", float),
        ("number", int),
        ("number", float),
        ("number", OrderId),
        ("number", int | str),
        ("text", Any),
        ("text", State | str),
    ],
)
def test_what_fits_passes(name: str, annotation: Any) -> None:
    plan = plan_of(dataclass_of(name, annotation), Everything)

    assert [column.field for column in plan.columns] == [name]


@pytest.mark.parametrize(
    ("name", "annotation", "wanted", "held"),
    [
        ("id", str, "str", "UUID"),
        ("state", str, "str", "State"),
        ("state", Grade, "Grade", "State"),
        ("word", State, "State", "str"),
        ("word", Literal[1, 2], "Literal[1, 2]", "str"),
        ("tags", tuple[int, ...], "tuple[int, ...]", "list"),
        ("fixed", list[int], "list[int]", "tuple"),
        ("lasts", float, "float", "timedelta"),
        ("picture", str, "str", "bytes"),
        ("moment", dt.date, "date", "datetime"),
        ("day", dt.datetime, "datetime", "date"),
        ("flag", int, "int", "bool"),
        ("ratio", Decimal, "Decimal", "float"),
        ("amount", float, "float", "Decimal"),
        ("number", Decimal, "Decimal", "int"),
        ("number", str | bytes, "str | bytes", "int"),
        ("text", None, "None", "str"),
    ],
)
def test_what_does_not_fit_is_refused(name: str, annotation: Any, wanted: str, held: str) -> None:
    with pytest.raises(UnfitType) as caught:
        plan_of(dataclass_of(name, annotation), Everything)

    assert str(caught.value) == (
        f"Read.{name} is {wanted}, but Everything.{name} holds {held}; annotate {name} with {held} "
        "(TB506, docs/errors/TB506.md)"
    )


@pytest.mark.parametrize("column", [Enum(State), Text(), Integer()])
def test_pydantic_may_find_an_enum_by_its_value(column: TypeEngine[Any]) -> None:
    assert misfit(Grade, column, Taking.CONVERTED) is None


def test_pydantic_finds_no_enum_by_bytes() -> None:
    assert misfit(Grade, LargeBinary(), Taking.CONVERTED) == "bytes"


def test_code_of_the_author_takes_anything() -> None:
    assert misfit(int, LargeBinary(), Taking.FREELY) is None
