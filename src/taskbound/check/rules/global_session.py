"""A session that lives as long as the program is every task's session."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.kinds import UNKNOWN, Instance, Session, sessions_in
from taskbound.check.rules.rule import Rule
from taskbound.check.trace.events import Assign, AttributeWrite, Return
from taskbound.check.trace.state import is_of_application, is_state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.finding import Finding
    from taskbound.check.index.facts import Assigned, ModuleFacts
    from taskbound.check.kinds import Kind
    from taskbound.check.source import Source
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.trace import Trace

_CACHES = ("lru_cache", "cache", "cached", "cached_property", "singleton")


class GlobalSession(Rule):
    """A session in a module's name, on a class, in a global object, or given by a cached function."""

    code = "TB705"
    name = "global-session"
    confidence = Confidence.HIGH
    summary = "A session lives as long as the program"

    def check(self, trace: Trace, program: Program) -> Iterator[Finding]:
        if trace.function.name == "<module>":
            for event in trace.events:
                if isinstance(event, Assign):
                    yield from self._kept(
                        trace, event.kind, f"the name `{event.name}` of the module"
                    )
        elif trace.function.decorated(*_CACHES):
            for event in trace.of(Return):
                yield from self._kept(trace, event.kind, f"the cache of {trace.function.spoken}()")
        for write in trace.of(AttributeWrite):
            if write.kind is not None and is_state(write.owner) and is_of_application(write.owner):
                yield from self._kept(trace, write.kind, f"app.state.{write.name}")

    def check_module(self, module: ModuleFacts, program: Program) -> Iterator[Finding]:
        for cls in module.classes:
            for name, assigned in cls.attributes.items():
                kind = program.world.global_kind(assigned) if _is_call(assigned) else UNKNOWN
                if (
                    isinstance(kind, Session)
                    and isinstance(kind.node, ast.Call)  # not by its annotation: PrivateAttr()
                    and kind.asynchronous
                    and not kind.scoped
                    and not kind.connection
                ):
                    yield self._finding(module.source, assigned.values[-1], f"{cls.name}.{name}")

    def _kept(self, trace: Trace, kind: Kind, where: str) -> Iterator[Finding]:
        if not isinstance(kind, (Session, Instance)):
            return
        for session in sessions_in(kind):
            if (
                session.how in ("opened", "global")
                and session.asynchronous
                and not session.scoped
                and session.source is trace.source
            ):
                yield self._finding(trace.source, session.node, where)

    def _finding(self, source: Source, node: ast.AST, where: str) -> Finding:
        return self.finding(
            source,
            node,
            f"this session is kept in {where}, so all tasks of the program share one transaction; "
            "keep the factory, and open a session for each unit of work: async with sessions() "
            "as session",
        )


def _is_call(assigned: Assigned) -> bool:
    return bool(assigned.values) and isinstance(assigned.values[-1], ast.Call)
