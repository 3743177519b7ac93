"""What calls of SQLAlchemy's own methods give."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from taskbound.migrate.names import last_name
from taskbound.migrate.tree import inner_nodes
from taskbound.migrate.values import (
    NOTHING,
    Connection,
    Engine,
    Entity,
    Factory,
    Many,
    Origin,
    Query,
    Result,
    Row,
    Session,
    Statement,
    TheClass,
    Transaction,
    Value,
    Values,
    elements,
    first_place,
    loaded,
    of_type,
    only,
    union,
)
from taskbound.migrate.vocabulary import QUERY_LINKS, QUERY_PARTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.migrate.memory import Memory
    from taskbound.migrate.models import Models
    from taskbound.migrate.module import Class, Module

_ONE = frozenset({"first", "one", "one_or_none", "scalar", "scalar_one", "scalar_one_or_none"})
_EVERY = frozenset({"all", "fetchall", "fetchmany", "partitions"})
# Of a query these bring no second table into it.
_ALONE = frozenset(
    {"distinct", "execution_options", "filter_by", "limit", "offset", "order_by", "with_for_update"}
)
_CLASS_NAME = re.compile(r"(?:^|_)(?:class|cls|entity|klass|model)$")
_AGGREGATES = frozenset({"avg", "count", "exists", "max", "min", "sum", "total"})


class Library:
    """The part of SQLAlchemy that the migration looks through."""

    def __init__(self, models: Models, memory: Memory) -> None:
        self._models = models
        self._memory = memory

    def method(
        self, value: Value, call: ast.Call, arguments: list[Values], module: Module
    ) -> Values:
        """What a method of one of SQLAlchemy's objects returns."""
        assert isinstance(call.func, ast.Attribute)
        name = call.func.attr
        match value:
            case Session() | Factory(scoped=True):
                return self._of_session(name, call, arguments, module)
            case Factory():
                return only(Session()) if name == "begin" else NOTHING
            case Engine() | Connection():
                return _of_connection(value, name)
            case Query():
                return self._of_query(value, name, call, arguments)
            case Statement():
                return NOTHING if name in QUERY_PARTS else only(value)
            case Result(gives=gives):
                return _of_result(name, gives)
            case Many(of=of):
                return _of_collection(name, of)
        return NOTHING

    def select(self, call: ast.Call, arguments: list[Values], module: Module) -> Values:
        """What `select()` returns."""
        return only(Statement(self._places(arguments), Origin(module, call)))

    def _of_session(
        self, name: str, call: ast.Call, arguments: list[Values], module: Module
    ) -> Values:
        if name == "query":
            return self._query(call, arguments, module)
        if name in {"begin", "begin_nested"}:
            return only(Transaction())
        if name == "connection":
            return only(Connection())
        if name in {"get", "get_one", "merge"}:
            return self._got(call, arguments, module)
        given = arguments[0] if arguments else NOTHING
        rows = union(loaded(s) for s in of_type(given, Statement))
        if name in {"execute", "exec", "scalars"}:
            return only(Result(rows if name == "execute" else first_place(rows)))
        return first_place(rows) if name == "scalar" else NOTHING

    def _got(self, call: ast.Call, arguments: list[Values], module: Module) -> Values:
        given = arguments[0] if arguments else NOTHING
        origin = Origin(module, call)
        classes = [value.of for value in of_type(given, TheClass)]
        return Values(Entity(of, origin) for of in classes) | Values(of_type(given, Entity))

    def _query(self, call: ast.Call, arguments: list[Values], module: Module) -> Values:
        assert isinstance(call.func, ast.Attribute)
        session = module.text.of(call.func.value)
        single = len(call.args) == 1 and _is_class(call.args[0], arguments[0])
        query = Query(
            self._places(arguments),
            session,
            Origin(module, call),
            single=single,
            one_value=not single and all(_is_aggregate(each) for each in call.args),
        )
        several = of_type(arguments[0], TheClass) if single else []
        if len(several) > 1:
            return Values(replace(query, places=(each.of,)) for each in several)
        return only(query)

    def _places(self, arguments: list[Values]) -> tuple[Class | None, ...]:
        found = []
        for values in arguments:
            classes = [v.of for v in of_type(values, TheClass) if self._models.is_mapped(v.of)]
            found.append(classes[0] if len(classes) == 1 else None)
        return tuple(found)

    def _of_query(self, query: Query, name: str, call: ast.Call, arguments: list[Values]) -> Values:
        if name in _ONE:
            return loaded(query)
        if name == "all":
            return only(Many(loaded(query)))
        if name == "get":
            return loaded(query)
        if name not in QUERY_LINKS or name in QUERY_PARTS:
            return NOTHING
        if name == "with_entities":
            return self._other_entities(query, call, arguments)
        alone = name in _ALONE or (
            name in {"filter", "where", "options"}
            and all(self._is_about_one(each, query, name) for each in call.args)
        )
        grouped = name in {"group_by", "add_columns"}
        return only(
            replace(
                query,
                distinct=query.distinct and alone,
                single=query.single and name != "add_columns",
                one_value=query.one_value and not grouped,
            )
        )

    def _other_entities(self, query: Query, call: ast.Call, arguments: list[Values]) -> Values:
        single = len(call.args) == 1 and _is_class(call.args[0], arguments[0])
        aggregate = not single and all(_is_aggregate(each) for each in call.args)
        places = self._places(arguments)
        return only(replace(query, places=places, single=single, one_value=aggregate))

    def _is_about_one(self, argument: ast.expr, query: Query, name: str) -> bool:
        """Whether a condition or an option surely brings no second table into a query."""
        inner = list(_outer_nodes(argument))
        if name == "options":
            return not any(_joins(node) for node in inner)
        if isinstance(argument, ast.Name | ast.Starred):
            return False
        asked = query.origin.node.args
        own = ast.dump(asked[0]) if asked else ""
        attributes = (node.value for node in inner if isinstance(node, ast.Attribute))
        return not any(ast.dump(each) != own and self._may_be_mapped(each) for each in attributes)

    def _may_be_mapped(self, expression: ast.expr) -> bool:
        values = self._memory.expressions.get(expression, NOTHING)
        if not values:
            return last_name(expression)[:1].isupper()
        return any(self._models.is_mapped(each.of) for each in of_type(values, TheClass))


def _outer_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a condition, without those of queries inside of it, which have tables of their own."""
    yield node
    if isinstance(node, ast.Call) and last_name(node.func) in {
        "any",
        "exists",
        "has",
        "query",
        "select",
    }:
        return
    for child in inner_nodes(node):
        yield from _outer_nodes(child)


def _joins(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and last_name(node.func) in {"joinedload", "contains_eager"}


def _of_connection(value: Engine | Connection, name: str) -> Values:
    if isinstance(value, Engine):
        if name == "execution_options":
            return only(value)
        return only(Connection()) if name in {"connect", "begin"} else NOTHING
    if name in {"begin", "begin_nested"}:
        return only(Transaction())
    if name == "execution_options":
        return only(value)
    return only(Result()) if name in {"execute", "scalars"} else NOTHING


def _of_result(name: str, gives: Values) -> Values:
    if name == "scalars":
        return only(Result(first_place(gives)))
    if name in _EVERY:
        return only(Many(gives))
    if name in _ONE or name == "fetchone":
        return first_place(gives) if name.startswith("scalar") else gives
    return only(Result(gives))


def _of_collection(name: str, of: Values) -> Values:
    if name in {"values", "copy"}:
        return only(Many(of))
    if name == "items":
        return only(Many(only(Row((NOTHING, of)))))
    return of if name in {"get", "pop", "setdefault"} else NOTHING


def _is_class(argument: ast.expr, values: Values) -> bool:
    """Whether what a query is asked for is a class: known, or a name of none of the columns."""
    if any(isinstance(value, TheClass) for value in values):
        return True
    match argument:
        case ast.Name():
            return not elements(values)
        case ast.Attribute(value=ast.Name(id="self" | "cls")):
            return True
        case ast.Attribute(attr=name):
            # `models.User`: columns are written in lower case. `service.repository.model` is none of them.
            return name[:1].isupper() or _CLASS_NAME.search(name) is not None
    return False


def _is_aggregate(argument: ast.expr) -> bool:
    match argument:
        case ast.Call(func=ast.Attribute(value=inner, attr="label")):
            return _is_aggregate(inner)
        case ast.Call(func=func):
            return last_name(func) in _AGGREGATES
    return False
