"""The page at `/`, in a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from shop.app import create_app
from shop.models import Customer
from taskbound import Database
from tests.shop.asking import orders
from tests.shop.goods import stock_the_shop
from tests.shop.serving import serving


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[tuple[Database, str]]:
    """The shop with few goods, and its address."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/shop.db")
    await stock_the_shop(database)
    async with serving(create_app(database)) as address:
        yield database, address


@pytest.fixture
async def page(browser_page: Page, served: tuple[Database, str]) -> AsyncIterator[Page]:
    """The shop's page, which must not complain."""
    complaints: list[str] = []
    browser_page.on("pageerror", lambda error: complaints.append(str(error)))
    await browser_page.goto(served[1])
    yield browser_page
    assert [] == complaints


async def test_an_order_is_placed_and_shown(page: Page, served: tuple[Database, str]) -> None:
    await page.get_by_label("Customer", exact=True).select_option(
        label="Ada Lovelace · ada@example.org"
    )
    await page.get_by_label("Find a product").fill("lights")
    await expect(page.get_by_label("Product", exact=True).locator("option")).to_have_count(1)
    await page.get_by_label("Quantity").fill("3")
    await page.get_by_role("button", name="Place order").click()

    await expect(page.get_by_role("status")).to_have_text("Order 1 placed: 2.97")
    await expect(page.get_by_role("row").nth(1)).to_contain_text("Ada Lovelace")
    await expect(page.get_by_role("row").nth(1)).to_contain_text("2.97")
    await expect(page.get_by_label("Product", exact=True)).to_contain_text("7 in stock")
    assert 1 == await orders(served[0])


async def test_a_refused_order_says_why(page: Page, served: tuple[Database, str]) -> None:
    await page.get_by_label("Product", exact=True).select_option(value="3")
    await page.get_by_label("Quantity").fill("2")
    await page.get_by_role("button", name="Place order").click()

    await expect(page.get_by_role("alert")).to_have_text(
        "Not enough in stock: Product 3: 2 ordered, 1 in stock."
    )
    assert 0 == await orders(served[0])


async def test_two_orders_in_a_row_are_two_orders(page: Page, served: tuple[Database, str]) -> None:
    await page.get_by_role("button", name="Place order").click()
    await expect(page.get_by_role("status")).to_have_text("Order 1 placed: 0.99")
    await page.get_by_role("button", name="Place order").click()
    await expect(page.get_by_role("status")).to_have_text("Order 2 placed: 0.99")

    assert 2 == await orders(served[0])


async def test_a_name_that_looks_like_markup_is_shown_as_text(
    page: Page, served: tuple[Database, str]
) -> None:
    name = "<img src=x onerror=alert(1)>"
    async with served[0].begin() as session:
        (await session.get_one(Customer, 1)).last_name = name
    await page.reload()
    await page.get_by_label("Customer", exact=True).select_option(value="1")
    await page.get_by_role("button", name="Place order").click()

    await expect(page.get_by_role("row").nth(1)).to_contain_text(f"Ada {name}")
    assert 0 == await page.locator("img").count()


async def test_a_customer_beyond_the_first_hundred_is_searched_for(
    page: Page, served: tuple[Database, str]
) -> None:
    async with served[0].begin() as session:
        session.add_all(_customers(238))
    await page.reload()
    hint = page.get_by_text("Showing the first 100 of 240; search for the others.")
    await expect(hint).to_be_visible()
    await page.get_by_label("Find a customer").fill("customer238")

    choice = page.get_by_label("Customer", exact=True).locator("option")
    await expect(choice).to_have_text(["Customer 238 <b> · customer238@example.org"])
    await expect(hint).to_be_hidden()
    await page.get_by_label("Find a customer").fill("nobody")
    await expect(page.get_by_text("Nothing is found.")).to_be_visible()


def _customers(number: int) -> list[Customer]:
    return [
        Customer(
            first_name="Customer", last_name=f"{each} <b>", email=f"customer{each}@example.org"
        )
        for each in range(1, number + 1)
    ]


async def test_the_page_says_what_it_is_and_leads_to_its_documentation(page: Page) -> None:
    await expect(page.get_by_role("paragraph").first).to_contain_text(
        "the example shop of taskbound"
    )

    links = await page.get_by_role("link").evaluate_all("all => all.map(one => one.pathname)")
    assert ["/docs", "/health"] == links


async def test_every_control_has_a_label(page: Page) -> None:
    unnamed = await page.evaluate(
        "[...document.querySelectorAll('input, select')].filter((each) => !each.labels.length).length"
    )

    assert 0 == unnamed
