"""Routes of products, and of the shelves they stand on."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from shop.api.database import Reading
from shop.api.problem_responses import problems
from shop.errors import CollectionMissing, ProductMissing
from shop.repositories.products import Products
from shop.repositories.shelves import Shelves
from shop.schemas.listing import Listing, WindowQuery
from shop.schemas.number import Key, PathKey
from shop.schemas.product import CategoryRead, CollectionBrief, CollectionRead, ProductRead
from shop.schemas.text import Search

router = APIRouter(tags=["products"])


@router.get("/products", responses=problems())
async def list_products(
    session: Reading,
    window: WindowQuery,
    search: Search = None,
    category_id: Annotated[Key | None, Query(description="Only this shelf.")] = None,
) -> Listing[ProductRead]:
    """Products in order of their ids; `search` looks at product, album and artist."""
    found, total = await Products(session).list(
        search, category_id=category_id, offset=window.offset, limit=window.limit
    )
    items = [ProductRead.model_validate(product) for product in found]
    return Listing(items=items, total=total, **window.model_dump())


@router.get("/products/{product_id}", responses=problems(ProductMissing))
async def read_product(product_id: PathKey, session: Reading) -> ProductRead:
    """One product with its album and artist."""
    product = await Products(session).get(product_id)
    if product is None:
        raise ProductMissing(product_id)
    return ProductRead.model_validate(product)


@router.get("/categories")
async def list_categories(session: Reading) -> list[CategoryRead]:
    """All categories in order of their names."""
    found = await Shelves(session).categories()
    return [CategoryRead.model_validate(category) for category in found]


@router.get("/collections")
async def list_collections(session: Reading) -> list[CollectionBrief]:
    """All collections, without their products."""
    found = await Shelves(session).collections()
    return [CollectionBrief.model_validate(collection) for collection in found]


@router.get("/collections/{collection_id}", responses=problems(CollectionMissing))
async def read_collection(collection_id: PathKey, session: Reading) -> CollectionRead:
    """One collection with its products."""
    collection = await Shelves(session).collection(collection_id)
    if collection is None:
        raise CollectionMissing(collection_id)
    return CollectionRead.model_validate(collection)
