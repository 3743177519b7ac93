"""The part of `Database` that says which rows are there: the values of filters, and those left out."""

from __future__ import annotations

import copy
from typing import Any, Self

from taskbound.filters.chosen import NO_FILTERS, Filters


class Filtering:
    """The part of `Database` that has filters."""

    _filters: Filters = NO_FILTERS

    def filtered(self, **values: Any) -> Self:
        """The same database for one tenant: `db.filtered(tenant=7)`.

        ```python
        def database_of(request: Request) -> Database:
            return db.filtered(tenant=request.state.tenant_id)
        ```

        Every session, block, group and read that is asked of it has these values for the filters of
        models. It costs next to nothing, and shares the pool with this one; closing either closes both.

        values: by the name of a `ValueFilter`; None is no value.
        """
        return self._with(self._filters.filtered(**values))

    def unfiltered(self, *names: str) -> Self:
        """The same database without the filters of these names: `db.unfiltered("soft_delete")`.

        For what has to see all rows, and may remove them. It shares the pool with this one.

        Raises `TypeError` where no name is given.
        """
        return self._with(self._filters.unfiltered(*names))

    def _with(self, filters: Filters) -> Self:
        other = copy.copy(self)
        other._filters = filters
        return other
