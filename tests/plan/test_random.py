"""Of models and DTOs drawn at random, exactly the fields that cannot be filled are refused."""

from __future__ import annotations

import hypothesis
from hypothesis import strategies as st

from taskbound import ProjectionMisuse
from taskbound.plan.bind import bind
from taskbound.shape import Shape, read_shape
from tests.plan.drawn import DrawnDto, DrawnModels, Refusal, dtos, models


@hypothesis.settings(max_examples=200, deadline=None)
@hypothesis.given(data=st.data())
def test_the_first_field_that_cannot_be_filled_is_the_one_that_is_refused(
    data: st.DataObject,
) -> None:
    drawn = data.draw(models)
    dto = data.draw(dtos(drawn))

    expected = next(dto.refusals(drawn), None)

    assert _refused(drawn, dto) == expected


def _refused(drawn: DrawnModels, dto: DrawnDto) -> Refusal | None:
    """What taskbound refuses; a plan that is made has to name every field."""
    model, found = drawn.mapped()
    shape = read_shape(dto.made())
    try:
        plan = bind(shape, model.__mapper__)
    except ProjectionMisuse as error:
        return error.dto, error.field, type(error)  # type: ignore[attr-defined]
    finally:
        found.dispose()
    assert {*plan.defaults, *(part.field for part in plan.parts)} == _names(shape)
    return None


def _names(shape: Shape) -> set[str]:
    return {field.name for field in shape.fields}
