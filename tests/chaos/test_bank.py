"""What the clients of a bank were told holds, whatever has befallen it. `make chaos` runs it for longer."""

from __future__ import annotations

from sqlalchemy import URL

from tests.chaos.bank import open_in_peace, open_under_faults
from tests.chaos.controls import controls
from tests.chaos.faults import Fault
from tests.chaos.figures import table
from tests.chaos.load import Load
from tests.servers.revivable import Revivable

# Two of each kind, and one server that is killed.
FAULTS = dict.fromkeys(Fault, 2) | {Fault.RESTART: 1}


async def test_every_client_of_the_bank_was_told_the_truth(
    server: Revivable | None, bank_url: URL, seed: int
) -> None:
    load = Load(operations=60, cancellations=30)
    if server is None:
        closing = await open_in_peace(bank_url, load, seed=seed)
    else:
        closing = await open_under_faults(bank_url, load, FAULTS, seed=seed, server=server)

    figures = closing.figures("here")
    assert not any(figure.missed for figure in figures), f"{closing}\n{table(figures)}"
    assert closing.verdict.acknowledged > 0 and closing.cancelled >= load.cancellations


async def test_the_mistakes_that_a_bank_can_make_are_seen(bank_url: URL, seed: int) -> None:
    figures = await controls(bank_url, "here", seed=seed)

    assert not any(figure.missed for figure in figures), table(figures)
