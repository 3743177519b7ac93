"""What one event does by itself, without a look into the project's functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.kinds import (
    AwaitableAttrs,
    Collection,
    Coroutine,
    Entity,
    Kind,
    Outside,
    Session,
    Statement,
    Task,
    contained,
)
from taskbound.check.summary.effects import METHODS, WRITING, is_external
from taskbound.check.summary.facts import Does, Fact
from taskbound.check.trace.events import AttributeRead, AttributeWrite

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from taskbound.check.source import Source
    from taskbound.check.trace.events import Block, Call, Event


def children(kinds: Iterable[Kind]) -> Iterator[Kind]:
    """What may run, of what a library is given."""
    for kind in kinds:
        if isinstance(kind, (Coroutine, Task, Outside)):
            yield kind
        elif isinstance(kind, Collection):
            for item, _ in contained(kind):
                if isinstance(item, (Coroutine, Task, Outside)):
                    yield item


def handed(call: Call, source: Source) -> list[Fact]:
    """What a library is given may be used by it. A part of the project that is not there is no library."""
    if call.qualname.partition(".")[0] == source.module.partition(".")[0]:
        return []
    step = source.step(call.node, f"given to {call.qualname or call.name}()")
    return [
        Fact(Does.HANDED, kind, (step,), call=call, name=call.qualname)
        for kind in (*call.args, *call.keywords.values())
        if isinstance(kind, Session)
    ]


def of_session(call: Call, session: Session, source: Source) -> list[Fact]:
    """What a method of a session does to it."""
    does = METHODS.get(call.name, ())
    if not does:
        return []
    statement = call.argument(0, "statement")
    if Does.EXECUTES in does and isinstance(statement, Statement) and statement.verb in WRITING:
        does = (*does, Does.WRITES)
    step = source.step(call.node, f"{session.name}.{call.name}()")
    return [Fact(one, session, (step,), call=call, name=call.name) for one in does]


def of_block(block: Block, source: Source) -> list[Fact]:
    """A block's end is told at its beginning: order within a function is what `Flow` is for."""
    item, session = block.item, block.item.session
    if session is None:
        return _of_entered(block, source)
    step = source.step(block.node, f"the block of {session.name}")
    does = [
        one
        for one, said in (
            (Does.OPENS, item.opens), (Does.COMMITS, item.commits), (Does.ROLLS_BACK, item.rolls_back),
            (Does.CLOSES, item.closes),
        )
        if said
    ]  # fmt: skip
    if item.nested:
        does.append(Does.EXECUTES)
    return [Fact(one, session, (step,), call=None, name="with") for one in does]


def _of_entered(block: Block, source: Source) -> list[Fact]:
    """`async with client.stream(...)` waits for its answer; `async with httpx.AsyncClient()` does not."""
    context = block.item.context
    if not (block.asynchronous and isinstance(context, Outside) and context.path.endswith("()")):
        return []
    if context.path.count("()") < 2 or not is_external(context.path):  # noqa: PLR2004 - the client's and its method's
        return []
    step = source.step(block.item.node.context_expr, f"{context.name}() is entered")
    return [Fact(Does.WAITS, None, (step,), call=None, name=context.name)]


def of_attribute(event: Event, source: Source) -> list[Fact]:
    """What reading or setting an attribute of an entity does to its session."""
    if (
        isinstance(event, AttributeRead)
        and event.awaited
        and isinstance(event.owner, AwaitableAttrs)
    ):
        session = event.owner.entity.session
        step = source.step(event.node, f"awaitable_attrs.{event.name} is awaited")
        return [Fact(Does.EXECUTES, session, (step,), call=None, name="awaitable_attrs")]
    if (
        isinstance(event, AttributeWrite)
        and isinstance(event.owner, Entity)
        and event.owner.session is not None
    ):
        step = source.step(event.node, f"{event.owner.cls.name}.{event.name} is set")
        return [Fact(Does.CHANGES, event.owner.session, (step,), call=None, name=event.name)]
    return []
