"""A union of DTOs reads the rows of every class, also where columns of one stand in the base's table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import pytest
from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from taskbound import Database, From


class Base(DeclarativeBase):
    pass


class Account(Base):
    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    payments: Mapped[list[Payment]] = relationship(order_by="Payment.id")


class Payment(Base):
    __tablename__ = "payment"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(String(20))

    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "payment"}


class Card(Payment):
    """In the table of its base."""

    digits: Mapped[str | None] = mapped_column(String(20))

    __mapper_args__ = {"polymorphic_identity": "card"}


class Transfer(Payment):
    """In a table of its own."""

    __tablename__ = "transfer"

    id: Mapped[int] = mapped_column(ForeignKey("payment.id"), primary_key=True)
    iban: Mapped[str] = mapped_column(String(40))

    __mapper_args__ = {"polymorphic_identity": "transfer"}


@dataclass
class CardRead:
    kind: Literal["card"]
    digits: str | None
    shown: Annotated[str | None, From(lambda card: func.lower(card.digits))]
    lowered: Annotated[str | None, From(func.lower(Card.digits))]


@dataclass
class TransferRead:
    kind: Literal["transfer"]
    iban: str


@dataclass
class PaymentRead:
    kind: str


@dataclass
class AccountRead:
    payments: list[CardRead | TransferRead | PaymentRead]


_EXPECTED = [
    PaymentRead("payment"),
    CardRead("card", "12A", "12a", "12a"),
    TransferRead("transfer", "DE02"),
]


@pytest.fixture
async def payments(database: Database) -> Database:
    await database.create_all(Base.metadata)
    async with database.begin() as session:
        account = Account(id=1)
        account.payments = [Payment(id=1), Card(id=2, digits="12A"), Transfer(id=3, iban="DE02")]
        session.add(account)
    return database


async def test_every_row_is_read_as_its_class(payments: Database) -> None:
    union: Any = CardRead | TransferRead | PaymentRead

    found = await payments.project(union, select(Payment).order_by(Payment.id)).all()

    assert found == _EXPECTED


@pytest.mark.parametrize("children", ["batch", "inline"])
async def test_every_child_is_read_as_its_class(payments: Database, children: Any) -> None:
    account = await payments.project(AccountRead, Account, children=children).one()

    assert account.payments == _EXPECTED
