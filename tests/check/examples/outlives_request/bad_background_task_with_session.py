"""The request's session goes into a background task, which runs after the response."""

from typing import Annotated

from fastapi import BackgroundTasks, Depends, FastAPI
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from .models import AuditEntry
from .sessions import get_session

app = FastAPI()


async def write_audit(session: AsyncSession, text: str) -> None:
    await session.execute(insert(AuditEntry).values(text=text))


@app.post("/orders/{order_id}/cancel")
async def cancel(order_id: int, background: BackgroundTasks, session: Annotated[AsyncSession, Depends(get_session)]) -> None:
    background.add_task(write_audit, session, f"order {order_id} cancelled")  # finds TB716
