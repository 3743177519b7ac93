"""What `@db.transactional` makes of a function."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from taskbound.write.function import check_coroutine

if TYPE_CHECKING:
    Run = Callable[[Callable[..., Awaitable[Any]], tuple[Any, ...], dict[str, Any]], Awaitable[Any]]

P = ParamSpec("P")
T_co = TypeVar("T_co", covariant=True)
S_contra = TypeVar("S_contra", bound=AsyncSession, contravariant=True)


class Transactional(Protocol[S_contra, P, T_co]):
    """A function that brings its own transaction: it is called without a session.

    `await place_order(command)` is a transaction, with all its attempts; `await
    place_order.within(session, command)` is a part of the caller's.
    """

    __name__: str

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Coroutine[Any, Any, T_co]:
        """Call the function in a transaction of its own, again as a whole where that was undone."""
        ...

    @property
    def within(self) -> Callable[Concatenate[S_contra, P], Awaitable[T_co]]:
        """The function itself, for a session that is in a transaction already."""
        ...


def transactional(
    function: Callable[Concatenate[S_contra, P], Awaitable[T_co]], run: Run
) -> Transactional[S_contra, P, T_co]:
    """The function without its first parameter. Raises `NotRepeatable` for what is no coroutine function."""
    check_coroutine(function)

    @functools.wraps(function)
    async def in_transaction(*args: P.args, **kwargs: P.kwargs) -> Any:
        return await run(function, args, kwargs)

    # What inspects it, as web frameworks do, shall not ask the caller for a session.
    decorated: Any = in_transaction
    decorated.__signature__ = _without_session(function)
    decorated.within = function
    result: Transactional[S_contra, P, T_co] = decorated
    return result


def _without_session(function: Callable[..., Any]) -> Any:
    import inspect

    signature = inspect.signature(function)
    return signature.replace(parameters=list(signature.parameters.values())[1:])
