"""`Session | AsyncSession`: only the run knows which, and the code asks."""

import inspect
from typing import Any, Union

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session


def found(arguments: dict[str, Any]) -> Union[Session, AsyncSession, None]:
    return arguments.get("session")


async def isolate(arguments: dict[str, Any], level: str) -> None:
    session = found(arguments)
    if session is None:
        raise TypeError("a session is needed")
    connection = session.connection()
    if inspect.isawaitable(connection):
        connection = await connection
    print(connection, level)


async def ping(session: Session | AsyncSession) -> None:
    answer = session.connection()
    if inspect.isawaitable(answer):
        await answer
