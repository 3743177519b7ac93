"""Routes of orders."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Header, Query, Response
from fastapi.responses import StreamingResponse

from shop.api.database import Db
from shop.api.listing import listing
from shop.api.problem_responses import problems
from shop.errors import CustomerMissing, KeyReused, OrderMissing, OutOfStock, ProductMissing
from shop.models import OrderStatus
from shop.repositories.orders import ORDER, newest_first
from shop.schemas.listing import Listing, WindowQuery
from shop.schemas.number import PathKey
from shop.schemas.order import OrderBrief, OrderRead, OrderWrite
from shop.services.confirmation import confirm_order
from shop.services.export import orders_as_csv
from shop.services.placed_once import place_once

router = APIRouter(prefix="/orders", tags=["orders"])

# Visible ASCII: what every database compares byte by byte and every log shows.
IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=100,
        pattern=r"^[\x21-\x7e]+$",
        description="Chosen by the client, a UUID for example. A repeat gets the first answer.",
    ),
]


@router.post(
    "",
    status_code=201,
    responses={
        200: {"model": OrderRead, "description": "The order that this key has placed before"},
        **problems(CustomerMissing, ProductMissing, OutOfStock, KeyReused),
    },
)
async def place_order(
    order: OrderWrite,
    db: Db,
    background: BackgroundTasks,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> OrderRead:
    """Place an order: all of it, or nothing.

    It is committed before this answers. With an `Idempotency-Key` it can be sent again safely.
    """
    placed = await place_once(db, order, key=idempotency_key)
    response.headers["Location"] = f"/orders/{placed.order.id}"
    if placed.again:
        response.status_code = 200
    else:
        background.add_task(confirm_order, db, placed.order.id)
    return placed.order


@router.get("", responses=problems())
async def list_orders(
    db: Db,
    window: WindowQuery,
    status: Annotated[OrderStatus | None, Query(description="Only these.")] = None,
) -> Listing[OrderBrief]:
    """Orders with their customers, newest first."""
    return await listing(db.project(OrderBrief, newest_first(status=status)), window)


@router.get(
    "/export.csv", response_class=StreamingResponse, responses={200: {"content": {"text/csv": {}}}}
)
async def export_orders(db: Db) -> StreamingResponse:
    """All orders as CSV, streamed."""
    headers = {"Content-Disposition": 'attachment; filename="orders.csv"'}
    return StreamingResponse(orders_as_csv(db), media_type="text/csv", headers=headers)


@router.get("/{order_id}", responses=problems(OrderMissing))
async def read_order(order_id: PathKey, db: Db) -> OrderRead:
    """One order with its customer and lines, down to products, albums and artists."""
    return await db.project(ORDER).get_one(order_id)
