"""Names and whole statements, where no bind can stand, that the project takes from what is its own."""

from registry import settings
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession


async def create_schema(session: AsyncSession, db_schema: str) -> None:
    await session.execute(text(f"CREATE SCHEMA IF NOT EXISTS {db_schema};"))


async def make_index(session: AsyncSession, table: str, how: str) -> None:
    sql = f'CREATE INDEX IF NOT EXISTS "by_vector" ON {table} USING hnsw (vector)'
    await session.execute(text(f"{sql} WITH ({how})"))


async def dump(session: AsyncSession, target_table: str) -> list[object]:
    return list(await session.execute(text(f"SELECT * FROM {target_table}")))


def _counted(query: str) -> str:
    return f"SELECT count(*) FROM ({query}) AS counted"


def _page(query: str, number: int) -> str:
    return f"{query} LIMIT 50 OFFSET {number * 50}"


async def count(session: AsyncSession, statement: TextClause) -> int:
    return (await session.execute(text(_counted(statement.text)))).scalar_one()


async def page(session: AsyncSession, statement: TextClause, number: int) -> list[object]:
    return list(await session.execute(text(_page(statement.text, number))))


async def prepare(session: AsyncSession) -> None:
    await create_schema(session, settings.schema)
    await make_index(session, settings.table_of("chunks"), settings.index_options)
    for table in settings.tables():
        await dump(session, table)


def page_of(query: str) -> TextClause:
    return text(_page(query, 1))


def _matching(table: str, key: str) -> TextClause:
    return text(f"EXISTS (SELECT 1 FROM json_each({table}.chat, '$.messages') AS m WHERE m.value LIKE :{key})")


def matching(columns: list[str]) -> list[TextClause]:
    return [_matching(settings.table_of(column), settings.key_of(column)) for column in columns]
