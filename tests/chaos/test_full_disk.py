"""SQLite without room refuses, keeps what it has, and goes on when there is room again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.full_disk import Limit, in_a_process
from tests.chaos.ledger import Verdict

SAID = {
    Limit.PAGES: ("SQLITE_FULL", "OperationalError"),
    # After an error of the operating system's nobody knows what has reached the file.
    Limit.FILE: ("SQLITE_IOERR_WRITE", "CommitOutcomeUnknown"),
}
# How many of three more are through while there is no room. A file that may not grow has some inside.
WITHOUT = {Limit.PAGES: (0,), Limit.FILE: (0, 1, 2)}


@pytest.mark.parametrize("limit", list(Limit), ids=lambda limit: str(limit.name))
def test_a_full_disk_is_an_error_and_nothing_else(tmp_path: Path, limit: Limit, seed: int) -> None:
    short = in_a_process(f"sqlite+aiosqlite:///{tmp_path}/bank.sqlite", limit, seed=seed)

    assert SAID[limit] == (short.code, short.said)
    assert short.before > 0 and short.without in WITHOUT[limit] and 5 == short.after
    assert whole(short.verdict)


def whole(verdict: Verdict) -> bool:
    return not any(figure.missed for figure in verdict.figures("here"))
