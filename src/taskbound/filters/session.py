"""The synchronous session inside a `TaskSession`: every statement of it keeps to its filters."""

from __future__ import annotations

from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy.orm import Mapper, ORMExecuteState, Session, class_mapper

from taskbound.errors import PastFilter
from taskbound.filters.chosen import NO_FILTERS, Filters
from taskbound.filters.marked import MARKED


class FilteredSession(Session):
    """A `sqlalchemy.orm.Session` whose statements keep to the filters of their models.

    What loads relationships and columns are statements of it as well.
    """

    filters: Filters = NO_FILTERS

    def _execute_internal(self, statement: Any, params: Any = None, **options: Any) -> Any:
        if MARKED.version:
            # Imported with the first model that has filters.
            given = options.get("execution_options", {})
            statement, params = _filtered()(self.filters, statement, params, given)
            if self.dispatch.do_orm_execute and not options.get("_add_event"):
                options["_add_event"] = self._filter_again
        return super()._execute_internal(statement, params, **options)

    def expunge_all(self) -> None:
        """Take all objects out of the session."""
        # Most that write rows alone hold none.
        if self._new or self._deleted or self.identity_map._dict:
            super().expunge_all()

    def _filter_again(self, state: ORMExecuteState) -> None:
        """Filter what listeners have put in the place of a statement. It is called after them."""
        state.statement, _ = _filtered()(
            self.filters, state.statement, state.parameters, state.execution_options
        )

    def _bulk_save_mappings(self, mapper: Any, *args: Any, **options: Any) -> None:
        # Without the events of a flush, and by primary key.
        _check_bulk(self.filters, mapper if isinstance(mapper, Mapper) else class_mapper(mapper))
        super()._bulk_save_mappings(mapper, *args, **options)


def filtered_class(base: type[Session]) -> type[Any]:
    """A subclass of a session class whose statements are filtered: the same each time."""
    found = _classes.get(base)
    if found is None:
        bases = (FilteredSession, base)
        found = _classes[base] = type(base.__name__, bases, {"__module__": __name__})
    return found


_classes: WeakKeyDictionary[type[Session], type[Any]] = WeakKeyDictionary()


@cache
def _filtered() -> Any:
    from taskbound.filters.statement import filtered

    return filtered


def _check_bulk(filters: Filters, mapper: Mapper[Any]) -> None:
    for name in MARKED.of(mapper):
        if name not in filters.off:
            raise PastFilter(
                filter=name,
                model=mapper.class_.__name__,
                reason="is not looked for by the bulk methods of the session",
                cure="add the objects, or call execute() with insert() or update()",
            )
