"""What is put into the SQL is an identifier from a list, a match of an anchored regex, an enum, an int, quoted, or placeholders."""

import enum
import re

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import quoted_name

from .models import Product

SORTABLE = frozenset({"name", "price"})
IDENTIFIER = re.compile(r"^[a-z_][a-z0-9_]*$")


class Order(enum.Enum):
    UP = "ASC"
    DOWN = "DESC"


async def sorted_ids(session: AsyncSession, column: str, order: Order) -> list[int]:
    if column not in SORTABLE:
        column = "name"
    return list((await session.execute(text(f"SELECT id FROM products ORDER BY {column} {order.value}"))).scalars())


async def size(session: AsyncSession, table: str) -> int:
    if not IDENTIFIER.match(table):
        raise ValueError(table)
    return (await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one()


async def newest(session: AsyncSession, count: int, schema: str) -> list[int]:
    quoted = quoted_name(schema, quote=True)
    table = session.get_bind().dialect.identifier_preparer.quote(str(quoted))
    return list((await session.execute(text(f"SELECT id FROM {table}.products LIMIT {int(count)}"))).scalars())


async def of_names(session: AsyncSession, names: list[str]) -> list[int]:
    marks = ",".join(f":name{number}" for number, _ in enumerate(names))
    values = {f"name{number}": name for number, name in enumerate(names)}
    statement = text(f"SELECT id FROM {Product.__tablename__} WHERE name IN ({marks})")
    return list((await session.execute(statement, values)).scalars())
