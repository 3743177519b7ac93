"""The code in the documentation does what the page says."""

from __future__ import annotations

import pytest

from tests.docs.page import MODELS, Page, error_pages, pages
from tests.docs.reader import Reader

_WITH_CODE = [page for page in pages() if page.blocks("python") and page.path != MODELS]
_PROSE = [page for page in _WITH_CODE if page not in error_pages()]


@pytest.mark.parametrize("page", _PROSE, ids=lambda page: page.name)
def test_every_block_of_a_page_runs_after_the_ones_above_it(page: Page, reader: Reader) -> None:
    for block in page.blocks("python"):
        reader.run(block)
