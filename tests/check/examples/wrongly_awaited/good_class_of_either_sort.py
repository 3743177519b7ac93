"""The class comes as an argument; issubclass() says which of the two sorts it is."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar, Union

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session


class AsyncService:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    @classmethod
    @asynccontextmanager
    async def new(cls, session: AsyncSession) -> AsyncIterator["AsyncService"]:
        yield cls(session)


class SyncService:
    def __init__(self, session: Session) -> None:
        self.session = session

    @classmethod
    @contextmanager
    def new(cls, session: Session) -> Iterator["SyncService"]:
        yield cls(session)


AsyncT = TypeVar("AsyncT", bound=AsyncService)
SyncT = TypeVar("SyncT", bound=SyncService)


def provider(service_class: type[Union["AsyncT", "SyncT"]]) -> Callable[..., Any]:
    if issubclass(service_class, AsyncService) or service_class is AsyncService:

        async def provide(session: AsyncSession) -> AsyncIterator[AsyncService]:
            async with service_class.new(session) as service:
                yield service

        return provide

    def provide_sync(*args: Any) -> Iterator[SyncService]:
        with service_class.new(args[0]) as service:
            yield service

    return provide_sync
