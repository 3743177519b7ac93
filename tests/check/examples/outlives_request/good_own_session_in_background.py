"""The background task opens its own session."""

from typing import Annotated

from fastapi import BackgroundTasks, Depends, FastAPI
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import AuditEntry, Order
from .sessions import get_session, sessions

app = FastAPI()


async def write_audit(factory: async_sessionmaker[AsyncSession], text: str) -> None:
    async with factory.begin() as session:
        await session.execute(insert(AuditEntry).values(text=text))


@app.post("/orders/{order_id}/cancel")
async def cancel(order_id: int, background: BackgroundTasks, session: Annotated[AsyncSession, Depends(get_session)]) -> None:
    order = await session.get_one(Order, order_id)
    order.cancelled = True
    await session.commit()
    background.add_task(write_audit, sessions, f"order {order_id} cancelled")
