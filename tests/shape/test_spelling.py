"""Types are written in messages as in code."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Optional, TypeVar

import pytest

from taskbound.shape import spelled

T = TypeVar("T")


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        (int, "int"),
        (Any, "Any"),
        (Optional[int], "int | None"),  # noqa: UP045
        (int | None, "int | None"),
        (list[int | str], "list[int | str]"),
        (tuple[int, ...], "tuple[int, ...]"),
        (Annotated[int, "seen"], "int"),
        (Literal["a", 1], "Literal['a', 1]"),
        (T, "T"),
        ("OrderRead", "OrderRead"),
    ],
)
def test_a_type_is_written_as_its_author_would(annotation: Any, text: str) -> None:
    assert spelled(annotation) == text
