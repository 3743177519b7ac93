"""What the tests of writes work on: a shop, and rows of every awkward kind."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import Dialect, ForeignKey, Numeric, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Status(Enum):
    OPEN = "open"
    PAID = "paid"


class Upper(TypeDecorator[str]):
    """Text that lies in the database in capitals."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        return None if value is None else value.upper()

    def process_result_value(self, value: Any, _dialect: Dialect) -> str | None:
        return None if value is None else str(value).lower()


class Customer(Base):
    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    email: Mapped[str | None] = mapped_column(String(40), unique=True)
    orders: Mapped[list[Order]] = relationship(back_populates="customer")


class Order(Base):
    """Its columns are filled in every way that there is."""

    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    status: Mapped[Status] = mapped_column(default=Status.OPEN)
    reference: Mapped[str] = mapped_column(
        String(40), default=lambda context: f"C{context.get_current_parameters()['customer_id']}"
    )
    total: Mapped[Decimal] = mapped_column(Numeric(10, 2), default=Decimal("0.00"))
    code: Mapped[str | None] = mapped_column("order_code", Upper)
    channel: Mapped[str] = mapped_column(String(10), server_default="web")
    changed: Mapped[int] = mapped_column(default=0, onupdate=7)
    customer: Mapped[Customer] = relationship(back_populates="orders")
    lines: Mapped[list[Line]] = relationship(order_by="Line.number")


class Line(Base):
    """Has a key of two columns."""

    __tablename__ = "lines"

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    quantity: Mapped[int]


class Document(Base):
    """Counts its versions."""

    __tablename__ = "documents"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(40))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Payment(Base):
    """One table for two classes."""

    __tablename__ = "payments"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    amount: Mapped[int]

    __mapper_args__ = {"polymorphic_on": kind, "polymorphic_identity": "cash"}


class CardPayment(Payment):
    card: Mapped[str | None] = mapped_column(String(20))

    __mapper_args__ = {"polymorphic_identity": "card"}


class Person(Base):
    """A table for each class."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(40))

    __mapper_args__ = {"polymorphic_on": kind, "polymorphic_identity": "person"}


class Employee(Person):
    __tablename__ = "employees"

    id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    wage: Mapped[int]

    __mapper_args__ = {"polymorphic_identity": "employee"}


class Shelf(Base):
    """A column is called as the parameters of conditions are."""

    __tablename__ = "shelves"

    id: Mapped[int] = mapped_column(primary_key=True)
    id_1: Mapped[int]
