"""The tables of every contender: customers, their orders, the lines of each, products; and long ones."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Numeric, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """The base of the tables."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {Decimal: Numeric(10, 2), str: String(100)}


class Customer(Base):
    """Who buys."""

    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)

    orders: Mapped[list[Order]] = relationship(back_populates="customer", order_by="Order.id")


class Order(Base):
    """What was bought at one time."""

    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    status: Mapped[str]
    # Without a timezone, which not every contender keeps on every engine.
    placed_at: Mapped[datetime]
    total: Mapped[Decimal]

    customer: Mapped[Customer] = relationship(back_populates="orders")
    lines: Mapped[list[Line]] = relationship(back_populates="order", order_by="Line.id")


class Line(Base):
    """So many pieces of a product."""

    __tablename__ = "order_lines"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    quantity: Mapped[int]
    price: Mapped[Decimal]

    order: Mapped[Order] = relationship(back_populates="lines")
    product: Mapped[Product] = relationship()


class Product(Base):
    """What is sold."""

    __tablename__ = "products"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    price: Mapped[Decimal]
    stock: Mapped[int]


class Measurement(Base):
    """One of very many rows."""

    __tablename__ = "measurements"

    id: Mapped[int] = mapped_column(primary_key=True)
    sensor: Mapped[int]
    value: Mapped[int]


class Event(Base):
    """One of very many rows that are written."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    product_id: Mapped[int]
    amount: Mapped[Decimal]
    happened_at: Mapped[datetime]
