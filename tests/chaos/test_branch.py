"""Processes that share a SQLite file, and are killed."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlalchemy import make_url

from taskbound import Database
from tests.chaos.branch import branches, heard
from tests.chaos.ledger import Outcome, judge, open_bank


async def test_killed_processes_leave_a_ledger_that_adds_up(tmp_path: Path, seed: int) -> None:
    url = make_url(f"sqlite+aiosqlite:///{tmp_path}/bank.sqlite")
    async with Database(url) as database:
        await open_bank(database)
        ledger = await asyncio.to_thread(branches, url, tmp_path, number=2, kills=2, seed=seed)
        verdict = await judge(database, ledger)

    assert not any(figure.missed for figure in verdict.figures("here")), verdict
    assert verdict.acknowledged > 0


def test_what_a_killed_process_left_open_is_unknown() -> None:
    ledger = heard("one", "one-0\none-0 acknowledged\none-1\none-1 refu")

    assert {"one-0": Outcome.ACKNOWLEDGED, "one-1": Outcome.UNKNOWN} == ledger.told
