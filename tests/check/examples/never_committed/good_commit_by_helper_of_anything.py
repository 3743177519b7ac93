"""The commit is in a helper that says nothing of what it takes, and waits for it with a deadline."""

import asyncio

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Note


class Notes:
    async def _commit(self, db, label):
        for _ in range(3):
            try:
                await asyncio.wait_for(db.commit(), timeout=5)
                return
            except asyncio.TimeoutError:
                raise RuntimeError(label) from None

    async def put(self, db, note):
        db.add(note)
        await self._commit(db, "put")
        return await db.get(Note, note.id)


class Ends:
    async def put(self, db: AsyncSession, note: Note) -> None:
        db.add(note)
        await self._end(db)

    async def _end(self, anything) -> None:
        for finish in (anything.commit,):
            await finish()


async def put(sessions: async_sessionmaker[AsyncSession], note: Note) -> None:
    notes = Notes()
    async with sessions() as db:
        await db.execute(select(Note))
        await notes.put(db, note)
    async with sessions() as db:
        await Ends().put(db, note)
