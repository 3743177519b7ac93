"""Markers of children refuse what they cannot mean, and stand at children alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, make_dataclass
from typing import Annotated, Any

import pytest

from taskbound import By, Count, From, Limit, OrderBy, UnreadableField, Where
from taskbound.shape import read_shape
from tests.plan.models import Line


@dataclass
class LineRead:
    number: int


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Limit(0), "Limit takes 1 to 10,000 objects, and was given 0"),
        (lambda: Limit(10_001), "Limit takes 1 to 10,000 objects, and was given 10001"),
        (lambda: Limit(True), "Limit takes 1 to 10,000 objects, and was given True"),
        (Where, "Where takes at least one SQL expression"),
        (OrderBy, "OrderBy takes at least one SQL expression"),
        (
            lambda: OrderBy("number"),
            "OrderBy was given 'number', which is no SQL expression and no function that gives one",
        ),
        (
            lambda: Where(True),
            "Where was given True, which is no SQL expression and no function that gives one",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        make()

    assert str(caught.value) == message


def test_children_are_chosen_by_all_markers_together() -> None:
    few, first = Line.quantity < 3, Line.number
    annotation = Annotated[list[LineRead], Where(few), OrderBy(first), Limit(5)]

    (field,) = read_shape(_dto(annotation)).fields

    assert field.selection.where == (few,)
    assert field.selection.order_by == (first,)
    assert field.selection.limit == 5


@pytest.mark.parametrize(
    ("annotation", "message"),
    [
        (
            Annotated[int, Limit(3)],
            "has Limit and holds no DTO; leave Limit out, or annotate it with a DTO, or a list of "
            "one",
        ),
        (
            Annotated[LineRead, Where(Line.quantity > 3)],
            "has Where and is no container of a DTO; leave Where out, or annotate it with "
            "list[<DTO>]",
        ),
        (
            Annotated[list[LineRead], Limit(3), Limit(4)],
            "has Limit 2 times; leave one",
        ),
        (
            Annotated[int, From("id"), Count("lines")],
            "has From and Count, of which it can follow one; leave one",
        ),
        (
            Annotated[int, Count("lines"), By("id")],
            "has By and holds no DTO; leave By out, or annotate it with a DTO, or a list of one",
        ),
        (
            Annotated[list[LineRead], Count("lines")],
            "has Count and is list[LineRead]; annotate it with the type of one value",
        ),
    ],
)
def test_a_marker_in_the_wrong_place_is_refused(annotation: Any, message: str) -> None:
    with pytest.raises(UnreadableField) as caught:
        read_shape(_dto(annotation))

    assert str(caught.value) == f"OrderRead.field {message} (TB508, docs/errors/TB508.md)"


def _dto(annotation: Any) -> Any:
    return make_dataclass("OrderRead", [("field", annotation)])
