"""The rules of keeping customers."""

from __future__ import annotations

from sqlalchemy import select

from shop.errors import CustomerHasOrders, CustomerMissing, EmailTaken, SupportRepMissing
from shop.models import Customer, Staff
from shop.repositories.customers import CUSTOMER
from shop.schemas.customer import CustomerPatch, CustomerRead, CustomerWrite
from shop.schemas.staff import StaffBrief
from taskbound import ForeignKeyViolation, TaskSession, UniqueViolation


class CustomerDesk:
    """Keeps customers in the transaction of `session`."""

    def __init__(self, session: TaskSession) -> None:
        self._session = session

    async def create(self, wanted: CustomerWrite) -> CustomerRead:
        """The new customer, with its id. Raises `EmailTaken`, `SupportRepMissing`."""
        await self._check_support_rep(wanted.support_rep_id)
        customer = Customer(**wanted.model_dump())
        self._session.add(customer)
        return await self._written(customer, wanted)

    async def change(self, customer_id: int, wanted: CustomerWrite | CustomerPatch) -> CustomerRead:
        """The customer with what a whole or partial change says.

        Raises `CustomerMissing`, `EmailTaken`, `SupportRepMissing`.
        """
        customer = await self._get(customer_id)
        await self._check_support_rep(wanted.support_rep_id)
        whole = isinstance(wanted, CustomerWrite)
        for name, value in wanted.model_dump(exclude_unset=not whole).items():
            setattr(customer, name, value)
        return await self._written(customer, wanted)

    async def delete(self, customer_id: int) -> None:
        """Forget the customer. Raises `CustomerMissing`, `CustomerHasOrders`."""
        await self._session.delete(await self._get(customer_id))
        try:
            await self._session.flush()
        except ForeignKeyViolation as error:
            raise CustomerHasOrders(customer_id) from error

    async def _get(self, customer_id: int) -> Customer:
        if customer := await self._session.get(Customer, customer_id):
            return customer
        raise CustomerMissing(customer_id)

    async def _check_support_rep(self, staff_id: int | None) -> None:
        if staff_id is None:
            return
        member = self._session.project(StaffBrief, select(Staff).where(Staff.id == staff_id))
        if not await member.exists():
            raise SupportRepMissing(staff_id)

    async def _written(
        self, customer: Customer, wanted: CustomerWrite | CustomerPatch
    ) -> CustomerRead:
        """The customer as the database has it now."""
        try:
            await self._session.flush()
        except UniqueViolation as error:
            raise EmailTaken(wanted.email) from error
        return await self._session.project(CUSTOMER).get_one(customer.id)
