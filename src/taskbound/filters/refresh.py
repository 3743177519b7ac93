"""What loads an object that a session holds: a refresh, and the values that have expired or were put off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BindParameter, bindparam
from sqlalchemy.orm import FromStatement

from taskbound.filters.chosen import PREFIX
from taskbound.filters.criteria import value_filters
from taskbound.filters.unit_of_work import foreign

if TYPE_CHECKING:
    from sqlalchemy.orm import InstanceState

    from taskbound.filters.chosen import Filters


def refreshing(filters: Filters, statement: Any, state: InstanceState[Any]) -> Any:
    """The statement that finds the row if it is one of the session's own values.

    SQLAlchemy applies no criteria here: an object whose row was marked as deleted has to be found again.

    Raises `PastFilter` where the object has not the session's value, or the session has none.
    """
    for filter_ in value_filters(filters, state.mapper):
        own = filters.value(filter_.name, state.mapper.class_.__name__)
        if isinstance(statement, FromStatement):
            # Of the tables of a subclass alone, with none of their columns to be asked for it.
            if state.dict.get(filter_.attribute) != own:
                raise foreign(filter_, state.mapper)
        else:
            bound: BindParameter[Any] = bindparam(PREFIX + filter_.name, own, unique=True)
            statement = statement.where(filter_.condition(state.mapper.class_, bound))
    return statement
