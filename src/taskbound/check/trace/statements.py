"""What each statement of a function becomes: events in the order of evaluation, names with their kinds."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from taskbound.check.index.collect import class_facts, imported
from taskbound.check.kinds import (
    NONE,
    UNKNOWN,
    ClassRef,
    Collection,
    FunctionRef,
    Kind,
    Text,
    contained,
    element,
)
from taskbound.check.trace import expressions
from taskbound.check.trace.entering import entered
from taskbound.check.trace.events import (
    ENDS,
    AttributeWrite,
    Block,
    Call,
    Handler,
    Leave,
    Loop,
    Raise,
    Return,
    Try,
)
from taskbound.check.trace.narrowing import narrowed
from taskbound.check.trace.scope import Scope, joined_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from taskbound.check.trace.lower import Lowering


def _if(low: Lowering, node: ast.If) -> None:
    low.evaluate(node.test)
    arms = [node.body, node.orelse] if node.orelse else [node.body]
    tested = narrowed(node.test, low.look_up)
    low.branch(node, arms, exhaustive=bool(node.orelse), tested=tested)


def _match(low: Lowering, node: ast.Match) -> None:
    low.evaluate(node.subject)
    last = node.cases[-1]
    catches_all = (
        isinstance(last.pattern, ast.MatchAs)
        and last.pattern.pattern is None
        and last.guard is None
    )
    low.branch(node, [case.body for case in node.cases], exhaustive=catches_all)


def _for(low: Lowering, node: ast.For | ast.AsyncFor) -> None:
    over = low.evaluate(node.iter)
    asynchronous = isinstance(node, ast.AsyncFor)
    loop = Loop(node, over, element(over), iterable=node.iter, asynchronous=asynchronous)
    low.emit(loop)
    low.loops += 1
    outer, low.sink = low.sink, loop.body
    low.assign(node.target, element(over))
    low.statements(node.body)
    low.sink = outer
    low.loops -= 1
    low.within(loop.orelse, node.orelse)


def _while(low: Lowering, node: ast.While) -> None:
    loop = Loop(node, None, UNKNOWN, iterable=None)
    low.emit(loop)
    low.loops += 1
    outer, low.sink = low.sink, loop.test
    low.evaluate(node.test)
    low.sink = outer
    low.within(loop.body, node.body)
    low.loops -= 1
    low.within(loop.orelse, node.orelse)


def _with(low: Lowering, node: ast.With | ast.AsyncWith) -> None:
    outer = low.sink
    for item in node.items:
        context = low.evaluate(item.context_expr)
        last = low.sink[-1] if low.sink else None
        if isinstance(last, Call) and last.node is item.context_expr:
            last.entered = True
        block = Block(
            node, entered(low, item, context), asynchronous=isinstance(node, ast.AsyncWith)
        )
        low.emit(block)
        low.sink = block.body
        if item.optional_vars is not None:
            low.assign(item.optional_vars, block.item.enters)
    low.statements(node.body)
    low.sink = outer


def _try(low: Lowering, node: ast.Try) -> None:
    event = Try(node)
    low.emit(event)
    before = dict(low.env)
    low.within(event.body, node.body)
    low.within(event.orelse, node.orelse)
    after, ends = low.env, [low.env]
    for handler in node.handlers:
        low.env = joined_names([before, after])
        event.handlers.append(_handler(low, handler))
        if not (event.handlers[-1].body and isinstance(event.handlers[-1].body[-1], ENDS)):
            ends.append(low.env)
    low.env = joined_names(ends)
    low.trace.finals.update(low.env)
    low.within(event.final, node.finalbody)


def _handler(low: Lowering, node: ast.ExceptHandler) -> Handler:
    types = [] if node.type is None else _caught(low.evaluate(node.type))
    handler = Handler(node, types)
    if node.name:
        low.env[node.name] = UNKNOWN
    low.within(handler.body, node.body)
    return handler


def _return(low: Lowering, node: ast.Return) -> None:
    event = Return(node, NONE if node.value is None else low.evaluate(node.value))
    low.emit(event)
    low.trace.returns.append(event)


def _raise(low: Lowering, node: ast.Raise) -> None:
    kind = UNKNOWN if node.exc is None else low.evaluate(node.exc)
    if node.cause is not None:
        low.evaluate(node.cause)
    low.emit(Raise(node, kind))


def _leave(low: Lowering, node: ast.Break | ast.Continue) -> None:
    low.emit(Leave(node, again=isinstance(node, ast.Continue)))


def _assign(low: Lowering, node: ast.Assign) -> None:
    kind = low.evaluate(node.value)
    for target in node.targets:
        low.assign(target, kind)


def _annotated(low: Lowering, node: ast.AnnAssign) -> None:
    known = low.env.get(node.target.id) if isinstance(node.target, ast.Name) else None
    if node.value is None and known not in (None, UNKNOWN):
        return  # `session: AsyncSession` after `async with ... as session` opens no other
    kind = UNKNOWN if node.value is None else low.evaluate(node.value)
    kind = expressions.as_annotated(low, node, kind)
    if node.value is not None or kind is not UNKNOWN:
        low.assign(node.target, kind)


def _augmented(low: Lowering, node: ast.AugAssign) -> None:
    value = low.evaluate(node.value)
    if not isinstance(node.target, ast.Name):
        low.assign(node.target, UNKNOWN)
        return
    before = low.look_up(node.target.id)
    if isinstance(before, Collection):
        for item, many in list(contained(value)):
            before.put(item, many=many or low.loops > low.depths.get(id(before), 0))
    elif isinstance(node.op, ast.Add) and expressions.is_text(before, value):
        parts = before.parts if isinstance(before, Text) else (before,)
        low.bind(node.target.id, Text((*parts, value), node, low.source), node)
    else:
        low.bind(node.target.id, UNKNOWN if before is UNKNOWN else before, node)


def _expression(low: Lowering, node: ast.Expr) -> None:
    low.evaluate(node.value)
    last = low.sink[-1] if low.sink else None
    if isinstance(last, Call) and last.node is node.value:
        last.dropped = True


def _function(low: Lowering, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    for decorator in node.decorator_list:
        low.evaluate(decorator)
    if low.trace.function.name != "<module>":
        low.env[node.name] = low.define(node, node.name)


def _class(low: Lowering, node: ast.ClassDef) -> None:
    if low.trace.function.name == "<module>":
        return
    cls = class_facts(node, low.module)
    low.env[node.name] = ClassRef(cls)
    scope = Scope(dict(low.env), low.trace.finals, low.scope)
    low.nested.extend(FunctionRef(method, scope=scope) for method in cls.methods.values())


def _import(low: Lowering, node: ast.Import | ast.ImportFrom) -> None:
    if low.trace.function.name == "<module>":
        return
    for name, bound in imported(node, low.source):
        low.env[name] = low.world.kind_of(low.world.project.imported(bound))


def _delete(low: Lowering, node: ast.Delete) -> None:
    for target in node.targets:
        if isinstance(target, ast.Attribute):
            low.emit(AttributeWrite(target, low.evaluate(target.value), target.attr, None))
        elif isinstance(target, ast.Subscript):
            low.evaluate(target.value)


def _assert(low: Lowering, node: ast.Assert) -> None:
    low.evaluate(node.test)


def _caught(kind: Kind) -> list[Kind]:
    return [item for item, _ in contained(kind)] if isinstance(kind, Collection) else [kind]


STATEMENTS: dict[type, Callable[..., None]] = {
    ast.If: _if, ast.Match: _match, ast.For: _for, ast.AsyncFor: _for,
    ast.While: _while, ast.With: _with, ast.AsyncWith: _with,
    ast.Try: _try,
    ast.TryStar: _try, ast.Return: _return, ast.Raise: _raise,
    ast.Break: _leave,
    ast.Continue: _leave, ast.Assign: _assign, ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented, ast.Expr: _expression, ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function, ast.ClassDef: _class, ast.Import: _import,
    ast.ImportFrom: _import, ast.Delete: _delete, ast.Assert: _assert,
}  # fmt: skip
