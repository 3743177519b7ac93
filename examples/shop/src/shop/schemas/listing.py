"""A part of a list, and how long the whole is."""

from __future__ import annotations

from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

Item = TypeVar("Item")


class Listing(BaseModel, Generic[Item]):
    """`items` from `offset` on, at most `limit` of the `total` that match."""

    items: list[Item]
    total: int
    offset: int
    limit: int


class Window(BaseModel):
    """Which part of a list is wanted."""

    offset: int = Field(default=0, ge=0, le=1_000_000, description="Rows to leave out.")
    limit: int = Field(default=20, ge=1, le=100, description="Rows to answer with at most.")


WindowQuery = Annotated[Window, Query()]
