"""Nothing grows. `make chaos ARGS="--soak 600"` looks for longer."""

from __future__ import annotations

from sqlalchemy import URL

from tests.chaos.figures import table
from tests.chaos.soak import soak, soak_controls


async def test_mixed_work_keeps_nothing(bank_url: URL, seed: int) -> None:
    figures = (await soak(bank_url, seconds=2, seed=seed)).figures("here")

    assert not any(figure.missed for figure in figures), table(figures)


async def test_what_is_forgotten_is_seen_to_grow(bank_url: URL) -> None:
    figures = await soak_controls(bank_url, "here")

    assert not any(figure.missed for figure in figures), table(figures)
