"""A pydantic attribute that is annotated as a session and filled by each object: no session is opened here."""

from pydantic import BaseModel, PrivateAttr
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker


class Store(BaseModel):
    _session: AsyncSession = PrivateAttr()
    _sessions: async_sessionmaker[AsyncSession] = PrivateAttr()

    def connect(self, engine: AsyncEngine) -> None:
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)
