"""FastAPI runs what follows the yield of a dependency after the response was sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.kinds import Session
from taskbound.check.rules.rule import Rule
from taskbound.check.trace.events import Block, Call, Yield

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from taskbound.check.finding import Finding
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.trace import Trace

_DEPENDS = re.compile(r"\b(?:Depends|Security)\(\s*([\w.]+)\s*([^()]*)")


class CommitAfterResponse(Rule):
    """A generator dependency that commits after its yield, without scope="function"."""

    code = "TB305"
    name = "commit-after-response"
    confidence = Confidence.MEDIUM
    summary = "A dependency commits after the response was sent"

    def __init__(self) -> None:
        self._names: set[str] | None = None

    def check(self, trace: Trace, program: Program) -> Iterator[Finding]:
        if not trace.yields or not trace.function.asynchronous or trace.function.decorators:
            return
        if trace.function.name not in self._dependencies(program):
            return
        yielded = False
        for event, around in trace.walk():
            if isinstance(event, Yield) and isinstance(event.kind, Session):
                yielded = True
                for structure in around:
                    if (
                        isinstance(structure, Block)
                        and structure.item.commits
                        and structure.item.session is event.kind
                    ):
                        yield self._found(
                            trace, structure.item.node.context_expr, "the block commits"
                        )
            elif (
                yielded
                and isinstance(event, Call)
                and event.on(Session, "commit")
                and event.awaited
            ):
                yield self._found(
                    trace, event.node, f"{trace.source.segment(event.node.func)}() commits"
                )

    def _found(self, trace: Trace, node: ast.AST, what: str) -> Finding:
        name = trace.function.name
        return self.finding(
            trace.source,
            node,
            f"{what} after the yield of {name}(), which FastAPI runs after the response: a commit "
            "that fails is answered with 200; commit in the handler, or "
            f'say Depends({name}, scope="function")',
        )

    def _dependencies(self, program: Program) -> set[str]:
        """The functions that FastAPI's Depends() is given somewhere, without scope="function"."""
        if self._names is None:
            self._names = set()
            ended: set[str] = set()
            for module in program.project.relevant():
                text = module.source.text
                asks = "fastapi" in text and ("Depends(" in text or "Security(" in text)
                for found in _DEPENDS.finditer(text) if asks else ():
                    kept = (
                        ended if re.search(r"scope\s*=\s*[\"']function", found[2]) else self._names
                    )
                    kept.add(found[1].rpartition(".")[2])
            self._names -= ended
        return self._names
