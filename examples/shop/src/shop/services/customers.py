"""The rules of keeping customers."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from shop.errors import CustomerHasOrders, CustomerMissing, EmailTaken, SupportRepMissing
from shop.models import Customer
from shop.repositories.customers import Customers
from shop.repositories.staff import StaffList
from shop.schemas.customer import CustomerPatch, CustomerWrite


class CustomerDesk:
    """Keeps customers in the transaction of `session`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._customers = Customers(session)
        self._staff = StaffList(session)

    async def get(self, customer_id: int) -> Customer:
        """The customer. Raises `CustomerMissing`."""
        if customer := await self._customers.get(customer_id):
            return customer
        raise CustomerMissing(customer_id)

    async def create(self, wanted: CustomerWrite) -> Customer:
        """The new customer, with its id. Raises `EmailTaken`, `SupportRepMissing`."""
        await self._check_support_rep(wanted.support_rep_id)
        customer = Customer(**wanted.model_dump())
        try:
            await self._customers.add(customer)
        except IntegrityError as error:
            raise EmailTaken(wanted.email) from error
        return customer

    async def change(self, customer_id: int, wanted: CustomerWrite | CustomerPatch) -> Customer:
        """The customer with what a whole or partial change says.

        Raises `CustomerMissing`, `EmailTaken`, `SupportRepMissing`.
        """
        customer = await self.get(customer_id)
        await self._check_support_rep(wanted.support_rep_id)
        whole = isinstance(wanted, CustomerWrite)
        for name, value in wanted.model_dump(exclude_unset=not whole).items():
            setattr(customer, name, value)
        try:
            await self._session.flush()
        except IntegrityError as error:
            raise EmailTaken(wanted.email) from error
        return customer

    async def delete(self, customer_id: int) -> None:
        """Forget the customer. Raises `CustomerMissing`, `CustomerHasOrders`."""
        customer = await self.get(customer_id)
        try:
            await self._customers.delete(customer)
        except IntegrityError as error:
            raise CustomerHasOrders(customer_id) from error

    async def _check_support_rep(self, staff_id: int | None) -> None:
        if staff_id is not None and not await self._staff.exists(staff_id):
            raise SupportRepMissing(staff_id)
