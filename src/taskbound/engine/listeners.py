"""Who listens to an engine besides taskbound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, event

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Dialect, Engine

# Where a dialect, which all engines of a database share, keeps how many of its listeners are taskbound's.
_NAME = "_taskbound_listeners"


def root_of(engine: Engine) -> Engine:
    """The engine that an engine was made from by `execution_options()`, or else the engine itself."""
    root: Any = engine
    while hasattr(root, "_proxied"):
        root = root._proxied
    found: Engine = root
    return found


def listen(
    engine: Engine, name: str, listener: Callable[..., Any], *, insert: bool = False
) -> None:
    """Listen to an engine, and to those that are made of it, on behalf of taskbound."""
    # What an engine of `execution_options()` hears, the one that it was made from does not.
    event.listen(root_of(engine), name, listener, insert=insert)
    own = _own(engine.dialect)
    own[name] = own.get(name, 0) + 1


def _own(dialect: Dialect) -> dict[str, int]:
    own: dict[str, int] = dialect.__dict__.setdefault(_NAME, {"begin": 0, "commit": 0})
    return own


def is_heard(engine: Engine) -> bool:
    """Whether somebody else is told, or shown in the log, when a connection is taken, begins and commits."""
    heard: Any = engine.dispatch
    own = _own(engine.dialect)
    return bool(
        len(heard.begin) != own["begin"]
        or len(heard.commit) != own["commit"]
        or heard.engine_connect
        or Connection._has_events
        or engine._should_log_info()
    )
