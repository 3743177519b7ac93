"""The session classes that SQLAlchemy's tests are run with."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from taskbound import ExpiringTaskSession, TaskSession

PLAIN = "AsyncSession"
SUBCLASS = "a subclass"
OURS = "TaskSession"
AS_DEFAULT = "TaskSession with SQLAlchemy's defaults"


class OtherSession(Session):
    """SQLAlchemy's `Session`, by another name."""


class OtherAsyncSession(AsyncSession):
    """The control: a subclass of SQLAlchemy's that has another name, another class inside, and a method more.

    A test that fails with it tells nothing about what taskbound does.
    """

    sync_session_class: type[Session] = OtherSession

    def more(self) -> None:
        """What every subclass may have."""


class TaskSessionAsDefault(ExpiringTaskSession):
    """A `TaskSession` that was asked for what is SQLAlchemy's default and not ours, by its parameters."""

    def __init__(self, bind: Any = None, *, close_resets_only: bool = True, **options: Any) -> None:
        super().__init__(bind, close_resets_only=close_resets_only, **options)


_CLASSES: dict[str, type[AsyncSession]] = {
    PLAIN: AsyncSession,
    SUBCLASS: OtherAsyncSession,
    OURS: TaskSession,
    AS_DEFAULT: TaskSessionAsDefault,
}


def session_class(name: str) -> type[AsyncSession]:
    """The class of one of the names above."""
    return _CLASSES[name]
