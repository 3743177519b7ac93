"""Law: in a transaction, a task waits for the database and for nothing else.

A connection that lies idle in a transaction is one less for everybody else, keeps its locks, and keeps
the server from cleaning up. It is seen when the session is used again, or when a checkout has waited in
vain; no watcher runs beside.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from taskbound.errors import HeldConnection
from taskbound.guard.holding import holder_in, is_holding
from taskbound.guard.report import report
from taskbound.place import calling_place

if TYPE_CHECKING:
    from taskbound.errors import Holder
    from taskbound.guard.modes import Modes
    from taskbound.guard.session import GuardedSession


# What has to be done whatever the session has done before, so that nothing is raised there.
_GIVING_BACK = frozenset(("close", "invalidate", "reset", "rollback"))


def check_back(session: GuardedSession, name: str) -> None:
    """Report a session that begins its next operation after its connection has lain idle for too long."""
    owner = session.ownership
    if owner.due and time.monotonic() > owner.due:
        report_back(session, raises=name not in _GIVING_BACK)


def use_within(session: GuardedSession) -> None:
    """Note that the operation inside uses the database, and report it where that is late."""
    owner = session.ownership
    if owner.heeded:
        return
    owner.heeded = True
    if owner.due and time.monotonic() > owner.due:
        report_back(session)


def report_back(session: GuardedSession, *, raises: bool = True) -> None:
    """Report a session that is used again too late, where it has held a connection all the time."""
    if error := _late(session):
        report(error, error.back, session.modes, raises=raises)


def refusal(session: GuardedSession, name: str) -> HeldConnection | None:
    """The error that the end of a late block deserves. What is not to raise is reported here."""
    owner = session.ownership
    if not owner.due or time.monotonic() <= owner.due:
        return None
    if session.modes.of(HeldConnection.code) == "raise" and name not in _GIVING_BACK:
        return _late(session)
    report_back(session, raises=False)
    return None


def _late(session: GuardedSession) -> HeldConnection | None:
    owner = session.ownership
    idle_since, owner.due = owner.due - owner.budget, 0.0
    if not is_holding(session):
        return None
    holder = holder_in(session)
    return HeldConnection(
        place=holder.place if holder is not None else None,
        operation=owner.used_by,
        seconds=time.monotonic() - idle_since,
        budget=owner.budget,
        back=calling_place(),
    )


def report_waiting(holder: Holder, budget: float, modes: Modes) -> None:
    """Report a holder that is idle in a transaction while others wait, if it is so for longer than it may."""
    if holder.is_busy or not holder.in_transaction or holder.seconds < budget:
        return
    if holder.waits_at is None:
        return
    error = HeldConnection(
        place=holder.place,
        operation=None,
        seconds=holder.seconds,
        budget=budget,
        waits_at=holder.waits_at,
    )
    # Not the fault of who waits in vain, so it is not raised there.
    report(error, holder.waits_at, modes, raises=False)
