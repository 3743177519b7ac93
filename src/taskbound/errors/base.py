"""What every error has in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from taskbound.place import Place


class TaskboundError(Exception):
    """Base of every error that taskbound raises.

    `code` names the error's page, `docs/errors/<code>.md`. What the message was built from stays on
    the error as attributes, and survives pickling.
    """

    code: str = ""

    def __str__(self) -> str:
        # SQLAlchemy's own __str__ would look this code up on SQLAlchemy's error pages.
        return str(self.args[0])

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.args, self.__dict__)

    def _say(self, fact: str, cure: str) -> None:
        super().__init__(f"{fact}; {cure} ({self.code}, docs/errors/{self.code}.md)")


def _restore(
    cls: type[TaskboundError], args: tuple[Any, ...], state: dict[str, Any]
) -> TaskboundError:
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class Misuse(TaskboundError):
    """The program breaks one of the laws: the cure is in the code, not in a retry."""


class Failure(TaskboundError):
    """The world failed: a server is away, a network is cut. The program can handle it."""


class TaskboundWarning(UserWarning):
    """A misuse that the guard was told to warn of: `guard={"TB101": "warn"}`. `error` says what it is."""

    def __init__(self, error: TaskboundError) -> None:
        super().__init__(str(error))
        self.error: TaskboundError = error

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.error,)


def at(place: Place | None) -> str:
    """A place as the end of a sentence; nothing where it is not known."""
    if place is None:
        return ""
    return f" by {place}" if place.package else f" at {place}"
