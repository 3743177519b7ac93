"""The mistakes that a bank must not make, made on purpose: the same counting has to see each of them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager

from sqlalchemy import URL, event, select
from sqlalchemy.orm import Session

from taskbound import Database
from tests.chaos.figures import Figure, control
from tests.chaos.ledger import ACCOUNTS, TOTAL, Account, Ledger, Verdict, judge, move, open_bank
from tests.chaos.proxy import COMMIT, LOOPBACK, Proxy, proxied
from tests.chaos.server_side import sessions
from tests.chaos.tellers import Teller, blind, halving, hasty, sure

# Orders of each control: one is enough to be seen.
_ORDERS = 3


class CommitBroken(Exception):
    """Raised in the place of a broken connection where there is none to break: on SQLite."""


async def controls(url: URL, where: str, *, seed: int) -> list[Figure]:
    """Every control, each in the same empty database of its own, one after the other."""
    chance = random.Random(seed)
    async with AsyncExitStack() as stack:
        whole = await stack.enter_async_context(Database(url))
        proxy: Proxy | None = None
        if url.get_backend_name() != "sqlite":
            proxy = await stack.enter_async_context(proxied(LOOPBACK, url.port or 0))
        through = url if proxy is None else url.set(port=proxy.port)
        database = await stack.enter_async_context(Database(through))
        await open_bank(whole)
        bench = _Bench(whole, database, proxy, chance)

        lost = await bench.orders(hasty, delivered=False)
        phantom = await bench.orders(sure, delivered=True)
        twice = await bench.orders(blind, delivered=True)
        wrong = await _wrong_totals(database, chance)
        torn = await bench.orders(halving, delivered=None)
        seen = [
            ("F4", "acknowledged before the commit: lost", lost.lost),
            ("F4", "unknown taken for refused: there", phantom.phantoms),
            ("F4", "in two transactions: accounts that do not add up", torn.torn),
            ("F4", "in two transactions: money made or lost", abs(torn.created)),
            ("F5", "tried again blindly: there twice", twice.duplicated),
        ]
        return [
            *(control(name, where, what, found, of=_ORDERS) for name, what, found in seen),
            control("F4", where, "read in two statements: a wrong total", wrong, of=1),
            *await _leaks(url, where, through),
        ]


class _Bench:
    """Where one teller after the other makes its mistake."""

    def __init__(
        self, whole: Database, database: Database, proxy: Proxy | None, chance: random.Random
    ) -> None:
        self._whole = whole
        self._database = database
        self._proxy = proxy
        self._chance = chance

    async def orders(self, teller: Teller, *, delivered: bool | None) -> Verdict:
        """What is found after some orders, at each of which a COMMIT breaks.

        delivered: whether the COMMIT reaches the database; None breaks none.
        """
        ledger = Ledger(teller.__name__)
        for _ in range(_ORDERS):
            with self._breaking(delivered):
                await teller(self._database, ledger, ledger.order(self._chance), self._chance)
        return await judge(self._whole, ledger)

    @contextmanager
    def _breaking(self, delivered: bool | None) -> Iterator[None]:
        with ExitStack() as stack:
            if delivered is None:
                pass
            elif self._proxy is None:
                stack.enter_context(_breaking_one(delivered))
            else:
                needle = COMMIT[self._whole.engine.dialect.name]
                self._proxy.cut_on(needle, delivered=delivered)
                stack.callback(self._proxy.restore)
            yield


@contextmanager
def _breaking_one(delivered: bool) -> Iterator[None]:
    """Raise once, before the next COMMIT of any session or after it."""
    name = "after_commit" if delivered else "before_commit"
    broken = False

    def break_once(_session: Session) -> None:
        nonlocal broken
        if not broken:
            broken = True
            raise CommitBroken

    event.listen(Session, name, break_once)
    try:
        yield
    finally:
        event.remove(Session, name, break_once)


async def _wrong_totals(database: Database, chance: random.Random) -> int:
    """Whether money that moves between two statements is missed by who adds them up."""
    ledger = Ledger("between")
    half = select(Account.balance)
    async with database.session() as session:
        seen = list(await session.scalars(half.where(Account.id < ACCOUNTS // 2)))
    order = ledger.order(chance)
    while (order.source < ACCOUNTS // 2) is (order.target < ACCOUNTS // 2):
        order = ledger.order(chance)
    async with database.begin() as session:
        await move(session, order, chance)
    async with database.session() as session:
        seen += await session.scalars(half.where(Account.id >= ACCOUNTS // 2))
    return int(sum(seen) != TOTAL)


async def _leaks(url: URL, where: str, through: URL) -> list[Figure]:
    """Clients that forget to close: their connections, their transactions, and a pool too many."""
    async with Database(through, pool_size=2) as database, Database(through) as second:
        forgotten = [database.session(), second.session()]
        for session in forgotten:
            await session.execute(select(Account))
        found = await asyncio.to_thread(sessions, url)
        checked_out = database.statistics().checked_out
        for session in forgotten:
            await session.close()
    figures = [control("F1", where, "not closed: connections checked out", checked_out, of=1)]
    if url.get_backend_name() == "sqlite":
        return figures
    return [
        *figures,
        control("F1", where, "not closed: in a transaction", found.in_transaction, of=2, least=2),
        control("F1", where, "a second pool: sessions beyond the first's", found.open - 1, of=1),
    ]
