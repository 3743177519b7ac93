"""The session is one that the caller has: the helper finds it among the arguments, and opens none."""

import inspect
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


def session_of(signature: inspect.Signature, args: tuple[Any, ...], options: dict[str, Any]) -> AsyncSession:
    session = signature.bind(*args, **options).arguments.get("session")
    if not isinstance(session, AsyncSession):
        raise TypeError("a session is needed")
    return session


def read_committed(function: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    signature = inspect.signature(function)

    @wraps(function)
    async def checked(*args: Any, **options: Any) -> Any:
        session = session_of(signature, args, options)
        connection = await session.connection()
        if await connection.scalar(text("SHOW transaction_isolation")) != "read committed":
            raise RuntimeError("it needs a statement's snapshot")
        return await function(*args, **options)

    return checked
