"""What is told of those who leave filters out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.events import FiltersLeftOut, has_listeners, publish
from taskbound.place import calling_place

if TYPE_CHECKING:
    from taskbound.filters.chosen import Filters


def tell_left_out(filters: Filters) -> None:
    """Publish `FiltersLeftOut` where a filter is left out and somebody listens."""
    if filters.off and has_listeners(FiltersLeftOut):
        publish(FiltersLeftOut(tuple(sorted(filters.off)), calling_place()))
