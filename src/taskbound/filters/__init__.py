"""Named filters of models: marked on a class, applied to every statement, left out by name alone."""

from __future__ import annotations

from taskbound.filters.chosen import Filters
from taskbound.filters.mark import Filter, ValueFilter

__all__ = ["Filter", "Filters", "ValueFilter"]
