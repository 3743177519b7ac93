"""How much may be asked of a page."""

from __future__ import annotations

from typing import Any

import pytest

from taskbound import UnfitPage
from taskbound.statement.extent import LARGEST_PAGE, check_page


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"size": 0}, "size=0; ask for 1 to 1000 rows"),
        ({"size": 1001}, "size=1001; ask for 1 to 1000 rows"),
        ({"size": 11, "largest": 10}, "size=11; ask for 1 to 10 rows"),
        ({"size": 5, "offset": -1}, "offset=-1; ask for an offset of 0 or more"),
        (
            {"size": 5, "after": "a", "before": "b"},
            "both after and before; hand over page.next as after, or page.previous as before",
        ),
        (
            {"size": 5, "total": -1},
            'total=-1; write total="none", total="exact", or the number of rows at which counting '
            "may end",
        ),
        (
            {"size": 5, "total": "all"},
            'total=\'all\'; write total="none", total="exact", or the number of rows at which '
            "counting may end",
        ),
    ],
)
def test_a_page_that_cannot_be_is_refused(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(UnfitPage) as caught:
        check_page(**asked)

    assert str(caught.value) == (f"a page was asked for with {said} (TB510, docs/errors/TB510.md)")


@pytest.mark.parametrize(
    "asked",
    [
        {"size": 1},
        {"size": LARGEST_PAGE, "after": "a"},
        {"size": 5, "before": "b", "total": "exact"},
        {"size": 5, "offset": 0, "total": 0},
    ],
)
def test_any_other_page_may_be_asked_for(asked: dict[str, Any]) -> None:
    check_page(**asked)
