"""What serialises an entity, and so reads the relations that its schema names."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from taskbound.migrate.models import names_in
from taskbound.migrate.values import (
    Entity,
    Many,
    Row,
    TheClass,
    Values,
    elements,
    of_type,
    only,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.migrate.evaluation import Evaluation
    from taskbound.migrate.module import Class, Function, Module

_ROUTES = frozenset(
    {"api_route", "delete", "get", "head", "options", "patch", "post", "put", "route"}
)
_DEEPEST = 4


def is_route(decorator: ast.expr) -> bool:
    """Whether a decorator looks like FastAPI's `@app.get("/path")`."""
    match decorator:
        case ast.Call(func=ast.Attribute(attr=name), args=[ast.Constant(value=str(path)), *_]):
            return name in _ROUTES and (not path or path.startswith("/"))
    return False


class Serialising:
    """Walks of entities along the fields of schemas."""

    def __init__(self, evaluation: Evaluation) -> None:
        self._evaluation = evaluation

    def answer(self, function: Function, values: Values, node: ast.AST) -> None:
        """An endpoint returns values, which its response model reads."""
        for annotation in _answers(function.node):
            for schema in self._schemas(annotation, function.module):
                self.read(values, schema, node, function.module)

    def read(self, values: Values, schema: Class, node: ast.AST, module: Module) -> None:
        """A schema is filled from entities, or from collections of them."""
        for entity in _entities(values):
            self._walk(entity, schema, node, module, _DEEPEST)

    def _walk(
        self, entity: Entity, schema: Class, node: ast.AST, module: Module, depth: int
    ) -> None:
        for name, annotation, home in self._fields(schema):
            relation = self._evaluation.models.relation(entity.of, name)
            if relation is None or depth == 0:
                continue
            found = self._evaluation.related(entity, relation, node, module)
            for inner in self._schemas(annotation, home):
                for target in _entities(found):
                    self._walk(target, inner, node, module, depth - 1)

    def _fields(self, schema: Class) -> Iterator[tuple[str, ast.expr, Module]]:
        for base in self._evaluation.names.bases(schema):
            for statement in base.node.body:
                match statement:
                    case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation):
                        yield name, annotation, base.module

    def _schemas(self, annotation: ast.expr, module: Module) -> list[Class]:
        """The classes in an annotation that are no mapped ones."""
        found = [
            each.of
            for expression in names_in(annotation)
            for each in of_type(self._evaluation.names.of(expression, module), TheClass)
        ]
        return [each for each in found if not self._evaluation.models.is_mapped(each)]


def _answers(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.expr]:
    for decorator in node.decorator_list:
        if is_route(decorator) and isinstance(decorator, ast.Call):
            models = [each.value for each in decorator.keywords if each.arg == "response_model"]
            yield from models
            if node.returns is not None and not models:
                yield node.returns


def _entities(values: Values) -> list[Entity]:
    found: list[Entity] = []
    for value in values:
        match value:
            case Entity():
                found.append(value)
            case Many() | Row():
                found += _entities(elements(only(value)))
    return found
