"""What a session's listeners make of a statement before it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, select
from sqlalchemy.orm import ORMExecuteState
from sqlalchemy.sql.base import CompileState
from sqlalchemy.util import immutabledict

from taskbound.errors import UnfitStatement

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def listened(session: Session, dto: str, statement: Any) -> Any:
    """The statement as `do_orm_execute` listeners change it, with `with_loader_criteria()` for example.

    Raises `UnfitStatement` where a listener answers it itself: its rows are entities.
    """
    listeners: Any = session.dispatch.do_orm_execute
    whole = select(statement) if isinstance(statement, type) else statement
    if not isinstance(whole, Select):
        return statement
    compiling: Any = CompileState._get_plugin_class_for_plugin(whole, "orm")
    if compiling is None:
        return statement
    options: immutabledict[str, Any] = immutabledict()
    state = ORMExecuteState(session, whole, {}, options, {}, compiling, list(listeners))
    for number, listener in enumerate(listeners):
        state._starting_event_idx = number
        if listener(state):
            raise UnfitStatement(
                dto=dto,
                reason="that a do_orm_execute listener answers by itself",
                cure="have the listener leave statements alone that are read as DTOs",
            )
    return state.statement
