"""What a flush writes of marked classes: rows of the session's own, and none of somebody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Mapper, object_session
from sqlalchemy.orm.exc import ObjectDeletedError
from sqlalchemy.sql.elements import ClauseElement

from taskbound.errors import PastFilter
from taskbound.filters.mark import ValueFilter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection
    from sqlalchemy.orm import InstanceState

    from taskbound.filters.chosen import Filters
    from taskbound.filters.mark import Filter


def watch_values() -> None:
    """Have a look at the SQL that attributes of any object are set to before a flush sends it."""
    event.listen(Mapper, "before_insert", _at_write)
    event.listen(Mapper, "before_update", _at_write)


def _at_write(mapper: Mapper[Any], _connection: object, target: Any) -> None:
    for value in vars(target).values():
        if isinstance(value, ClauseElement) or hasattr(value, "__clause_element__"):
            filters = _filters(target)
            if filters is not None:
                # Needs what is marked, and that needs this.
                from taskbound.filters.reached import check_value

                check_value(value, mapper.local_table, filters)


def watch(mapper: Mapper[Any], filters: Mapping[str, Filter]) -> None:
    """Have each object of a class looked at before a flush writes it."""
    looking = _Looking(filters)
    if looking.own:
        event.listen(mapper, "before_insert", looking.at_insert)
        event.listen(mapper, "before_update", looking.at_update)
    if looking.own or looking.keeping:
        event.listen(mapper, "before_delete", looking.at_delete)


class _Looking:
    """The filters of one class, as the unit of work meets them."""

    def __init__(self, filters: Mapping[str, Filter]) -> None:
        self.own = [found for found in filters.values() if isinstance(found, ValueFilter)]
        self.keeping = [found for found in filters.values() if found.keeps_rows]

    def at_insert(self, mapper: Mapper[Any], _connection: object, target: Any) -> None:
        """Give a new object the values of its session. Raises `PastFilter` where it has others."""
        for filter_, value in _values(self.own, mapper, target):
            given = getattr(target, filter_.attribute)
            if given is None:
                setattr(target, filter_.attribute, value)
            elif given != value:
                raise foreign(filter_, mapper)
            inspect(target).info[_KNOWN] = True

    def at_update(self, mapper: Mapper[Any], connection: Connection, target: Any) -> None:
        """Raise `PastFilter` where an object has others than its session, or would have."""
        for filter_, value in _values(self.own, mapper, target):
            if not _is_own(target, filter_.attribute, value):
                raise foreign(filter_, mapper)
            state = inspect(target)
            if state.runid is None and _KNOWN not in state.info:
                # Neither loaded nor inserted: somebody has said that it is there, and whose it is.
                if _in_the_database(connection, mapper, state, filter_) != value:
                    raise foreign(filter_, mapper)
                state.info[_KNOWN] = True

    def at_delete(self, mapper: Mapper[Any], connection: Connection, target: Any) -> None:
        """Raise `PastFilter` as `at_update`, and where rows are kept."""
        filters = _filters(target)
        for filter_ in self.keeping:
            if filters is not None and filter_.name not in filters.off:
                raise keeps_rows(filter_, mapper)
        self.at_update(mapper, connection, target)


def _values(
    own: list[ValueFilter], mapper: Mapper[Any], target: Any
) -> list[tuple[ValueFilter, Any]]:
    """The filters that hold for an object, each with the value of its session."""
    filters = _filters(target)
    if filters is None:
        return []
    model = mapper.class_.__name__
    return [(f, filters.value(f.name, model)) for f in own if f.name not in filters.off]


def _filters(target: Any) -> Filters | None:
    """Those of an object's session; None where it is SQLAlchemy's own."""
    found: Filters | None = getattr(object_session(target), "filters", None)
    return found


def _is_own(target: Any, attribute: str, value: Any) -> bool:
    """Whether an object has a value now, and its row has it as far as is known."""
    try:
        # Loads what has expired: within a flush that is awaited.
        history = inspect(target).attrs[attribute].load_history()
    except ObjectDeletedError:
        # There is no row, or none of the session's own.
        return False
    if history.added and not history.deleted:
        return False
    return all(held == value for held in history.sum())


def _in_the_database(
    connection: Connection, mapper: Mapper[Any], state: InstanceState[Any], filter_: ValueFilter
) -> Any:
    """The value that the row of an object has; None where there is no row."""
    entity: Any = mapper.class_
    key = zip(mapper.primary_key, state.identity or (), strict=True)
    asked = select(getattr(entity, filter_.attribute)).where(
        *(part == value for part, value in key)
    )
    return connection.scalar(asked)


# In the dictionary of an object: that its row is known to have the values that it has.
_KNOWN = "taskbound.filters_known"


def foreign(filter_: ValueFilter, mapper: Mapper[Any]) -> PastFilter:
    """The error for a row that has another value than the session, or is to get one."""
    return PastFilter(
        filter=filter_.name,
        model=mapper.class_.__name__,
        reason=f"keeps to rows with the session's own {filter_.attribute}, and this is not one",
        cure=f"leave {filter_.attribute} out, which is filled in, or use a session of its value",
    )


def keeps_rows(filter_: Filter, mapper: Mapper[Any]) -> PastFilter:
    """The error for a DELETE of rows that are marked instead."""
    return PastFilter(
        filter=filter_.name,
        model=mapper.class_.__name__,
        reason="marks rows instead of deleting them",
        cure=f'update the mark, or remove the rows for good with db.unfiltered("{filter_.name}")',
    )
