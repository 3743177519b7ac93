"""What is loaded with its objects: the models, and what was found of it."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.ext.asyncio import AsyncAttrs
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    lazyload,
    mapped_column,
    relationship,
    selectinload,
)

from taskbound import Database, Finding


class Base(AsyncAttrs, DeclarativeBase):
    """Classes of these tests alone, since the watch leaves its mark on them."""


class Order(Base):
    """Has lines, and belongs to a customer that its mapping loads."""

    __tablename__ = "order"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(default=0)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    lines: Mapped[list[Line]] = relationship(back_populates="order", order_by="Line.id")
    customer: Mapped[Customer | None] = relationship(lazy="selectin")
    kind: Mapped[str] = mapped_column(String(10), default="order")

    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "order"}


class Gift(Order):
    """An order in the same table."""

    __mapper_args__ = {"polymorphic_identity": "gift"}


class Quiet(Order):
    """An order whose customer is nobody's business."""

    __mapper_args__ = {"polymorphic_identity": "quiet"}

    @property
    def customer(self) -> None:  # type: ignore[override]  # which is the point
        """Nobody."""


class Line(Base):
    """Belongs to an order and has notes."""

    __tablename__ = "line"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    order: Mapped[Order] = relationship(back_populates="lines")
    notes: Mapped[list[Note]] = relationship(cascade="all, delete-orphan")


class Note(Base):
    """Belongs to a line."""

    __tablename__ = "note"

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("line.id"))


class Customer(Base):
    """Is loaded with each order."""

    __tablename__ = "customer"

    id: Mapped[int] = mapped_column(primary_key=True)


class Untouched(Base):
    """Nobody watches this one."""

    __tablename__ = "untouched"

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("untouched.id"))
    children: Mapped[list[Untouched]] = relationship()


EVERY = select(Order).order_by(Order.id).options(lazyload(Order.customer))
WITH_LINES = EVERY.options(selectinload(Order.lines))


async def fill(database: Database) -> None:
    """Make orders 1 and 2, with three lines and a customer between them."""
    await database.create_all(Base.metadata)
    async with database.begin() as session:
        session.add(Customer(id=1))
        session.add(Order(id=1, customer_id=1, lines=[Line(id=1, notes=[Note()]), Line(id=2)]))
        session.add(Order(id=2, customer_id=1, lines=[Line(id=3)]))


def said(findings: list[Finding]) -> list[str]:
    """What has been found by now, without the page's name."""
    return [
        str(finding.error).removesuffix(" (TB207, docs/errors/TB207.md)") for finding in findings
    ]
