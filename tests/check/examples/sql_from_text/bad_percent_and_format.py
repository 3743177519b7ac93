"""Other ways to build the same hole."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


class Search:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def by_title(self, title: str) -> list[int]:
        statement = text("SELECT id FROM pages WHERE title LIKE '%s'" % title)  # finds TB711
        return list((await self.session.execute(statement)).scalars())

    async def by_author(self, author: str) -> list[int]:
        statement = text("SELECT id FROM pages WHERE author = '{}'".format(author))  # finds TB711
        return list((await self.session.execute(statement)).scalars())

    async def by_tag(self, tag: str) -> list[int]:
        return list((await self.session.execute(text("SELECT id FROM pages WHERE tag = '" + tag + "'"))).scalars())  # finds TB711
