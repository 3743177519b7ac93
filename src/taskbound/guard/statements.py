"""What is looked for in the statements of an engine, and in the errors that they end with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.driver import driver_of
from taskbound.engine.committing import watch_commits
from taskbound.engine.refusals import tell_refusals
from taskbound.engine.violations import tell_violations
from taskbound.guard.aborted import watch_aborted
from taskbound.guard.cartesian import watch_cartesian

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from taskbound.guard.modes import Modes

# Where a dialect, which all engines of a database share, keeps that it is watched.
_NAME = "_taskbound_watched"


def watch_statements(engine: Engine, modes: Modes) -> None:
    """Watch an engine, once; each session asks for it, so the second time costs next to nothing.

    modes: what is done where it is not a session that sends the statement; a session has its own.
    """
    kept = engine.dialect.__dict__
    if _NAME in kept:
        return
    kept[_NAME] = True
    tell_violations(engine)
    tell_refusals(engine)
    watch_aborted(engine, driver_of(engine.url), modes)
    watch_cartesian(engine, modes)
    watch_commits(engine)
