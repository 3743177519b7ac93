"""Traces, global values and the attributes of classes, each worked out when it is first asked for."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from taskbound.check.index.facts import Assigned, ClassFacts, FunctionFacts, ModuleFacts
from taskbound.check.kinds import UNKNOWN, ClassRef, FunctionRef, Kind, ModuleRef, Outside
from taskbound.check.trace.annotations import Home, annotated, says_little
from taskbound.check.trace.generics import Generics
from taskbound.check.trace.graphql import Contexts
from taskbound.check.trace.lower import Lowering
from taskbound.check.trace.scope import Scope, joined
from taskbound.check.trace.shapes import Shape, read_shape, so_far
from taskbound.check.trace.state import State
from taskbound.check.trace.trace import Trace

if TYPE_CHECKING:
    from taskbound.check.index.project import Project, Symbol

_BUILTINS = frozenset(dir(builtins))
_DEEPEST = 40


class World:
    """What is known of all values. Asking is all a caller does; cycles end in UNKNOWN."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.state: State = State(self)
        self.contexts: Contexts = Contexts(self)
        self.generics: Generics = Generics(self)
        self.traced: dict[FunctionFacts, Trace] = {}
        self._globals: dict[Assigned, Kind] = {}
        self._shapes: dict[ClassFacts, Shape] = {}
        self._returned: dict[FunctionFacts, Kind] = {}
        self._depth = 0
        self._unfinished: set[FunctionFacts | None] = set()

    def trace(self, function: FunctionFacts, scope: Scope | None = None) -> Trace:
        """A function's events. While it is being lowered, and in deep chains, an unfinished trace."""
        known = self.traced.get(function)
        if known is not None:
            return known
        trace = Trace(function)
        if self._depth >= _DEEPEST:
            return trace
        self.traced[function] = trace
        self._unfinished.add(function)
        self._depth += 1
        try:
            Lowering(self, trace, scope).run()
        finally:
            self._depth -= 1
            self._unfinished.discard(function)
        return trace

    def kind_of(self, symbol: Symbol) -> Kind:
        """The value that a name at module level stands for."""
        if isinstance(symbol, str):
            return Outside(symbol)
        if isinstance(symbol, ClassFacts):
            return ClassRef(symbol)
        if isinstance(symbol, FunctionFacts):
            return FunctionRef(symbol)
        if isinstance(symbol, ModuleFacts):
            return ModuleRef(symbol)
        return UNKNOWN if symbol is None else self.global_kind(symbol)

    def global_kind(self, assigned: Assigned) -> Kind:
        """What a module's or class's attribute holds, after all of its assignments."""
        known = self._globals.get(assigned)
        if known is None:
            self._globals[assigned] = UNKNOWN
            known = self._globals[assigned] = self._evaluated(assigned)
        return known

    def _evaluated(self, assigned: Assigned) -> Kind:
        body = assigned.module.body
        if body is None or self._depth >= _DEEPEST:
            return UNKNOWN
        kind = joined(
            Lowering(self, Trace(body), None).evaluate(value) for value in assigned.values
        )
        home = Home(
            how="global", name=assigned.name, node=assigned.node, source=assigned.module.source
        )
        if assigned.annotation is not None and says_little(kind):
            kind = home.better(kind, annotated(self, assigned.annotation, assigned.module, home))
        return home.settled(kind)

    def builtin(self, name: str) -> Kind:
        """A name of Python's own."""
        return Outside(f"builtins.{name}") if name in _BUILTINS else UNKNOWN

    def name(self, module: ModuleFacts, name: str) -> Kind:
        """A name at a module's level, or Python's own."""
        symbol = self.project.resolve(module, name)
        return self.builtin(name) if symbol is None else self.kind_of(symbol)

    def shape(self, cls: ClassFacts) -> Shape:
        """What the attributes of a class's objects are."""
        known = self._shapes.get(cls)
        if known is not None:
            return known
        init = self.project.method(cls, "__init__")
        if (
            init is not None and init in self._unfinished
        ):  # `__init__` calls its own methods: they see what it has set so far
            return so_far(cls, self.traced[init], self)
        known = self._shapes[cls] = Shape(cls)
        read_shape(known, self)
        return known

    def is_shaped(self, cls: ClassFacts) -> bool:
        """Is all known of its attributes that will be?"""
        init = self.project.method(cls, "__init__")
        return cls in self._shapes and init not in self._unfinished

    def returned(self, function: FunctionFacts, scope: Scope | None = None) -> Kind:
        """What a function returns, before the caller's arguments are put in."""
        known = self._returned.get(function)
        if known is not None:
            return known
        self._returned[function] = (
            UNKNOWN  # a provider may return what is annotated to come from itself
        )
        trace = self.trace(function, scope)
        known = self._as_written(function, joined(event.kind for event in trace.returns))
        if trace.finished:
            self._returned[function] = known
        else:
            del self._returned[function]
        return known

    def _as_written(self, function: FunctionFacts, kind: Kind) -> Kind:
        written: ast.expr | None = getattr(function.node, "returns", None)
        if written is None or not says_little(kind):
            return kind
        home = Home(how="opened", name=function.name, node=function.node, source=function.source)
        return home.better(kind, annotated(self, written, function.module, home))

    def yielded(self, function: FunctionFacts, scope: Scope | None = None) -> Kind:
        """What a generator gives at each turn."""
        return joined(event.kind for event in self.trace(function, scope).yields)
