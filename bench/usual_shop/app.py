"""The application: a session a request, entities out of the route, a `response_model`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, TypeVar

from fastapi import Depends, FastAPI, HTTPException, Query, Request
from sqlalchemy import URL, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from bench.usual_shop.schemas import (
    CategoryRead,
    CollectionRead,
    CustomerRead,
    Listing,
    OrderBrief,
    OrderRead,
    ProductRead,
    StaffRead,
)
from shop.models import Album, Category, Collection, Customer, Order, OrderLine, Product, Staff

Entity = TypeVar("Entity")


async def get_session(request: Request) -> AsyncIterator[AsyncSession]:
    """A session for one request."""
    async with request.app.state.sessions() as session:
        yield session


Session = Annotated[AsyncSession, Depends(get_session)]
Offset = Annotated[int, Query(ge=0)]
Limit = Annotated[int, Query(ge=1, le=100)]


def create_app(url: URL, *, pool_size: int) -> FastAPI:
    """The usual shop on a database.

    pool_size: connections that it opens at most and keeps.
    """
    # Neither overflow nor a ping at each checkout, which would slow it further.
    engine = create_async_engine(url, pool_size=pool_size, max_overflow=0)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await engine.dispose()

    app = FastAPI(lifespan=lifespan)
    app.state.sessions = async_sessionmaker(engine, expire_on_commit=False)
    app.get("/orders", response_model=Listing[OrderBrief])(list_orders)
    app.get("/orders/{order_id}", response_model=OrderRead)(read_order)
    app.get("/customers", response_model=Listing[CustomerRead])(list_customers)
    app.get("/customers/{customer_id}", response_model=CustomerRead)(read_customer)
    app.get("/products", response_model=Listing[ProductRead])(list_products)
    app.get("/products/{product_id}", response_model=ProductRead)(read_product)
    app.get("/categories", response_model=list[CategoryRead])(list_categories)
    app.get("/collections/{collection_id}", response_model=CollectionRead)(read_collection)
    app.get("/staff/{staff_id}", response_model=StaffRead)(read_staff)
    return app


async def list_orders(session: Session, offset: Offset = 0, limit: Limit = 20) -> Any:
    """Orders with their customers, newest first."""
    newest = select(Order).options(joinedload(Order.customer))
    newest = newest.order_by(Order.placed_at.desc(), Order.id.desc())
    return await _listing(session, newest, Order, offset, limit)


async def read_order(order_id: int, session: Session) -> Any:
    """One order with its customer and lines, down to products, albums and artists."""
    lines = selectinload(Order.lines).joinedload(OrderLine.product)
    whole = (joinedload(Order.customer), lines.joinedload(Product.album).joinedload(Album.artist))
    return _found(await session.get(Order, order_id, options=whole))


async def list_customers(session: Session, offset: Offset = 0, limit: Limit = 20) -> Any:
    """Customers in order of their ids."""
    customers = select(Customer).order_by(Customer.id)
    return await _listing(session, customers, Customer, offset, limit)


async def read_customer(customer_id: int, session: Session) -> Any:
    """One customer."""
    return _found(await session.get(Customer, customer_id))


async def list_products(session: Session, offset: Offset = 0, limit: Limit = 20) -> Any:
    """Products in order of their ids."""
    products = select(Product).options(*_whole_product()).order_by(Product.id)
    return await _listing(session, products, Product, offset, limit)


async def read_product(product_id: int, session: Session) -> Any:
    """One product with its album and artist."""
    return _found(await session.get(Product, product_id, options=_whole_product()))


async def list_categories(session: Session) -> Any:
    """All categories in order of their names."""
    return (await session.scalars(select(Category).order_by(Category.name, Category.id))).all()


async def read_collection(collection_id: int, session: Session) -> Any:
    """One collection with its products."""
    products = selectinload(Collection.products).joinedload(Product.album)
    options = [products.joinedload(Album.artist)]
    return _found(await session.get(Collection, collection_id, options=options))


async def read_staff(staff_id: int, session: Session) -> Any:
    """A member of staff, the manager above and the reports below."""
    options = [joinedload(Staff.manager), selectinload(Staff.reports)]
    return _found(await session.get(Staff, staff_id, options=options))


async def _listing(
    session: AsyncSession, statement: Select[Any], entity: type[Any], offset: int, limit: int
) -> dict[str, Any]:
    items = (await session.scalars(statement.offset(offset).limit(limit))).all()
    total = await session.scalar(select(func.count()).select_from(entity))
    return {"items": items, "total": total, "offset": offset, "limit": limit}


def _whole_product() -> tuple[ORMOption, ...]:
    return (
        joinedload(Product.album).joinedload(Album.artist),
        joinedload(Product.category),
        joinedload(Product.media_type),
    )


def _found(entity: Entity | None) -> Entity:
    if entity is None:
        raise HTTPException(404)
    return entity
