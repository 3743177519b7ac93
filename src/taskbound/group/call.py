"""A function of a session, with all arguments but the session."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar

from taskbound.session import TaskSession

if TYPE_CHECKING:
    from typing import TypeAlias

P = ParamSpec("P")
T = TypeVar("T")

Function: TypeAlias = Callable[Concatenate[TaskSession, P], Coroutine[Any, Any, T]]


class Call(Generic[T]):
    """Made by `call()`: a function of one argument, the session."""

    __slots__ = ("_args", "_function", "_kwargs")

    def __init__(
        self,
        function: Callable[..., Coroutine[Any, Any, T]],
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
    ) -> None:
        self._function = function
        self._args = args
        self._kwargs = kwargs

    def __call__(self, session: TaskSession, /) -> Coroutine[Any, Any, T]:
        """The coroutine that `function(session, *args, **kwargs)` makes."""
        return self._function(session, *self._args, **self._kwargs)

    def __repr__(self) -> str:
        name = getattr(self._function, "__qualname__", repr(self._function))
        return f"call({name})"


def call(function: Function[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Call[T]:
    """`function(session, *args, **kwargs)`, to be called when there is a session.

    ```python
    name, total = await db.gather(call(fetch_name, 1), call(fetch_total, 2))
    ```

    function: a coroutine function whose first argument is a session.
    """
    return Call(function, args, kwargs)
