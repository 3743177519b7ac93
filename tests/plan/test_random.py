"""Of models and DTOs drawn at random, exactly the fields that cannot be filled are refused."""

from __future__ import annotations

import hypothesis
from hypothesis import strategies as st

from taskbound import ProjectionMisuse
from taskbound.plan.bind import bind
from taskbound.shape import Shape, read_shape
from tests.drawing import examples
from tests.plan.drawn import DrawnDto, DrawnModels, Refusal, dtos, models


@hypothesis.settings(max_examples=examples(200), deadline=None)
@hypothesis.given(data=st.data())
def test_the_fields_that_cannot_be_filled_are_all_refused_in_their_order(
    data: st.DataObject,
) -> None:
    drawn = data.draw(models)
    dto = data.draw(dtos(drawn))

    expected = list(dto.refusals(drawn))

    assert _refused(drawn, dto) == expected


def _refused(drawn: DrawnModels, dto: DrawnDto) -> list[Refusal]:
    """What taskbound refuses; a plan that is made has to name every field."""
    model, found = drawn.mapped()
    shape = read_shape(dto.made())
    try:
        plan = bind(shape, model.__mapper__)
    except ProjectionMisuse as error:
        return [_refusal(each) for each in (error, *error.others)]
    finally:
        found.dispose()
    assert {*plan.defaults, *(part.field for part in plan.parts)} == _names(shape)
    return []


def _refusal(error: ProjectionMisuse) -> Refusal:
    return error.dto, error.field, type(error)  # type: ignore[attr-defined]


def _names(shape: Shape) -> set[str]:
    return {field.name for field in shape.fields}
