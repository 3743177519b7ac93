"""A service whose two repositories hold one session: no session word where they run together."""

import asyncio

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Invoice(Base):
    __tablename__ = "invoices"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int]


class Payment(Base):
    __tablename__ = "payments"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int]


class InvoiceRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def count(self, account_id: int) -> int:
        statement = select(func.count(Invoice.id)).where(Invoice.account_id == account_id)
        return (await self._session.execute(statement)).scalar_one()


class PaymentRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def count(self, account_id: int) -> int:
        statement = select(func.count(Payment.id)).where(Payment.account_id == account_id)
        return (await self._session.execute(statement)).scalar_one()


class AccountSummary:
    def __init__(self, session: AsyncSession) -> None:
        self.invoices = InvoiceRepository(session)
        self.payments = PaymentRepository(session)

    async def of(self, account_id: int) -> tuple[int, int]:
        invoices, payments = await asyncio.gather(self.invoices.count(account_id), self.payments.count(account_id))  # finds TB101
        return invoices, payments
