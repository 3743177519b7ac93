"""Who buys."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.models.base import Base
from shop.models.contact import Contact
from shop.models.moment import now

if TYPE_CHECKING:
    from shop.models.order import Order
    from shop.models.staff import Staff


class Customer(Contact, Base):
    """A customer, looked after by one member of staff."""

    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-3)
    email: Mapped[str] = mapped_column(unique=True)
    company: Mapped[str | None]
    note: Mapped[str | None] = mapped_column(Text)
    # What the customer chose in the browser: newsletter, language. The shop asks nothing of its shape.
    preferences: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(default=now)
    support_rep_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)

    support_rep: Mapped[Staff | None] = relationship()
    # A customer with orders stays: deleting one must not look at the orders, and is refused by them.
    orders: Mapped[list[Order]] = relationship(back_populates="customer", passive_deletes="all")
