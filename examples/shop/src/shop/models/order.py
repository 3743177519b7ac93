"""What was bought."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Enum, ForeignKey
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.models.base import Base
from shop.models.idempotency_key import KEY
from shop.models.moment import now

if TYPE_CHECKING:
    from shop.models.customer import Customer
    from shop.models.product import Product


class OrderStatus(StrEnum):
    """How far an order has come."""

    PLACED = "placed"
    PAID = "paid"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


def _values(members: type[OrderStatus]) -> list[str]:
    return [member.value for member in members]


class Order(Base):
    """One purchase of a customer. `total` is what its lines add up to."""

    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    # What the customer sees: it does not tell how many orders the shop has.
    reference: Mapped[UUID] = mapped_column(default=uuid4, unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    status: Mapped[OrderStatus] = mapped_column(
        Enum(OrderStatus, name="order_status", values_callable=_values, create_constraint=True),
        default=OrderStatus.PLACED,
    )
    placed_at: Mapped[datetime] = mapped_column(default=now, index=True)
    total: Mapped[Decimal]
    # The address on the day of the order, which stays when the customer moves.
    billing: Mapped[dict[str, Any]] = mapped_column(default=dict)
    idempotency_key: Mapped[str | None] = mapped_column(
        KEY, ForeignKey("idempotency_keys.key"), unique=True
    )

    customer: Mapped[Customer] = relationship(back_populates="orders")
    lines: Mapped[list[OrderLine]] = relationship(
        back_populates="order", order_by="OrderLine.id", cascade="all, delete-orphan"
    )


class OrderLine(Base):
    """A product of an order, at the price of that day."""

    __tablename__ = "order_lines"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    unit_price: Mapped[Decimal]
    quantity: Mapped[int]

    order: Mapped[Order] = relationship(back_populates="lines")
    product: Mapped[Product] = relationship(back_populates="lines")

    @hybrid_property
    def amount(self) -> Decimal:
        """Price of the line: unit price times quantity; in SQL as well."""
        return self.unit_price * self.quantity
