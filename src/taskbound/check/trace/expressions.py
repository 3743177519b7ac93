"""What an expression is, and the events on the way to it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from taskbound.check.kinds import (
    NONE,
    NOT_KNOWN,
    UNKNOWN,
    ClassRef,
    Collection,
    Constant,
    Context,
    Coroutine,
    Entity,
    Instance,
    Kind,
    Outside,
    Parameter,
    Result,
    Row,
    Rows,
    Session,
    Task,
    Text,
    contained,
    element,
)
from taskbound.check.trace.annotations import Home, annotated, says_little
from taskbound.check.trace.attributes import attribute
from taskbound.check.trace.calls import call
from taskbound.check.trace.events import (
    AttributeRead,
    Await,
    Branch,
    Event,
    Loop,
    NameRead,
    Yield,
)
from taskbound.check.trace.scope import join, joined

if TYPE_CHECKING:
    from collections.abc import Callable

    from taskbound.check.trace.lower import Lowering

_TOLD = (Session, Entity, Rows, Result, Row, Task, Coroutine, Instance, Collection)


def unknown(low: Lowering, node: ast.AST) -> Kind:
    """An expression that nothing is known of, with what stands in it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            low.evaluate(child)
    return UNKNOWN


def as_annotated(low: Lowering, node: ast.AnnAssign, kind: Kind) -> Kind:
    """A value with the annotation it is assigned under."""
    if not says_little(kind):
        return kind
    name = node.target.id if isinstance(node.target, ast.Name) else ast.unparse(node.target)
    home = Home(how="opened", name=name, node=node, source=low.source)
    return home.better(kind, annotated(low.world, node.annotation, low.module, home))


def is_text(*kinds: Kind) -> bool:
    """Is one of these a string, so that adding them puts a string together?"""
    return any(
        isinstance(kind, Text) or (isinstance(kind, Constant) and isinstance(kind.value, str))
        for kind in kinds
    )


def _name(low: Lowering, node: ast.Name) -> Kind:
    kind = low.look_up(node.id)
    if isinstance(kind, _TOLD):
        low.emit(NameRead(node, node.id, kind))
    return kind


def _constant(low: Lowering, node: ast.Constant) -> Kind:
    return NONE if node.value is None else Constant(node.value)


def _attribute(low: Lowering, node: ast.Attribute) -> Kind:
    owner = low.evaluate(node.value)
    kind = attribute(low.world, owner, node.attr, node, low.source)
    if not isinstance(owner, Outside) and owner is not UNKNOWN:
        low.emit(AttributeRead(node, owner, node.attr, kind))
    return kind


def _call(low: Lowering, node: ast.Call) -> Kind:
    return call(low, node).result


def _await(low: Lowering, node: ast.Await) -> Kind:
    if isinstance(node.value, ast.Call):
        event = call(low, node.value)
        event.awaited = True
        return result_of(event.result)
    kind = low.evaluate(node.value)
    last = low.sink[-1] if low.sink else None
    if isinstance(last, AttributeRead) and last.node is node.value:
        last.awaited = True
    low.emit(Await(node, kind))
    return result_of(kind)


def result_of(kind: Kind) -> Kind:
    """What awaiting this gives."""
    while isinstance(kind, (Coroutine, Task)):
        kind = kind.result if isinstance(kind, Coroutine) else kind.of
    if isinstance(kind, Outside) and kind.path == NOT_KNOWN:
        return UNKNOWN
    # `connection = await engine.connect()`
    return kind.enters if isinstance(kind, Context) else kind


def _text(low: Lowering, node: ast.JoinedStr) -> Kind:
    parts: list[Kind] = []
    for value in node.values:
        inner = value.value if isinstance(value, ast.FormattedValue) else value
        parts.append(low.evaluate(inner))
    return Text(tuple(parts), node, low.source)


def _operation(low: Lowering, node: ast.BinOp) -> Kind:
    left, right = low.evaluate(node.left), low.evaluate(node.right)
    if isinstance(left, Collection) and isinstance(right, Collection):
        return Collection(left.items + right.items, None, node)
    if isinstance(node.op, ast.Add) and is_text(left, right):
        first = left.parts if isinstance(left, Text) else (left,)
        return Text(
            (*first, *(right.parts if isinstance(right, Text) else (right,))), node, low.source
        )
    if isinstance(node.op, ast.Mod) and is_text(left):
        given = (
            tuple(kind for kind, _ in contained(right))
            if isinstance(right, Collection)
            else (right,)
        )
        return Text((left, *given), node, low.source)
    return UNKNOWN


def _choice(low: Lowering, node: ast.IfExp) -> Kind:
    low.evaluate(node.test)
    kinds = _arms(low, node, [node.body, node.orelse], exhaustive=True)
    return join(kinds[0], kinds[1])


def _boolean(low: Lowering, node: ast.BoolOp) -> Kind:
    first = low.evaluate(node.values[0])
    kinds = _arms(low, node, node.values[1:], exhaustive=False)
    # `x or default` and `a and b` are the one or the other.
    return joined([first, *kinds])


def _arms(low: Lowering, node: ast.expr, values: list[ast.expr], *, exhaustive: bool) -> list[Kind]:
    outer, lists, kinds = low.sink, [], []
    for value in values:
        within: list[Event] = []
        low.sink = within
        kinds.append(low.evaluate(value))
        lists.append(within)
    low.sink = outer
    if any(lists):
        low.emit(Branch(node, lists, exhaustive=exhaustive))
    return kinds


def _named(low: Lowering, node: ast.NamedExpr) -> Kind:
    kind = low.evaluate(node.value)
    low.assign(node.target, kind)
    return kind


def _lambda(low: Lowering, node: ast.Lambda) -> Kind:
    return low.define(node, "lambda")


def _items(low: Lowering, node: ast.List | ast.Tuple | ast.Set) -> Kind:
    items: list[tuple[Kind, bool]] = []
    for item in node.elts:
        if isinstance(item, ast.Starred):
            items.extend(contained(low.evaluate(item.value)))
        else:
            items.append((low.evaluate(item), False))
    return _made(low, Collection(items, None, node))


def _made(low: Lowering, collection: Collection) -> Collection:
    low.depths[id(collection)] = low.loops
    return collection


def _dictionary(low: Lowering, node: ast.Dict) -> Kind:
    collection = _made(low, Collection([], {}, node))
    for key, value in zip(node.keys, node.values, strict=True):
        if key is not None:
            low.evaluate(key)
        kind = low.evaluate(value)
        if isinstance(key, ast.Constant) and collection.keyed is not None:
            collection.keyed[key.value] = kind
        elif key is not None:
            collection.items.append((kind, False))
        elif isinstance(kind, Collection):
            collection.keyed = {**(collection.keyed or {}), **(kind.keyed or {})}
    return collection


def _comprehension(
    low: Lowering, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
) -> Kind:
    outer_names, outer = dict(low.env), low.sink
    for clause in node.generators:
        over = low.evaluate(clause.iter)
        loop = Loop(
            clause,
            over,
            element(over),
            iterable=clause.iter,
            asynchronous=bool(clause.is_async),
            comprehension=True,
        )
        low.emit(loop)
        low.sink = loop.body
        low.loops += 1
        low.assign(clause.target, element(over))
        for test in clause.ifs:
            low.evaluate(test)
    if isinstance(node, ast.DictComp):
        low.evaluate(node.key)
        kind = low.evaluate(node.value)
    else:
        kind = low.evaluate(node.elt)
    low.loops -= len(node.generators)
    low.sink, low.env = outer, outer_names
    return Collection([(kind, True)], {} if isinstance(node, ast.DictComp) else None, node)


def _item(low: Lowering, node: ast.Subscript) -> Kind:
    owner = low.evaluate(node.value)
    index = low.evaluate(node.slice)
    if isinstance(owner, Collection):
        return _picked(owner, index, node)
    if isinstance(owner, Rows):
        return owner if isinstance(node.slice, ast.Slice) else owner.of
    if isinstance(owner, Row):
        position = index.value if isinstance(index, Constant) else None
        return (
            owner.of[position]
            if isinstance(position, int) and -len(owner.of) <= position < len(owner.of)
            else UNKNOWN
        )
    if isinstance(owner, ClassRef):  # `Repo[User]`
        return ClassRef(low.world.generics.made(owner.cls, node, low.module))
    # `async_sessionmaker[AsyncSession]`
    return UNKNOWN if isinstance(owner, (Parameter, Entity)) else owner


def _picked(owner: Collection, index: Kind, node: ast.Subscript) -> Kind:
    if isinstance(node.slice, ast.Slice):
        return owner
    if isinstance(index, Constant):
        if owner.keyed and index.value in owner.keyed:
            return owner.keyed[index.value]
        known = not any(many for _, many in owner.items)
        if (
            known
            and isinstance(index.value, int)
            and -len(owner.items) <= index.value < len(owner.items)
        ):
            return owner.items[index.value][0]
    return element(owner)


def _yield(low: Lowering, node: ast.Yield | ast.YieldFrom) -> Kind:
    kind = NONE if node.value is None else low.evaluate(node.value)
    delegated = isinstance(node, ast.YieldFrom)
    event = Yield(node, element(kind) if delegated else kind, delegated=delegated)
    low.emit(event)
    low.trace.yields.append(event)
    return UNKNOWN


def _comparison(low: Lowering, node: ast.Compare) -> Kind:
    low.evaluate(node.left)
    for value in node.comparators:
        low.evaluate(value)
    return UNKNOWN


def _unary(low: Lowering, node: ast.UnaryOp) -> Kind:
    low.evaluate(node.operand)
    return UNKNOWN


def _starred(low: Lowering, node: ast.Starred) -> Kind:
    return low.evaluate(node.value)


EXPRESSIONS: dict[type, Callable[..., Kind]] = {
    ast.Name: _name, ast.Constant: _constant, ast.Attribute: _attribute, ast.Call: _call, ast.Await: _await,
    ast.JoinedStr: _text, ast.BinOp: _operation, ast.IfExp: _choice, ast.BoolOp: _boolean,
    ast.NamedExpr: _named,
    ast.Lambda: _lambda, ast.List: _items, ast.Tuple: _items, ast.Set: _items, ast.Dict: _dictionary,
    ast.ListComp: _comprehension, ast.SetComp: _comprehension, ast.GeneratorExp: _comprehension,
    ast.DictComp: _comprehension, ast.Subscript: _item, ast.Yield: _yield, ast.YieldFrom: _yield,
    ast.Starred: _starred, ast.Compare: _comparison, ast.UnaryOp: _unary,
}  # fmt: skip
