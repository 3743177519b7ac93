"""Functions that are handed a session: whether they can be called again, and their names."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any

from taskbound.errors import NotRepeatable
from taskbound.place import Place, calling_place

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_WRITE = "write it as async def name(session, ...), and return what it has found"


def name_of(function: Callable[..., Any]) -> str:
    """What messages call a function."""
    function = _bare(function)
    name: str = getattr(function, "__qualname__", type(function).__qualname__)
    return name.rpartition("<locals>.")[2]


def check_repeatable(function: Callable[..., Any]) -> None:
    """Raise `NotRepeatable` for what is seen to be no coroutine function before it is called."""
    bare = _bare(function)
    if inspect.isasyncgenfunction(bare) or inspect.isgeneratorfunction(bare):
        raise _refusal(function, "it is a generator, whose items have gone out already", _WRITE)


def check_coroutine(function: Callable[..., Any]) -> None:
    """Raise `NotRepeatable` also for what is defined without `async`."""
    check_repeatable(function)
    if inspect.isfunction(_bare(function)) and not inspect.iscoroutinefunction(_bare(function)):
        raise _refusal(function, "it is not async, so it cannot await the session", _WRITE)


def check_outside(function: Callable[..., Any], block: Place | None) -> None:
    """Raise `NotRepeatable` where the call is inside a block, which would not be repeated with it."""
    if block is not None:
        reason = f"the block at {block}, inside which it is called, would not be repeated with it"
        cure = "call it outside the block, or hand it the session of the block instead"
        raise NotRepeatable(
            function=name_of(function), reason=reason, cure=cure, place=calling_place()
        )


async def awaited(
    function: Callable[..., Awaitable[Any]], session: Any, arguments: Any, named: Any
) -> Any:
    """What a function returns for a session and these arguments."""
    answer = function(session, *arguments, **named)
    if not inspect.isawaitable(answer):
        raise _refusal(function, "it is not async, so it cannot await the session", _WRITE)
    return await answer


def _refusal(function: Callable[..., Any], reason: str, cure: str) -> NotRepeatable:
    place = _definition(_bare(function)) or calling_place()
    return NotRepeatable(function=name_of(function), reason=reason, cure=cure, place=place)


def _definition(function: Callable[..., Any]) -> Place | None:
    code = getattr(function, "__code__", None)
    return Place(code.co_filename, code.co_firstlineno, code.co_name) if code is not None else None


def _bare(function: Callable[..., Any]) -> Callable[..., Any]:
    while isinstance(function, functools.partial):
        function = function.func
    return function
