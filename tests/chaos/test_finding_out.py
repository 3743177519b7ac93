"""What a killed connection costs those who use the pool."""

from __future__ import annotations

import pytest
from sqlalchemy import URL

from tests.chaos.figures import table
from tests.chaos.finding_out import errors_per_kill
from tests.servers.revivable import Revivable


async def test_a_killed_connection_costs_one_error_at_most(
    server: Revivable | None, bank_url: URL
) -> None:
    if server is None:
        pytest.skip("SQLite has no connection that somebody else could end")
    figures = await errors_per_kill(bank_url, "here", rounds=2)

    assert not any(figure.missed for figure in figures), table(figures)
