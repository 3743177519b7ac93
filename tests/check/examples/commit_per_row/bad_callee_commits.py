"""The commit is in a method of the store, and the loop in its caller."""

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Entry


class Journal:
    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self.session = sessions(expire_on_commit=False)

    async def close(self) -> None:
        await self.session.close()

    async def put(self, text: str) -> None:
        self.session.add(Entry(text=text))
        await self.session.commit()

    async def put_all(self, texts: list[str]) -> None:
        for text in texts:
            await self.put(text)  # finds TB712
