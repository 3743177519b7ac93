"""Resolvers and the batches of DataLoaders run at once, with no gather() in sight."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.index.facts import Assigned, FunctionFacts, last_name
from taskbound.check.kinds import Coroutine, FunctionRef, Kind, Outside, Session
from taskbound.check.rules.rule import Rule
from taskbound.check.summary.program import USES
from taskbound.check.trace.events import Call
from taskbound.check.trace.graphql import NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.finding import Finding
    from taskbound.check.index.facts import ClassFacts, ModuleFacts
    from taskbound.check.summary.facts import Fact
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.trace import Trace

    _Users = dict[Session, list[tuple[FunctionFacts, Fact]]]

_TYPES = frozenset(("type", "interface"))
# The fields of a mutation run one after another, those of a subscription each by itself.
_IN_TURN = re.compile(r"Mutation|Subscription")
_MAKERS = frozenset(("QueryType", "ObjectType", "InterfaceType"))
_CURE = (
    "one transaction on one connection is not for two tasks; "
    "open a session in each: async with sessions() as session"
)


class SharedInGraphQL(Rule):
    """The session of a query's context in its resolvers, and one session in the functions of DataLoaders."""

    code = "TB101"
    name = "shared-session-in-graphql"
    confidence = Confidence.HIGH
    summary = "A session is used by the resolvers of one query at once"

    def check_module(self, module: ModuleFacts, program: Program) -> Iterator[Finding]:
        for cls in module.classes:
            if _is_query_side(cls):
                yield from self._resolved(cls.name, list(_fields(cls, program)), module, program)
        named = [one for one in module.functions if _is_registered(one, program)]
        yield from self._resolved(module.name.rpartition(".")[2], named, module, program)

    def check(self, trace: Trace, program: Program) -> Iterator[Finding]:
        loaders: dict[Session, tuple[Call, Fact]] = {}
        for call in trace.of(Call):
            for session, fact in _loaded_with(call, trace, program).items():
                first = loaders.setdefault(session, (call, fact))
                several = first[0] is not call
                if several or session.how != "opened":
                    yield self._loader(trace, call, session, fact, first if several else None)

    def _loader(
        self,
        trace: Trace,
        call: Call,
        session: Session,
        fact: Fact,
        first: tuple[Call, Fact] | None,
    ) -> Finding:
        beside = "another DataLoader" if first is not None else "the resolvers"
        other = () if first is None else (trace.source.step(first[0].node, "and by this one"),)
        return self.finding(
            trace.source,
            call.node,
            f"`{session.name}` is used by the batches of this DataLoader while {beside} may work "
            f"with it: {_CURE}",
            flow=(
                session.source.step(session.node, f"`{session.name}` comes from here"),
                *fact.steps,
                *other,
            ),
            confidence=Confidence.MEDIUM if first is None else Confidence.HIGH,
        )

    def _resolved(
        self, of: str, resolvers: list[FunctionFacts], module: ModuleFacts, program: Program
    ) -> Iterator[Finding]:
        users: _Users = {}
        for resolver in resolvers:
            for fact in program.summary(resolver).of(*USES):
                session = fact.session
                if session is not None and session.name.startswith(NAME) and not fact.locked:
                    known = users.setdefault(session, [])
                    if resolver not in [one for one, _ in known]:
                        known.append((resolver, fact))
        for session, found in users.items():
            place = next((one for one in found if one[0].module is module), None)
            if place is not None and place[1].call is not None:
                yield self._told(of, session, found, place[1].call, module)

    def _told(
        self,
        of: str,
        session: Session,
        found: list[tuple[FunctionFacts, Fact]],
        call: Call,
        module: ModuleFacts,
    ) -> Finding:
        names = " and ".join(f"{resolver.spoken}()" for resolver, _ in found[:3])
        who = "the resolvers" if len(found) > 1 else "the resolver"
        often = "" if len(found) > 1 else ", once for each alias and each item of a list"
        steps = [step for _, fact in found[:2] for step in fact.steps]
        return self.finding(
            module.source,
            call.node,
            f"`{session.name}` is used by {who} of {of}, {names}, which one query runs at "
            f"once{often}: {_CURE}",
            flow=(session.source.step(session.node, f"`{session.name}` comes from here"), *steps),
            confidence=Confidence.HIGH if len(found) > 1 else Confidence.MEDIUM,
        )


def _is_query_side(cls: ClassFacts) -> bool:
    return not _IN_TURN.search(cls.name) and any(
        last_name(decorator) in _TYPES and "strawberry" in ast.unparse(decorator)
        for decorator in cls.decorators
    )


def _fields(cls: ClassFacts, program: Program) -> Iterator[FunctionFacts]:
    """The asynchronous resolvers of a type: its methods, and functions that are named as resolver."""
    for method in cls.methods.values():
        if method.asynchronous and method.decorated("field"):
            yield method
    for assigned in cls.attributes.values():
        value = assigned.values[-1] if assigned.values else None
        if isinstance(value, ast.Call) and last_name(value) == "field":
            said = next((one.value for one in value.keywords if one.arg == "resolver"), None)
            symbol = None if said is None else program.project.dotted(cls.module, said)
            if isinstance(symbol, FunctionFacts) and symbol.asynchronous:
                yield symbol


def _is_registered(function: FunctionFacts, program: Program) -> bool:
    """`@query.field("users")` of Ariadne."""
    return function.asynchronous and any(
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and decorator.func.attr == "field"
        and _is_made_by(decorator.func.value, function.module, program)
        for decorator in function.decorators
    )


def _is_made_by(node: ast.expr, module: ModuleFacts, program: Program) -> bool:
    symbol = program.project.dotted(module, node)
    value = symbol.values[-1] if isinstance(symbol, Assigned) and symbol.values else None
    return isinstance(value, ast.Call) and last_name(value) in _MAKERS


def _loaded_with(call: Call, trace: Trace, program: Program) -> dict[Session, Fact]:
    """The sessions that a new DataLoader's function takes from outside."""
    found: dict[Session, Fact] = {}
    for load in _functions(call, program):
        for session, fact in program.uses(load, trace.source).items():
            known = session.asynchronous and not session.scoped and not _is_own(session, load)
            if known and fact.does in USES and not fact.locked:
                found.setdefault(session, fact)
    return found


def _functions(call: Call, program: Program) -> Iterator[Kind]:
    cls = call.cls
    made = cls is not None and program.project.subclass(cls, "DataLoader")
    if cls is not None and made:
        method = program.project.method(cls, "batch_load_fn")
        if method is not None:
            yield FunctionRef(method, bound=call.result)
    elif not (isinstance(call.target, Outside) and call.target.name.endswith(".DataLoader")):
        return
    load = call.argument(0, "load_fn") or call.keywords.get("batch_load_fn")
    if isinstance(load, FunctionRef):
        yield load
        # `lambda keys: load_users(session, keys)` gives the coroutine that it does not await.
        for event in program.world.trace(load.function, load.scope).returns:
            if load.function.name == "lambda" and isinstance(event.kind, Coroutine):
                yield event.kind


def _is_own(session: Session, load: Kind) -> bool:
    """Is it a parameter of the function itself?"""
    return isinstance(load, FunctionRef) and session.owner is load.function
