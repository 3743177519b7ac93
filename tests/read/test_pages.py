"""Pages by cursor and by number; what cannot be a page is refused before anything is sent."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Any

import pytest
from sqlalchemy import bindparam, select

from taskbound import Database, ProjectionQuery, UnfitCursor, UnfitPage, projection
from tests.read.dtos import CustomerRead, OrderRead, OrderRow
from tests.read.models import Customer, Order

BY_ID = select(Order).order_by(Order.id.desc())


def orders(shop: Database) -> ProjectionQuery[OrderRow]:
    return shop.project(OrderRow, BY_ID)


async def test_pages_forth_and_back_are_the_whole_list(shop: Database) -> None:
    whole = await orders(shop).all()
    page = await orders(shop).page(size=2)
    forth = [page.items]
    while page.next is not None:
        page = await orders(shop).page(size=2, after=page.next)
        forth.append(page.items)
    back = [page.items]
    while page.previous is not None:
        page = await orders(shop).page(size=2, before=page.previous)
        back.insert(0, page.items)

    assert list(chain(*forth)) == whole
    assert list(chain(*back)) == whole


async def test_a_page_of_objects_with_children_is_like_any_other(shop: Database) -> None:
    query = shop.project(OrderRead, BY_ID)
    whole = await query.all()

    first = await query.page(size=1)
    second = await query.page(size=1, after=first.next)

    assert [*first.items, *second.items] == whole[:2]


async def test_a_prepared_projection_has_pages(shop: Database) -> None:
    statement = select(Order).where(Order.id >= bindparam("least")).order_by(Order.id)
    prepared = projection(OrderRow, statement)
    whole = await shop.project(prepared, least=1).all()

    first = await shop.project(prepared, least=1).page(size=2)
    second = await shop.project(prepared, least=1).page(size=2, after=first.next)

    assert [*first.items, *second.items] == whole[:4]


async def test_rows_are_counted_as_far_as_is_asked(shop: Database) -> None:
    count = await orders(shop).count()
    not_counted = await orders(shop).page(size=1)
    exact = await orders(shop).page(size=1, total="exact")
    bounded = await orders(shop).page_at(size=1, total=1)
    enough = await orders(shop).page_at(size=1, total=count)

    assert (not_counted.total, not_counted.total_is_bounded) == (None, False)
    assert (exact.total, exact.total_is_bounded) == (count, False)
    assert (bounded.total, bounded.total_is_bounded) == (1, True)
    assert (enough.total, enough.total_is_bounded) == (count, False)


async def test_a_page_by_number_begins_behind_so_many_rows(shop: Database) -> None:
    whole = await orders(shop).all()

    page = await orders(shop).page_at(offset=1, size=2)

    assert page.items == whole[1:3]
    assert (page.next, page.previous) == (None, None)


async def test_a_cursor_of_another_query_is_refused(shop: Database) -> None:
    other = shop.project(CustomerRead, select(Customer).order_by(Customer.id))
    cursor = (await orders(shop).page(size=1)).next

    with pytest.raises(UnfitCursor) as caught:
        await other.page(after=cursor)

    assert str(caught.value) == (
        "the cursor is of another query; begin without a cursor, or use it with the DTO, the statement "
        "and the ordering that it came from (TB509, docs/errors/TB509.md)"
    )


async def test_a_cursor_under_another_key_is_refused(shop: Database, shop_url: str) -> None:
    cursor = (await orders(shop).page(size=1)).next

    async with Database(shop_url, cursor_key=b"another") as other:
        with pytest.raises(UnfitCursor, match="was made with another key"):
            await orders(other).page(after=cursor)


@pytest.mark.parametrize(
    "ask",
    [
        lambda query: query.page(size=0),
        lambda query: query.page(size=1001),
        lambda query: query.page(after="a", before="b"),
        lambda query: query.page(total=-1),
        lambda query: query.page_at(offset=-1),
    ],
)
async def test_what_cannot_be_a_page_is_refused(
    shop: Database, ask: Callable[[ProjectionQuery[Any]], Any]
) -> None:
    with pytest.raises(UnfitPage):
        await ask(orders(shop))

    assert shop.statistics().idle == 0
