"""How much may be asked of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.errors import UnfitPage

if TYPE_CHECKING:
    from typing import Literal

LARGEST_PAGE = 1000


def check_page(
    *,
    size: int,
    after: str | None = None,
    before: str | None = None,
    offset: int = 0,
    total: Literal["none", "exact"] | int = "none",
    largest: int = LARGEST_PAGE,
) -> None:
    """Refuse a page that cannot be.

    size: rows of a page; largest: the most that may be asked for.
    offset: rows to pass over.
    total: "none", "exact", or the number of rows at which counting ends.

    Raises `UnfitPage` where `size` is not from 1 to `largest`, `offset` or `total` is below 0, `total` is
    another text, or both `after` and `before` are given.
    """
    if not 1 <= size <= largest:
        raise UnfitPage(
            reason=f"a page was asked for with size={size}", cure=f"ask for 1 to {largest} rows"
        )
    if after is not None and before is not None:
        raise UnfitPage(
            reason="a page was asked for with both after and before",
            cure="hand over page.next as after, or page.previous as before",
        )
    if offset < 0:
        raise UnfitPage(
            reason=f"a page was asked for with offset={offset}",
            cure="ask for an offset of 0 or more",
        )
    if total not in {"none", "exact"} and (isinstance(total, str) or total < 0):
        raise UnfitPage(
            reason=f"a page was asked for with total={total!r}",
            cure='write total="none", total="exact", or the number of rows at which counting may end',
        )
