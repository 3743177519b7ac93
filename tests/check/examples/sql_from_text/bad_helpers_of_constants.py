"""Who calls decides: the one helper is given constants alone, the other what a handler was given."""

from fastapi import Depends, FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from .sessions import get_session

app = FastAPI()


def matching(dialect: str, key: str) -> str:
    if dialect == "sqlite":
        return f"EXISTS (SELECT 1 FROM json_each(chats.body) WHERE value LIKE '%' || :{key} || '%')"
    return f"chats.body::text ILIKE '%' || :{key} || '%'"


def ranked(table: str, term: str) -> str:
    return f"SELECT id FROM {table} WHERE {term}"


async def search(session: AsyncSession, phrases: list[str]) -> list[object]:
    dialect = (await session.connection()).dialect.name
    clauses = [text(matching(dialect, "phrase"))]
    for number in range(len(phrases)):
        name = f"phrase_{number}"
        clauses.append(text(matching(dialect, name)))
    return clauses


async def rank(session: AsyncSession, term: str) -> list[int]:
    return list((await session.execute(text(ranked("chats", term)))).scalars())  # finds TB711


@app.get("/search")
async def found(term: str, session: AsyncSession = Depends(get_session)) -> list[int]:
    return await rank(session, term)
