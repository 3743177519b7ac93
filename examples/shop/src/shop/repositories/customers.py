"""Statements about customers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.models import Customer
from shop.repositories.counting import count


class Customers:
    """The customers that a session sees."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, customer_id: int) -> Customer | None:
        """The customer, or None."""
        return await self._session.get(Customer, customer_id)

    async def list(
        self, search: str | None, *, offset: int, limit: int
    ) -> tuple[Sequence[Customer], int]:
        """A page of the customers in order of their ids, and how many there are.

        search: text in name, e-mail address or company; None finds all.
        """
        found = _matching(search)
        page = found.order_by(Customer.id).offset(offset).limit(limit)
        customers = (await self._session.scalars(page)).all()
        return customers, await count(self._session, found)

    async def add(self, customer: Customer) -> None:
        """Insert the customer now, so that it has its id."""
        self._session.add(customer)
        await self._session.flush()

    async def delete(self, customer: Customer) -> None:
        """Delete the customer now."""
        await self._session.delete(customer)
        await self._session.flush()


def _matching(search: str | None) -> Select[Any]:
    statement = select(Customer)
    return statement.where(_contains(search)) if search else statement


def _contains(search: str) -> ColumnElement[bool]:
    texts = (Customer.first_name, Customer.last_name, Customer.email, Customer.company)
    # The text is a value: its own % and _ mean themselves.
    return or_(*(text.icontains(search, autoescape=True) for text in texts))
