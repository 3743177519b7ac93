"""What the customer was told about an order."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.models.base import Base
from shop.models.moment import now

if TYPE_CHECKING:
    from shop.models.order import Order


class Confirmation(Base):
    """The record that an order was confirmed to its customer, written after the response."""

    __tablename__ = "confirmations"

    order_id: Mapped[int] = mapped_column(
        ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    recipient: Mapped[str]
    subject: Mapped[str]
    sent_at: Mapped[datetime] = mapped_column(default=now)

    order: Mapped[Order] = relationship()
