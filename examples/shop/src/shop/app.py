"""The application: everything of the shop put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI

from shop.api import customers, dashboard, health, orders, page, products, staff
from shop.api.problem_responses import openapi_with_problems
from shop.problems import add_problem_handlers
from taskbound import Database
from taskbound.web import CommitBeforeResponse


def create_app(database: Database | None = None) -> FastAPI:
    """The shop on `database`, which it disposes of when it shuts down.

    database: None means the one that the environment names (`TASKBOUND_URL`). A server that makes
    the application itself uses that: `uvicorn --factory shop.app:create_app`.
    """
    app = FastAPI(title="Shop", version="0.1.0", description=_ABOUT, lifespan=_lifespan)
    app.state.database = database or Database.from_settings()
    for routes in (orders, customers, products, staff, dashboard, health, page):
        app.include_router(routes.router)
    # Nothing is acknowledged that could still be lost.
    app.add_middleware(CommitBeforeResponse)
    add_problem_handlers(app)
    app.openapi = partial(openapi_with_problems, app)  # type: ignore[method-assign]
    return app


_ABOUT = "Customers, products and orders. Errors are problem documents (RFC 9457)."


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with app.state.database:
        yield
