"""Text as people type it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import Field, StringConstraints

# PostgreSQL keeps no NUL in text.
_NO_NUL = r"^[^\x00]*$"

# Must be given, and fits a column.
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=_NO_NUL),
]

# May be left out, or be empty.
OptionalLine = Annotated[str | None, Field(max_length=200, pattern=_NO_NUL)]

# As long as a letter.
OptionalText = Annotated[str | None, Field(max_length=10_000, pattern=_NO_NUL)]

# The post office decides whether an address exists; this only tells one from a slip of the hand.
Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        to_lower=True,
        max_length=200,
        pattern=r"^[^@\s\x00]+@[^@\s\x00]+$",
    ),
]

# Text to look for in a list.
Search = Annotated[
    str | None,
    Query(min_length=1, max_length=200, pattern=_NO_NUL, description="Text to look for."),
]
