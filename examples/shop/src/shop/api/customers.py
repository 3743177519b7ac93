"""Routes of customers."""

from __future__ import annotations

from fastapi import APIRouter, Response

from shop.api.database import Db, Reading
from shop.api.problem_responses import problems
from shop.errors import CustomerHasOrders, CustomerMissing, EmailTaken, SupportRepMissing
from shop.repositories.customers import Customers
from shop.repositories.orders import Orders
from shop.schemas.customer import CustomerPatch, CustomerRead, CustomerWrite
from shop.schemas.listing import Listing, WindowQuery
from shop.schemas.number import PathKey
from shop.schemas.order import OrderBrief
from shop.schemas.text import Search
from shop.services.customers import CustomerDesk

router = APIRouter(prefix="/customers", tags=["customers"])


@router.post("", status_code=201, responses=problems(EmailTaken, SupportRepMissing))
async def create_customer(customer: CustomerWrite, db: Db, response: Response) -> CustomerRead:
    """Take on a customer."""
    async with db.begin() as session:
        created = CustomerRead.model_validate(await CustomerDesk(session).create(customer))
    response.headers["Location"] = f"/customers/{created.id}"
    return created


@router.get("", responses=problems())
async def list_customers(
    session: Reading, window: WindowQuery, search: Search = None
) -> Listing[CustomerRead]:
    """Customers in order of their ids; `search` looks at name, e-mail address and company."""
    found, total = await Customers(session).list(search, offset=window.offset, limit=window.limit)
    items = [CustomerRead.model_validate(customer) for customer in found]
    return Listing(items=items, total=total, **window.model_dump())


@router.get("/{customer_id}", responses=problems(CustomerMissing))
async def read_customer(customer_id: PathKey, session: Reading) -> CustomerRead:
    """One customer."""
    return CustomerRead.model_validate(await CustomerDesk(session).get(customer_id))


@router.put("/{customer_id}", responses=problems(CustomerMissing, EmailTaken, SupportRepMissing))
async def replace_customer(customer_id: PathKey, customer: CustomerWrite, db: Db) -> CustomerRead:
    """Change the whole customer: what is left out is emptied."""
    async with db.begin() as session:
        changed = await CustomerDesk(session).change(customer_id, customer)
        return CustomerRead.model_validate(changed)


@router.patch("/{customer_id}", responses=problems(CustomerMissing, EmailTaken, SupportRepMissing))
async def patch_customer(customer_id: PathKey, customer: CustomerPatch, db: Db) -> CustomerRead:
    """Change a part of the customer: what is left out stays."""
    async with db.begin() as session:
        changed = await CustomerDesk(session).change(customer_id, customer)
        return CustomerRead.model_validate(changed)


@router.delete(
    "/{customer_id}", status_code=204, responses=problems(CustomerMissing, CustomerHasOrders)
)
async def delete_customer(customer_id: PathKey, db: Db) -> None:
    """Forget a customer who has no orders."""
    async with db.begin() as session:
        await CustomerDesk(session).delete(customer_id)


@router.get("/{customer_id}/orders", responses=problems(CustomerMissing))
async def list_orders_of_customer(
    customer_id: PathKey, session: Reading, window: WindowQuery
) -> Listing[OrderBrief]:
    """The customer's orders, newest first."""
    await CustomerDesk(session).get(customer_id)
    found, total = await Orders(session).list(
        customer_id=customer_id, offset=window.offset, limit=window.limit
    )
    items = [OrderBrief.model_validate(order) for order in found]
    return Listing(items=items, total=total, **window.model_dump())
