"""commit() inside a block that commits by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.kinds import Context, Session
from taskbound.check.rules.rule import Rule
from taskbound.check.summary.facts import Does
from taskbound.check.trace.events import Block, Call, Yield

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.finding import Finding
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.events import Item, Structure
    from taskbound.check.trace.trace import Trace


class InnerCommit(Rule):
    """The block of begin() owns its transaction: a commit within ends it under the block."""

    code = "TB303"
    name = "inner-commit"
    confidence = Confidence.HIGH
    summary = "A commit inside a block that commits by itself"

    def check(self, trace: Trace, program: Program) -> Iterator[Finding]:
        if not trace.places(Block) or Does.COMMITS not in program.does(trace):
            return
        for event, around in trace.places(Call):
            for fact in program.done(event, trace.source):
                if fact.does is not Does.COMMITS or fact.session is None or not fact.certain:
                    continue
                block = _block_of(fact.session, around, program)
                if block is not None and (
                    event.on(Session, "commit") or event.function is not None
                ):
                    yield self._found(trace, event, block)
                    break

    def _found(self, trace: Trace, call: Call, block: Block) -> Finding:
        opened = trace.source.segment(block.item.node.context_expr)
        within = (
            f"{call.function.spoken}() commits"
            if call.function is not None
            else f"{trace.source.segment(call.node.func)}() commits"
        )
        what = "the savepoint's whole transaction" if block.item.nested else "the transaction"
        return self.finding(
            trace.source,
            call.node,
            f"{within} {what} inside the block of {opened}, which ends it by itself, so any "
            "statement that follows in the block fails; flush() instead, or leave the commit to the block",
            flow=(trace.source.step(block.item.node.context_expr, "the block begins here"),),
        )


def _block_of(session: Session, around: tuple[Structure, ...], program: Program) -> Block | None:
    """The innermost block of begin() or begin_nested() of this session."""
    for structure in reversed(around):
        if (
            isinstance(structure, Block)
            and structure.item.session is session
            and _begins(structure.item, program)
        ):
            return structure
    return None


def _begins(item: Item, program: Program) -> bool:
    """Not a context manager that calls commit() after its yield: that one does not mind another."""
    if item.nested:
        return True
    if not (item.begins and item.commits):
        return False
    context = item.context
    if not isinstance(context, Context) or context.function is None:
        return True
    return any(
        isinstance(block, Block) and _begins(block.item, program)
        for event, around in program.trace(context.function).walk()
        if isinstance(event, Yield)
        for block in around
    )
