"""What the end of a block does to its session, and what an attribute of an entity does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.kinds import AwaitableAttrs, Entity, Outside
from taskbound.check.summary.effects import is_external
from taskbound.check.summary.facts import Does, Fact
from taskbound.check.trace.events import AttributeRead, AttributeWrite, Block

if TYPE_CHECKING:
    from taskbound.check.source import Source
    from taskbound.check.trace.events import Event


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
    """An awaited attribute sends a statement; one that is set is a change of its session."""
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
