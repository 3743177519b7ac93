"""No product of tables by oversight: what SQLAlchemy warns of when it compiles (TB206).

SQLAlchemy looks at the FROM elements of a statement while it compiles it, and warns. Here its compiler
looks and says nothing, and what it has found is reported. A statement that has been compiled before costs
nothing.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import FROM_LINTING, NO_LINTING, WARN_LINTING

from taskbound.errors import CartesianProduct
from taskbound.guard.modes import Modes
from taskbound.guard.report import report
from taskbound.guard.session import GuardedSession
from taskbound.place import calling_place

if TYPE_CHECKING:
    from types import FrameType

    from sqlalchemy import Dialect, Engine

# Bounds the walk of a stack, in frames.
_DEEPEST = 100
_OFF = Modes(guard=False)
# The engines that are watched; those that `execution_options()` makes share one dialect.
_watched: WeakSet[Dialect] = WeakSet()


def watch_cartesian(engine: Engine, modes: Modes) -> None:
    """Report each statement that an engine compiles and whose tables nothing joins.

    modes: what is done where it is not a session that sends the statement; a session has its own.
    """
    dialect = engine.dialect
    if dialect not in _watched:
        _watched.add(dialect)
        dialect.statement_compiler = _looking(dialect.statement_compiler, modes)


def _looking(base: Any, modes: Modes) -> Any:
    """The compiler class of a dialect, which reports where it would warn."""

    class LookingCompiler(base):  # type: ignore[misc]  # each dialect has a class of its own
        from_linter: Any = None

        def __init__(self, *arguments: Any, linting: Any = NO_LINTING, **options: Any) -> None:
            self._looks = linting & FROM_LINTING == FROM_LINTING
            super().__init__(*arguments, linting=linting & ~WARN_LINTING, **options)

        def _compose_select_body(self, *arguments: Any) -> Any:
            if not self._looks:
                return super()._compose_select_body(*arguments)
            outer = self.from_linter
            # What has been found of a statement is kept where it is at the top alone.
            *before, toplevel, options = arguments
            composed = super()._compose_select_body(*before, True, options)
            _look(self.from_linter, "SELECT", modes)
            self.from_linter = self.from_linter if toplevel else outer
            return composed

        def visit_update(self, *arguments: Any, **options: Any) -> Any:
            return self._change("UPDATE", super().visit_update, arguments, options)

        def visit_delete(self, *arguments: Any, **options: Any) -> Any:
            return self._change("DELETE", super().visit_delete, arguments, options)

        def _change(self, kind: str, visit: Any, arguments: Any, options: Any) -> Any:
            outer = self.from_linter
            composed = visit(*arguments, **options)
            if self._looks and self.from_linter is not outer:
                _look(self.from_linter, kind, modes)
            return composed

    return LookingCompiler


def _look(linter: Any, kind: str, modes: Modes) -> None:
    """Report what a statement's FROM elements are found to be."""
    if linter is None or not linter.froms:
        return
    apart, _ = linter.lint(start=next(iter(linter.froms)))
    if not apart:
        return
    here = _modes_of_caller(sys._getframe(1), modes)
    if here.of(CartesianProduct.code) == "off":
        linter.warn(kind)
        return
    names = {part: str(name) for part, name in linter.froms.items()}
    place = calling_place()
    error = CartesianProduct(
        statement=kind,
        joined=tuple(name for part, name in names.items() if part not in apart),
        others=tuple(name for part, name in names.items() if part in apart),
        place=place,
    )
    report(error, place, here)


def _modes_of_caller(frame: FrameType | None, otherwise: Modes) -> Modes:
    """The modes of the session that compiles, which SQLAlchemy does not hand on to its compiler."""
    for _ in range(_DEEPEST):
        if frame is None:
            break
        caller = frame.f_locals.get("self")
        if isinstance(caller, Session):
            return caller.modes if isinstance(caller, GuardedSession) else _OFF
        frame = frame.f_back
    return otherwise
