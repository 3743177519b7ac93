"""Telling a customer about an order, after the response."""

from __future__ import annotations

from shop.models import Confirmation
from shop.repositories.orders import NOTICE
from taskbound import Database


async def confirm_order(db: Database, order_id: int) -> None:
    """Record that the order was confirmed to its customer, in a session of its own.

    It takes an id and no entity: the session that loaded one has ended with the request.
    """
    async with db.begin() as session:
        order = await session.project(NOTICE).get(order_id)
        if order is None:
            return
        session.add(
            Confirmation(
                order_id=order_id,
                recipient=order.recipient,
                subject=f"Your order {order.reference}: {order.total}",
            )
        )
