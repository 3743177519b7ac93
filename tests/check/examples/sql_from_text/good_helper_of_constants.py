"""Every call of the helper gives it a name of the program's own."""

from sqlalchemy import TextClause, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Chat


def matches(table: str, key: str) -> TextClause:
    return text(f"EXISTS (SELECT 1 FROM json_each({table}.body) AS item WHERE item.value LIKE :{key})")


async def search(session: AsyncSession, words: list[str]) -> list[int]:
    statement = select(Chat.id)
    values: dict[str, str] = {}
    for number, word in enumerate(words[:3]):
        statement = statement.where(matches("chats", f"word_{number}"))
        values[f"word_{number}"] = f"%{word}%"
    return list((await session.execute(statement, values)).scalars())
