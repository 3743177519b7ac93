"""A part of a list, as a route answers it."""

from __future__ import annotations

from typing import TypeVar

from shop.schemas.listing import Listing, Window
from taskbound import ProjectionQuery

Item = TypeVar("Item")


async def listing(query: ProjectionQuery[Item], window: Window) -> Listing[Item]:
    """The rows of `query` that `window` shows, and how many there are."""
    page = await query.page_at(offset=window.offset, size=window.limit, total="exact")
    return Listing(items=page.items, total=page.total or 0, **window.model_dump())
