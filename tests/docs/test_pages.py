"""The code in the documentation does what the page says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.docs.page import MODELS, Page, error_pages, pages
from tests.docs.reader import Reader
from tests.docs.sent import as_sent, sent
from tests.garbage import sweep

_WITH_CODE = [page for page in pages() if page.blocks("python") and page.path != MODELS]
_PROSE = [page for page in _WITH_CODE if page not in error_pages()]
_WITH_SQL = [page for page in _PROSE if page.blocks("sql")]

# A page that shows what SQLAlchemy does alone leaves a coroutine of the driver behind, as that does.
pytestmark = pytest.mark.filterwarnings("ignore:coroutine 'Connection.cursor' was never awaited")


@pytest.fixture(autouse=True)
def _nothing_is_left_to_later_tests() -> Iterator[None]:
    yield
    sweep()


@pytest.mark.parametrize("page", _PROSE, ids=lambda page: page.name)
def test_every_block_of_a_page_runs_after_the_ones_above_it(page: Page, reader: Reader) -> None:
    for block in page.blocks("python"):
        reader.run(block)


@pytest.mark.parametrize("page", _WITH_SQL, ids=lambda page: page.name)
def test_the_sql_below_a_block_is_what_the_block_sends(page: Page, reader: Reader) -> None:
    for example in page.examples():
        with sent() as statements:
            reader.run(example.code)

        if example.sql is not None:
            assert statements == as_sent(example.sql.source), f"line {example.sql.line}"


@pytest.mark.parametrize("page", _WITH_SQL, ids=lambda page: page.name)
def test_sql_stands_below_the_block_that_sends_it(page: Page) -> None:
    shown = [example.sql for example in page.examples() if example.sql is not None]

    assert shown == page.blocks("sql")
