"""Routes of customers."""

from __future__ import annotations

from fastapi import APIRouter, Response

from shop.api.database import Db
from shop.api.listing import listing
from shop.api.problem_responses import problems
from shop.errors import CustomerHasOrders, CustomerMissing, EmailTaken, SupportRepMissing
from shop.models import Customer
from shop.repositories.customers import CUSTOMER, customers
from shop.repositories.orders import newest_first
from shop.schemas.customer import CustomerBrief, CustomerPatch, CustomerRead, CustomerWrite
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
        created = await CustomerDesk(session).create(customer, returning=CustomerRead)
    response.headers["Location"] = f"/customers/{created.id}"
    return created


@router.get("", responses=problems())
async def list_customers(
    db: Db, window: WindowQuery, search: Search = None
) -> Listing[CustomerRead]:
    """Customers in order of their ids; `search` looks at name, e-mail address and company."""
    return await listing(db.project(CustomerRead, customers(search)), window)


@router.get("/{customer_id}", responses=problems(CustomerMissing))
async def read_customer(customer_id: PathKey, db: Db) -> CustomerRead:
    """One customer."""
    return await db.project(CUSTOMER).get_one(customer_id)


@router.put("/{customer_id}", responses=problems(CustomerMissing, EmailTaken, SupportRepMissing))
async def replace_customer(customer_id: PathKey, customer: CustomerWrite, db: Db) -> CustomerRead:
    """Change the whole customer: what is left out is emptied."""
    async with db.begin() as session:
        desk = CustomerDesk(session)
        return await desk.update(customer, key=customer_id, returning=CustomerRead)


@router.patch("/{customer_id}", responses=problems(CustomerMissing, EmailTaken, SupportRepMissing))
async def patch_customer(customer_id: PathKey, customer: CustomerPatch, db: Db) -> CustomerRead:
    """Change a part of the customer: what is left out stays."""
    async with db.begin() as session:
        desk = CustomerDesk(session)
        return await desk.update(customer, key=customer_id, returning=CustomerRead)


@router.delete(
    "/{customer_id}", status_code=204, responses=problems(CustomerMissing, CustomerHasOrders)
)
async def delete_customer(customer_id: PathKey, db: Db) -> None:
    """Forget a customer who has no orders."""
    async with db.begin() as session:
        await CustomerDesk(session).delete(customer_id)


@router.get("/{customer_id}/orders", responses=problems(CustomerMissing))
async def list_orders_of_customer(
    customer_id: PathKey, db: Db, window: WindowQuery
) -> Listing[OrderBrief]:
    """The customer's orders, newest first."""
    await db.project(CustomerBrief, Customer).get_one(customer_id)
    orders = newest_first(customer_id=customer_id)
    return await listing(db.project(OrderBrief, orders), window)
