"""A column name of the request goes into ORDER BY."""

from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from .sessions import get_session

app = FastAPI()


@app.get("/products")
async def products(
    session: Annotated[AsyncSession, Depends(get_session)],
    order: Annotated[str, Query()] = "name",
) -> list[dict[str, Any]]:
    sql = "SELECT id, name, price FROM products"
    sql += f" ORDER BY {order}"
    result = await session.execute(text(sql))  # finds TB711
    return [dict(row) for row in result.mappings()]
