"""What `echo=True` shows of a read, in SQLAlchemy's own form."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from taskbound.statement import Arguments


def log(engine: Engine, sql: str, arguments: Arguments) -> None:
    """Log a statement on the engine's logger, with its parameters unless the engine hides them."""
    engine.logger.info("%s", sql)
    if engine.hide_parameters:
        engine.logger.info("[taskbound] [SQL parameters hidden due to hide_parameters=True]")
    else:
        engine.logger.info("[taskbound] %r", arguments)
