"""A whole synchronous service runs inside run_sync."""

from fastapi import Depends, FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from .models import Order
from .sessions import get_session

app = FastAPI()


class OrderService:
    def __init__(self, session: Session) -> None:
        self.session = session

    def cancel(self, order_id: int) -> None:
        order = self.session.scalars(select(Order).where(Order.id == order_id)).one()
        order.state = "cancelled"
        self.session.commit()


@app.post("/orders/{order_id}/cancel")
async def cancel(order_id: int, session: AsyncSession = Depends(get_session)) -> None:
    await session.run_sync(lambda sync_session: OrderService(sync_session).cancel(order_id))  # finds TB713
