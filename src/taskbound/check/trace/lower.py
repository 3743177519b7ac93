"""One function while it is lowered: its names, and the list that its events go to.

What becomes of a statement `statements` says, and `expressions` what an expression is.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from taskbound.check.index.facts import Assigned, FunctionFacts
from taskbound.check.kinds import (
    UNKNOWN,
    Collection,
    FunctionRef,
    Instance,
    Kind,
    Session,
)
from taskbound.check.trace import expressions
from taskbound.check.trace.events import ENDS, Assign, AttributeWrite, Branch, Define, Event, Return
from taskbound.check.trace.parameters import parameter_kinds
from taskbound.check.trace.scope import Scope, joined_names, unpacked
from taskbound.check.trace.statements import STATEMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from taskbound.check.index.facts import ModuleFacts
    from taskbound.check.source import Source
    from taskbound.check.trace.trace import Trace
    from taskbound.check.trace.world import World


class Lowering:
    """One function being lowered: its names so far, and the list that events go to."""

    __slots__ = (
        "depths",
        "env",
        "loops",
        "module",
        "nested",
        "scope",
        "sink",
        "source",
        "trace",
        "world",
    )

    def __init__(self, world: World, trace: Trace, scope: Scope | None) -> None:
        self.world: World = world
        self.trace: Trace = trace
        self.scope: Scope | None = scope
        self.module: ModuleFacts = trace.function.module
        self.source: Source = self.module.source
        self.env: dict[str, Kind] = {}
        self.sink: list[Event] = trace.events
        self.loops: int = 0
        # How many loops were around a collection when it was made: what is added in more of them is many.
        self.depths: dict[int, int] = {}
        self.nested: list[FunctionRef] = []

    def run(self) -> None:
        """Lower the whole function, then what is nested in it."""
        function = self.trace.function
        self.trace.finals = self.env
        self.trace.parameters = parameter_kinds(self.world, function)
        self.env.update(self.trace.parameters)
        body = getattr(function.node, "body", [])
        if isinstance(body, list):
            self.statements(body)
        else:
            self.emit(event := Return(body, self.evaluate(body)))
            self.trace.returns.append(event)
        self.trace.finals.update(self.env)
        self.trace.finished = True
        for ref in self.nested:
            self.trace.nested.append(self.world.trace(ref.function, ref.scope))

    def emit(self, event: Event) -> None:
        self.sink.append(event)

    def evaluate(self, node: ast.expr) -> Kind:
        """The kind of an expression; its events go to the sink."""
        step = expressions.EXPRESSIONS.get(type(node))
        return expressions.unknown(self, node) if step is None else step(self, node)

    def statements(self, body: Iterable[ast.stmt]) -> None:
        for node in body:
            step = STATEMENTS.get(type(node))
            if step is not None:
                step(self, node)

    def look_up(self, name: str) -> Kind:
        """What a name holds here: its own, an outer function's, the module's, Python's."""
        found = self.env.get(name)
        if found is None and self.scope is not None:
            found = self.scope.get(name)
        return self.world.name(self.module, name) if found is None else found

    def bind(self, name: str, kind: Kind, node: ast.AST) -> None:
        """Give a name a value."""
        if self.trace.function.name == "<module>":
            assigned = self.module.names.get(name)
            if isinstance(assigned, Assigned) and not self.loops:
                kind = self.world.global_kind(assigned)  # the one that functions see
        elif isinstance(kind, Session) and kind.how in ("opened", "either"):
            kind.name = name
        self.env[name] = kind
        self.emit(Assign(node, name, kind))

    def within(self, sink: list[Event], body: Iterable[ast.stmt]) -> None:
        """Lower statements into another list."""
        outer, self.sink = self.sink, sink
        self.statements(body)
        self.sink = outer

    def assign(self, target: ast.expr, kind: Kind) -> None:
        """Bind a target of any form."""
        if isinstance(target, ast.Name):
            self.bind(target.id, kind, target)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for item, value in zip(target.elts, unpacked(kind, len(target.elts)), strict=False):
                self.assign(item, value)
        elif isinstance(target, ast.Starred):
            self.assign(target.value, kind)
        elif isinstance(target, ast.Attribute):
            self._assign_attribute(target, kind)
        elif isinstance(target, ast.Subscript):
            self._assign_item(target, kind)

    def _assign_attribute(self, target: ast.Attribute, kind: Kind) -> None:
        owner = self.evaluate(target.value)
        if isinstance(owner, Instance):
            before = owner.fields.get(target.attr, UNKNOWN)
            # An attribute whose class says more than this value does keeps what is known.
            owner.set(target.attr, kind if kind is not UNKNOWN else before)
        self.emit(AttributeWrite(target, owner, target.attr, kind))

    def _assign_item(self, target: ast.Subscript, kind: Kind) -> None:
        owner = self.evaluate(target.value)
        self.evaluate(target.slice)
        if isinstance(owner, Collection):
            if isinstance(target.slice, ast.Constant):
                owner.keyed = {**(owner.keyed or {}), target.slice.value: kind}
            else:
                self.put(owner, kind)

    def put(self, collection: Collection, kind: Kind) -> None:
        """Add to a collection, once or many times."""
        collection.put(kind, many=self.loops > self.depths.get(id(collection), 0))

    def define(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, name: str
    ) -> FunctionRef:
        """A nested function, with what it closes over."""
        facts = FunctionFacts(
            node, self.module, name=name, asynchronous=isinstance(node, ast.AsyncFunctionDef),
            parent=self.trace.function,
        )  # fmt: skip
        ref = FunctionRef(facts, scope=Scope(dict(self.env), self.trace.finals, self.scope))
        self.nested.append(ref)
        self.emit(Define(node, ref))
        return ref

    def branch(
        self,
        node: ast.AST,
        arms: list[list[ast.stmt]],
        *,
        exhaustive: bool,
        tested: Sequence[dict[str, Kind]] = (),
    ) -> None:
        """Alternatives: each starts with the same names, and what they end with is joined. `tested`: what an
        `isinstance()` makes of names in the first of them, and in the other or after it.
        """
        lists: list[list[Event]] = []
        before, ends = dict(self.env), []
        for number, arm in enumerate(arms):
            self.env = {**before, **(tested[number] if tested else {})}
            lists.append([])
            self.within(lists[-1], arm)
            if not (lists[-1] and isinstance(lists[-1][-1], ENDS)):
                ends.append(self.env)
        if not exhaustive:
            ends.append({**before, **tested[-1]} if tested else before)
        self.env = joined_names(ends or [before])
        self.trace.finals.update(self.env)
        self.emit(Branch(node, lists, exhaustive=exhaustive))
