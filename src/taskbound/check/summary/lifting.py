"""A fact as it is seen from elsewhere: by the caller of a function, or from where a task was started."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from taskbound.check.kinds import Outside
from taskbound.check.source import is_within
from taskbound.check.summary.effects import LOCKS
from taskbound.check.summary.facts import Does, Fact
from taskbound.check.trace.events import Block, Branch, Loop, Try

if TYPE_CHECKING:
    from collections.abc import Iterable

    from taskbound.check.finding import Step
    from taskbound.check.kinds import Session
    from taskbound.check.trace.binding import Substitution
    from taskbound.check.trace.events import Call, Event, Structure

_LONGEST = 12


def lifted(
    facts: Iterable[Fact], put: Substitution, steps: tuple[Step, ...], call: Call | None
) -> list[Fact]:
    """A callee's facts as its caller sees them, with the steps that lead there."""
    lifted = []
    for fact in facts:
        session = fact.session
        if session is not None:
            session = None if _is_of_own(fact.name, session) else put.session(session)
        lifted.append(
            Fact(
                fact.does, session, (*steps, *fact.steps)[:_LONGEST], call=call or fact.call, name=fact.name,
                certain=fact.certain, last=fact.last, locked=fact.locked,
            )
        )  # fmt: skip
    return lifted


def _is_of_own(name: str, session: Session) -> bool:
    """Does the end of a block do it, which ends a session of its own alone, not one that was given?"""
    return session.how == "either" and name == "with"


def again(fact: Fact, call: Call) -> Fact:
    """The fact at the call that starts it."""
    return Fact(
        fact.does, fact.session, fact.steps, call=call, name=fact.name, certain=fact.certain, last=fact.last,
        locked=fact.locked,
    )  # fmt: skip


def placed(fact: Fact, event: Event, around: tuple[Structure, ...]) -> Fact:
    """The fact in the structures around it, which may make it uncertain or lock it."""
    certain = fact.certain and not any(_is_doubtful(structure, event, fact) for structure in around)
    locked = fact.locked or any(
        isinstance(structure, Block) and is_lock(structure) for structure in around
    )
    return Fact(
        fact.does,
        fact.session,
        fact.steps,
        call=fact.call,
        name=fact.name,
        certain=certain,
        last=fact.last,
        locked=locked,
    )


def _is_doubtful(structure: Structure, event: Event, fact: Fact) -> bool:
    if isinstance(structure, Try):
        # What stands in a handler happens after an exception alone.
        node: Any = structure.node
        return not _within(event, [*node.body, *node.orelse, *node.finalbody])
    if isinstance(structure, Loop):  # what writes each item of a list is there to write
        return fact.does not in (Does.CHANGES, Does.WRITES)
    return isinstance(structure, Branch)


def _within(event: Event, statements: list[object]) -> bool:
    line = getattr(event.node, "lineno", 0)
    return any(is_within(line, node) for node in statements)


def is_lock(block: Block) -> bool:
    """Is it the block of a lock, so that two tasks are never in it at once?"""
    context = block.item.context
    if isinstance(context, Outside):
        return context.path in LOCKS or context.path.endswith((".lock()", ".Lock()"))
    return False
