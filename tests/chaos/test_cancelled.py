"""What a storm of cancellations looks for, it would see."""

from __future__ import annotations

from sqlalchemy import URL

from tests.chaos.cancelled import storm_controls
from tests.chaos.figures import table


async def test_what_a_cancellation_could_leave_behind_is_seen(bank_url: URL) -> None:
    figures = await storm_controls(bank_url, "here")

    assert not any(figure.missed for figure in figures), table(figures)
