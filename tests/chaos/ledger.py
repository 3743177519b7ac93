"""A bank, as in Jepsen's test of that name: what is written, what its clients were told, and what must be
there in the end.

Money moves between accounts. The row of a transfer, with an id of its own, is written in the transaction
that moves the money. Nothing makes the ids unique in the database: what is written twice shall be seen.
"""

from __future__ import annotations

import enum
import random
from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import BigInteger, Integer, String, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from taskbound import Database, TaskSession
from tests.chaos.figures import Figure

ACCOUNTS = 12
BALANCE = 1000
TOTAL = ACCOUNTS * BALANCE

# The most that a transfer moves.
_MOST = 20

_Number = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """The base of the bank's tables."""


class Account(Base):
    """Money."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    balance: Mapped[int]


class Transfer(Base):
    """Money that has moved."""

    __tablename__ = "transfer"

    number: Mapped[int] = mapped_column(_Number, primary_key=True)
    order: Mapped[str] = mapped_column("order_id", String(60), index=True)
    source: Mapped[int]
    target: Mapped[int]
    amount: Mapped[int]


@dataclass
class BalanceRead:
    """An account as a DTO."""

    id: int
    balance: int


@dataclass(frozen=True, slots=True)
class Order:
    """What a client wants: money of one account in another one."""

    id: str
    source: int
    target: int
    amount: int


class Outcome(enum.Enum):
    """What a client was told of its order."""

    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass
class Ledger:
    """What all clients were told. An order of which nobody was told anything is of unknown outcome."""

    name: str
    """Begins the ids of the orders, so that the ledgers of several processes can be added up."""
    told: dict[str, Outcome] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    """What was raised, for those who look for a cause."""
    wrong_totals: int = 0
    """Reads that saw money come or go."""
    reads: int = 0

    def order(self, chance: random.Random) -> Order:
        """A new order, noted before anything is sent."""
        source, target = chance.sample(range(ACCOUNTS), 2)
        order = Order(f"{self.name}-{len(self.told)}", source, target, chance.randint(1, _MOST))
        self.told[order.id] = Outcome.UNKNOWN
        return order

    def tell(self, order: Order, outcome: Outcome, error: BaseException | None = None) -> None:
        """Note what the client of an order was told."""
        self.told[order.id] = outcome
        if error is not None:
            said = f"{outcome.value}: {type(error).__name__}: {error}"
            self.errors[said.partition("\n")[0][:160]] += 1

    def add(self, other: Ledger) -> None:
        """Take what another ledger holds into this one."""
        self.told |= other.told
        self.errors += other.errors
        self.wrong_totals += other.wrong_totals
        self.reads += other.reads

    def number(self, outcome: Outcome) -> int:
        """How many clients were told this."""
        return sum(told is outcome for told in self.told.values())


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the database holds of what the clients were told."""

    operations: int
    acknowledged: int
    refused: int
    unknown: int
    durable: int
    """Of the unknown ones, those that are there."""
    lost: int
    """Acknowledged, and not there."""
    duplicated: int
    """There more than once."""
    phantoms: int
    """Refused, and there; or there, and nobody's order."""
    torn: int
    """Accounts that do not hold what their transfers leave them."""
    created: int
    """Money that has come or gone in all."""
    wrong_totals: int
    reads: int

    def figures(self, where: str) -> list[Figure]:
        """What was promised: all of it zero, whatever has befallen the bank."""
        counted = [
            ("F4", "acknowledged and lost", self.lost),
            ("F4", "refused and there", self.phantoms),
            ("F4", "accounts that do not add up", self.torn),
            ("F4", "money made or lost", abs(self.created)),
            ("F5", "there twice", self.duplicated),
        ]
        figures = [
            Figure(name, where, what, seen, of=self.operations) for name, what, seen in counted
        ]
        if self.reads:
            wrong = Figure("F4", where, "reads of a wrong total", self.wrong_totals, of=self.reads)
            figures.append(wrong)
        return figures

    def __str__(self) -> str:
        return (
            f"{self.operations:,} operations: {self.acknowledged:,} acknowledged,"
            f" {self.refused:,} refused, {self.unknown:,} unknown ({self.durable:,} of them there);"
            f" lost {self.lost}, duplicated {self.duplicated}, phantoms {self.phantoms},"
            f" torn {self.torn}, total off by {self.created}, wrong totals {self.wrong_totals}"
            f" of {self.reads:,}"
        )


async def open_bank(database: Database) -> None:
    """The tables, and the accounts with their money."""
    await database.create_all(Base.metadata)
    async with database.begin() as session:
        session.add_all(Account(id=number, balance=BALANCE) for number in range(ACCOUNTS))


async def move(session: AsyncSession, order: Order, chance: random.Random) -> None:
    """Do what an order says, in one of the ways that programs have for it."""
    way = chance.random()
    if isinstance(session, TaskSession) and way < 1 / 3:
        await _move_rows(session, order)
        return
    if way < 2 / 3:
        await _move_entities(session, order)
    else:
        await _move_by_statements(session, order)
    session.add(
        Transfer(order=order.id, source=order.source, target=order.target, amount=order.amount)
    )
    if chance.random() < 0.5:
        # Otherwise the block's end sends it.
        await session.flush()


async def _move_entities(session: AsyncSession, order: Order) -> None:
    # Locked in the order that comes, so that deadlocks come as well.
    source = await session.get_one(Account, order.source, with_for_update=True)
    target = await session.get_one(Account, order.target, with_for_update=True)
    source.balance -= order.amount
    target.balance += order.amount


async def _move_rows(session: TaskSession, order: Order) -> None:
    # Nothing of SQLAlchemy's has a hand in it, up to the COMMIT.
    for account, change in ((order.source, -order.amount), (order.target, order.amount)):
        locked = select(Account).where(Account.id == account).with_for_update()
        read = await session.project(BalanceRead, locked).one()
        await session.update(Account, {"balance": read.balance + change}, key=account)
    await session.insert(
        Transfer,
        {
            "order": order.id,
            "source": order.source,
            "target": order.target,
            "amount": order.amount,
        },
    )


async def _move_by_statements(session: AsyncSession, order: Order) -> None:
    for account, change in ((order.source, -order.amount), (order.target, order.amount)):
        await session.execute(
            update(Account)
            .where(Account.id == account)
            .values(balance=Account.balance + change)
            .execution_options(synchronize_session=False)
        )


async def read_total(database: Database, chance: random.Random) -> int:
    """The money of all accounts: one statement, which sees one state."""
    if chance.random() < 0.5:
        return sum(read.balance for read in await database.project(BalanceRead, Account).all())
    async with database.session() as session:
        return int(await session.scalar(select(func.sum(Account.balance))) or 0)


async def judge(database: Database, ledger: Ledger) -> Verdict:
    """Compare what the clients were told with what is there."""
    async with database.session() as session:
        counted = await session.execute(
            select(Transfer.order, func.count()).group_by(Transfer.order)
        )
        there = {order: int(count) for order, count in counted}
        torn, money = await _torn(session)
    told = ledger.told
    acknowledged, refused, unknown = (
        {order for order, outcome in told.items() if outcome is wanted} for wanted in Outcome
    )
    return Verdict(
        operations=len(told),
        acknowledged=len(acknowledged),
        refused=len(refused),
        unknown=len(unknown),
        durable=len(unknown & there.keys()),
        lost=len(acknowledged - there.keys()),
        duplicated=sum(count > 1 for count in there.values()),
        phantoms=len(refused & there.keys()) + len(there.keys() - told.keys()),
        torn=torn,
        created=money - TOTAL,
        wrong_totals=ledger.wrong_totals,
        reads=ledger.reads,
    )


async def _torn(session: AsyncSession) -> tuple[int, int]:
    """The accounts that do not hold what their transfers leave them, and the money of all."""
    due = dict.fromkeys(range(ACCOUNTS), BALANCE)
    for source, target, amount in await session.execute(
        select(Transfer.source, Transfer.target, Transfer.amount)
    ):
        due[source] -= amount
        due[target] += amount
    found = {
        row.id: row.balance for row in await session.execute(select(Account.id, Account.balance))
    }
    return sum(due[account] != found.get(account) for account in due), sum(found.values())
