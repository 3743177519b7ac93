"""A function's statements, lowered into events. What its expressions are, `expressions` says."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from taskbound.check.index.collect import class_facts, imported
from taskbound.check.index.facts import Assigned, FunctionFacts
from taskbound.check.kinds import (
    NONE,
    UNKNOWN,
    ClassRef,
    Collection,
    FunctionRef,
    Instance,
    Kind,
    Session,
    Text,
    contained,
    element,
)
from taskbound.check.trace import expressions
from taskbound.check.trace.entering import entered
from taskbound.check.trace.events import (
    Assign,
    AttributeWrite,
    Block,
    Branch,
    Call,
    Define,
    Event,
    Handler,
    Leave,
    Loop,
    Raise,
    Return,
    Try,
)
from taskbound.check.trace.narrowing import narrowed
from taskbound.check.trace.parameters import parameter_kinds
from taskbound.check.trace.scope import Scope, joined_names, unpacked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from taskbound.check.index.facts import ModuleFacts
    from taskbound.check.source import Source
    from taskbound.check.trace.trace import Trace
    from taskbound.check.trace.world import World

_ENDS = (Return, Raise, Leave)


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
        return expressions.evaluate(self, node)

    def statements(self, body: Iterable[ast.stmt]) -> None:
        for node in body:
            step = _STATEMENTS.get(type(node))
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
            if not (lists[-1] and isinstance(lists[-1][-1], _ENDS)):
                ends.append(self.env)
        if not exhaustive:
            ends.append({**before, **tested[-1]} if tested else before)
        self.env = joined_names(ends or [before])
        self.trace.finals.update(self.env)
        self.emit(Branch(node, lists, exhaustive=exhaustive))

    def _if(self, node: ast.If) -> None:
        self.evaluate(node.test)
        arms = [node.body, node.orelse] if node.orelse else [node.body]
        tested = narrowed(node.test, self.look_up)
        self.branch(node, arms, exhaustive=bool(node.orelse), tested=tested)

    def _match(self, node: ast.Match) -> None:
        self.evaluate(node.subject)
        last = node.cases[-1]
        catches_all = (
            isinstance(last.pattern, ast.MatchAs)
            and last.pattern.pattern is None
            and last.guard is None
        )
        self.branch(node, [case.body for case in node.cases], exhaustive=catches_all)

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        over = self.evaluate(node.iter)
        asynchronous = isinstance(node, ast.AsyncFor)
        loop = Loop(node, over, element(over), iterable=node.iter, asynchronous=asynchronous)
        self.emit(loop)
        self.loops += 1
        outer, self.sink = self.sink, loop.body
        self.assign(node.target, element(over))
        self.statements(node.body)
        self.sink = outer
        self.loops -= 1
        self.within(loop.orelse, node.orelse)

    def _while(self, node: ast.While) -> None:
        loop = Loop(node, None, UNKNOWN, iterable=None)
        self.emit(loop)
        self.loops += 1
        outer, self.sink = self.sink, loop.test
        self.evaluate(node.test)
        self.sink = outer
        self.within(loop.body, node.body)
        self.loops -= 1
        self.within(loop.orelse, node.orelse)

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        outer = self.sink
        for item in node.items:
            context = self.evaluate(item.context_expr)
            last = self.sink[-1] if self.sink else None
            if isinstance(last, Call) and last.node is item.context_expr:
                last.entered = True
            block = Block(
                node, entered(self, item, context), asynchronous=isinstance(node, ast.AsyncWith)
            )
            self.emit(block)
            self.sink = block.body
            if item.optional_vars is not None:
                self.assign(item.optional_vars, block.item.enters)
        self.statements(node.body)
        self.sink = outer

    def _try(self, node: ast.Try) -> None:
        event = Try(node)
        self.emit(event)
        before = dict(self.env)
        self.within(event.body, node.body)
        self.within(event.orelse, node.orelse)
        after, ends = self.env, [self.env]
        for handler in node.handlers:
            self.env = joined_names([before, after])
            event.handlers.append(self._handler(handler))
            if not (event.handlers[-1].body and isinstance(event.handlers[-1].body[-1], _ENDS)):
                ends.append(self.env)
        self.env = joined_names(ends)
        self.trace.finals.update(self.env)
        self.within(event.final, node.finalbody)

    def _handler(self, node: ast.ExceptHandler) -> Handler:
        types = [] if node.type is None else _types(self.evaluate(node.type))
        handler = Handler(node, types)
        if node.name:
            self.env[node.name] = UNKNOWN
        self.within(handler.body, node.body)
        return handler

    def _return(self, node: ast.Return) -> None:
        event = Return(node, NONE if node.value is None else self.evaluate(node.value))
        self.emit(event)
        self.trace.returns.append(event)

    def _raise(self, node: ast.Raise) -> None:
        kind = UNKNOWN if node.exc is None else self.evaluate(node.exc)
        if node.cause is not None:
            self.evaluate(node.cause)
        self.emit(Raise(node, kind))

    def _leave(self, node: ast.Break | ast.Continue) -> None:
        self.emit(Leave(node, again=isinstance(node, ast.Continue)))

    def _assign(self, node: ast.Assign) -> None:
        kind = self.evaluate(node.value)
        for target in node.targets:
            self.assign(target, kind)

    def _annotated(self, node: ast.AnnAssign) -> None:
        known = self.env.get(node.target.id) if isinstance(node.target, ast.Name) else None
        if node.value is None and known not in (None, UNKNOWN):
            return  # `session: AsyncSession` after `async with ... as session` opens no other
        kind = UNKNOWN if node.value is None else self.evaluate(node.value)
        kind = expressions.as_annotated(self, node, kind)
        if node.value is not None or kind is not UNKNOWN:
            self.assign(node.target, kind)

    def _augmented(self, node: ast.AugAssign) -> None:
        value = self.evaluate(node.value)
        if not isinstance(node.target, ast.Name):
            self.assign(node.target, UNKNOWN)
            return
        before = self.look_up(node.target.id)
        if isinstance(before, Collection):
            for item, many in list(contained(value)):
                before.put(item, many=many or self.loops > self.depths.get(id(before), 0))
        elif isinstance(node.op, ast.Add) and expressions.is_text(before, value):
            parts = before.parts if isinstance(before, Text) else (before,)
            self.bind(node.target.id, Text((*parts, value), node, self.source), node)
        else:
            self.bind(node.target.id, UNKNOWN if before is UNKNOWN else before, node)

    def _expression(self, node: ast.Expr) -> None:
        self.evaluate(node.value)
        last = self.sink[-1] if self.sink else None
        if isinstance(last, Call) and last.node is node.value:
            last.dropped = True

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for decorator in node.decorator_list:
            self.evaluate(decorator)
        if self.trace.function.name != "<module>":
            self.env[node.name] = self.define(node, node.name)

    def _class(self, node: ast.ClassDef) -> None:
        if self.trace.function.name == "<module>":
            return
        cls = class_facts(node, self.module)
        self.env[node.name] = ClassRef(cls)
        scope = Scope(dict(self.env), self.trace.finals, self.scope)
        self.nested.extend(FunctionRef(method, scope=scope) for method in cls.methods.values())

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        if self.trace.function.name == "<module>":
            return
        for name, bound in imported(node, self.source):
            self.env[name] = self.world.kind_of(self.world.project.imported(bound))

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Attribute):
                self.emit(AttributeWrite(target, self.evaluate(target.value), target.attr, None))
            elif isinstance(target, ast.Subscript):
                self.evaluate(target.value)

    def _assert(self, node: ast.Assert) -> None:
        self.evaluate(node.test)


def _types(kind: Kind) -> list[Kind]:
    return [item for item, _ in contained(kind)] if isinstance(kind, Collection) else [kind]


_STATEMENTS: dict[type, Callable[..., None]] = {
    ast.If: Lowering._if, ast.Match: Lowering._match, ast.For: Lowering._for, ast.AsyncFor: Lowering._for,
    ast.While: Lowering._while, ast.With: Lowering._with, ast.AsyncWith: Lowering._with,
    ast.Try: Lowering._try,
    ast.TryStar: Lowering._try, ast.Return: Lowering._return, ast.Raise: Lowering._raise,
    ast.Break: Lowering._leave,
    ast.Continue: Lowering._leave, ast.Assign: Lowering._assign, ast.AnnAssign: Lowering._annotated,
    ast.AugAssign: Lowering._augmented, ast.Expr: Lowering._expression, ast.FunctionDef: Lowering._function,
    ast.AsyncFunctionDef: Lowering._function, ast.ClassDef: Lowering._class, ast.Import: Lowering._import,
    ast.ImportFrom: Lowering._import, ast.Delete: Lowering._delete, ast.Assert: Lowering._assert,
}  # fmt: skip
