"""The parameter of the handler reaches the text in another function."""

from fastapi import Depends, FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from .sessions import get_session

app = FastAPI()


async def count(session: AsyncSession, condition: str) -> int:
    statement = f"SELECT count(*) FROM orders WHERE {condition}"
    return (await session.execute(text(statement))).scalar_one()  # finds TB711


@app.get("/orders/count")
async def orders(state: str, session: AsyncSession = Depends(get_session)) -> int:
    return await count(session, f"state = '{state}'")
