"""The generated function makes of every row what the interpreter makes of it."""

from __future__ import annotations

import inspect

import hypothesis
import pytest
from hypothesis import strategies as st

from taskbound.assemble import generated, interpreted
from tests.assemble.drawn import layouts
from tests.drawing import examples


@pytest.mark.timeout(600)
@hypothesis.settings(
    max_examples=examples(300), deadline=None, suppress_health_check=list(hypothesis.HealthCheck)
)
@hypothesis.given(data=st.data())
def test_what_is_generated_equals_what_is_interpreted(data: st.DataObject) -> None:
    drawn = data.draw(layouts())
    rows = data.draw(drawn.rows(3))

    found = generated(drawn.layout)(rows, drawn.batches)

    assert found == interpreted(drawn.layout)(rows, drawn.batches)
    assert len(found) == len(rows)


@hypothesis.settings(
    max_examples=examples(50), deadline=None, suppress_health_check=list(hypothesis.HealthCheck)
)
@hypothesis.given(data=st.data())
def test_the_source_of_what_is_generated_can_be_read(data: st.DataObject) -> None:
    drawn = data.draw(layouts(2))

    source = inspect.getsource(generated(drawn.layout))

    assert source.startswith("def assemble(rows, batches):\n")
    compile(source, "source", "exec")
