"""Models with one of everything that a DTO may ask for."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    Column,
    ColumnElement,
    Dialect,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    Interval,
    LargeBinary,
    Numeric,
    Table,
    TypeDecorator,
    and_,
    cast,
    func,
    select,
)
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.ext.hybrid import hybrid_method, hybrid_property
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    MappedAsDataclass,
    column_property,
    composite,
    mapped_column,
    relationship,
    synonym,
)


class Base(DeclarativeBase):
    pass


class State(enum.Enum):
    NEW = "new"
    PAID = "paid"


@dataclass
class Money:
    amount: Decimal
    currency: str


class Cents(TypeDecorator[Decimal]):
    """Whole cents in the database, an amount in Python."""

    impl = Integer
    cache_ok = True

    def process_result_value(self, value: Any, _dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value) / 100


class Customer(Base):
    __tablename__ = "customer"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str | None]
    title: Mapped[str] = synonym("name")
    account: Mapped[Account | None] = relationship(back_populates="customer")
    orders: Mapped[list[Order]] = relationship(
        back_populates="customer", foreign_keys="Order.customer_id"
    )
    active: Mapped[bool] = mapped_column(default=True)


class Account(Base):
    """Of one customer."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), unique=True)
    iban: Mapped[str]
    customer: Mapped[Customer] = relationship(back_populates="account")


class Order(Base):
    __tablename__ = "order"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    payer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    # Names that SQL or Python keep for themselves.
    select: Mapped[str] = mapped_column("from")
    class_: Mapped[str] = mapped_column("class")
    amount: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    currency: Mapped[str]
    price: Mapped[Money] = composite("amount", "currency")

    customer: Mapped[Customer] = relationship(
        back_populates="orders", foreign_keys="Order.customer_id"
    )
    payer: Mapped[Customer | None] = relationship(foreign_keys=[payer_id])
    active_customer: Mapped[Customer] = relationship(
        primaryjoin=lambda: and_(Order.customer_id == Customer.id, Customer.active),
        viewonly=True,
    )
    lines: Mapped[list[Line]] = relationship(back_populates="order")
    buyer: Mapped[Customer] = synonym("customer")
    customer_name: AssociationProxy[str] = association_proxy("customer", "name")
    products: AssociationProxy[list[str]] = association_proxy("lines", "product")

    @hybrid_property
    def cents(self) -> int:
        return int(self.amount * 100)

    @cents.inplace.expression
    @classmethod
    def _cents(cls) -> ColumnElement[int]:
        return cast(cls.amount * 100, Integer)

    @hybrid_property
    def payer_number(self) -> int | None:
        return self.payer_id

    @hybrid_property
    def shouted(self) -> str:
        return self.currency.upper()

    @hybrid_property
    def constant(self) -> int:
        return 1

    @hybrid_method
    def costs_more_than(self, amount: int) -> bool:
        return self.amount > amount

    @property
    def label(self) -> str:
        return f"#{self.id}"

    @cached_property
    def long_label(self) -> str:
        return f"order {self.label}"

    def describe(self) -> str:
        return self.label


class Line(Base):
    """Has a key of two columns, and notes of its own."""

    __tablename__ = "line"

    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    product: Mapped[str]
    quantity: Mapped[int]
    order: Mapped[Order] = relationship(back_populates="lines")
    notes: Mapped[list[Note]] = relationship(back_populates="line")


class Note(Base):
    __tablename__ = "note"
    __table_args__ = (
        ForeignKeyConstraint(["order_id", "line_number"], ["line.order_id", "line.number"]),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int]
    line_number: Mapped[int]
    line: Mapped[Line] = relationship(back_populates="notes")


Order.line_count = column_property(
    select(func.count(Line.number)).where(Line.order_id == Order.id).scalar_subquery()
)


class Everything(Base):
    """A column of each type that has traps."""

    __tablename__ = "everything"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    state: Mapped[State]
    word: Mapped[str] = mapped_column(Enum("a", "b"))
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    tags: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    fixed: Mapped[tuple[int, ...]] = mapped_column(ARRAY(Integer, as_tuple=True))
    lasts: Mapped[dt.timedelta] = mapped_column(Interval)
    picture: Mapped[bytes] = mapped_column(LargeBinary)
    cents: Mapped[Decimal] = mapped_column(Cents)
    moment: Mapped[dt.datetime]
    day: Mapped[dt.date]
    clock: Mapped[dt.time]
    flag: Mapped[bool]
    ratio: Mapped[float]
    number: Mapped[int]
    amount: Mapped[Decimal]
    text: Mapped[str]


class Setting(MappedAsDataclass, Base):
    """Mapped, and a dataclass too."""

    __tablename__ = "setting"

    id: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[str]


follows = Table(
    "follows",
    Base.metadata,
    Column("category_id", ForeignKey("category.id"), primary_key=True),
    Column("person_id", ForeignKey("person.id"), primary_key=True),
)
related = Table(
    "related",
    Base.metadata,
    Column("left_id", ForeignKey("category.id"), primary_key=True),
    Column("right_id", ForeignKey("category.id"), primary_key=True),
)


class Category(Base):
    """Of categories, and beside others."""

    __tablename__ = "category"

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    chief_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    parent: Mapped[Category | None] = relationship(
        back_populates="children", remote_side="Category.id"
    )
    children: Mapped[list[Category]] = relationship(back_populates="parent")
    related: Mapped[list[Category]] = relationship(
        secondary=related,
        primaryjoin=lambda: Category.id == related.c.left_id,
        secondaryjoin=lambda: Category.id == related.c.right_id,
    )
    chief: Mapped[Person | None] = relationship(back_populates="categories")
    followers: Mapped[list[Person]] = relationship(secondary=follows, viewonly=True)


class Club(Base):
    __tablename__ = "club"

    id: Mapped[int] = mapped_column(primary_key=True)
    members: Mapped[list[Member]] = relationship()


class Member(Base):
    __tablename__ = "member"

    id: Mapped[int] = mapped_column(primary_key=True)
    club_id: Mapped[int] = mapped_column(ForeignKey("club.id"))
    active: Mapped[bool]


class Person(Base):
    """The base of a joined and of a single-table inheritance."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    categories: Mapped[list[Category]] = relationship(back_populates="chief")

    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "person"}


class Engineer(Person):
    __tablename__ = "engineer"

    id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    language: Mapped[str]

    __mapper_args__ = {"polymorphic_identity": "engineer"}


class Manager(Person):
    budget: Mapped[int | None]

    __mapper_args__ = {"polymorphic_identity": "manager"}
