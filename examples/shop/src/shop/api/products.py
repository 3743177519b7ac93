"""Routes of products, and of the shelves they stand on."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from shop.api.database import Db
from shop.api.listing import listing
from shop.api.problem_responses import problems
from shop.errors import CollectionMissing, ProductMissing
from shop.repositories.products import PRODUCT, products
from shop.repositories.shelves import CATEGORIES, COLLECTION, COLLECTIONS
from shop.schemas.listing import Listing, WindowQuery
from shop.schemas.number import Key, PathKey
from shop.schemas.product import CategoryRead, CollectionBrief, CollectionRead, ProductRead
from shop.schemas.text import Search

router = APIRouter(tags=["products"])


@router.get("/products", responses=problems())
async def list_products(
    db: Db,
    window: WindowQuery,
    search: Search = None,
    category_id: Annotated[Key | None, Query(description="Only this shelf.")] = None,
) -> Listing[ProductRead]:
    """Products in order of their ids; `search` looks at product, album and artist."""
    found = products(search, category_id=category_id)
    return await listing(db.project(ProductRead, found), window)


@router.get("/products/{product_id}", responses=problems(ProductMissing))
async def read_product(product_id: PathKey, db: Db) -> ProductRead:
    """One product with its album and artist."""
    return await db.project(PRODUCT).get_one(product_id)


@router.get("/categories")
async def list_categories(db: Db) -> list[CategoryRead]:
    """All categories in order of their names."""
    return await db.project(CATEGORIES).all()


@router.get("/collections")
async def list_collections(db: Db) -> list[CollectionBrief]:
    """All collections, without their products."""
    return await db.project(COLLECTIONS).all()


@router.get("/collections/{collection_id}", responses=problems(CollectionMissing))
async def read_collection(collection_id: PathKey, db: Db) -> CollectionRead:
    """One collection with its products."""
    return await db.project(COLLECTION).get_one(collection_id)
