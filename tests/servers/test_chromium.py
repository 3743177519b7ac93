"""The browser that browser tests get."""

from __future__ import annotations

import pytest
from playwright.async_api import Error, Page, expect


async def test_a_page_shows_what_it_is_given_and_runs_its_scripts(browser_page: Page) -> None:
    await browser_page.set_content("<h1>shop</h1><script>document.title = 'open'</script>")

    await expect(browser_page.get_by_role("heading")).to_have_text("shop")
    assert "open" == await browser_page.title()


async def test_a_page_reaches_no_other_machine(browser_page: Page) -> None:
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        await browser_page.goto("http://example.com")
