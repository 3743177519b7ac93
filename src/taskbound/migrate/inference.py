"""Rounds over all functions, until none finds out more about what is a session, a query, an entity."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING

from taskbound.migrate.calls import provided, validated
from taskbound.migrate.evaluation import Evaluation, Frame
from taskbound.migrate.fixtures import Fixtures
from taskbound.migrate.memory import Memory
from taskbound.migrate.models import Models
from taskbound.migrate.module import Class, Function, Module
from taskbound.migrate.names import Names
from taskbound.migrate.serialising import Serialising
from taskbound.migrate.tree import inner_nodes
from taskbound.migrate.values import (
    NOTHING,
    Entity,
    Instance,
    Session,
    TheClass,
    TheFunction,
    Values,
    elements,
    of_type,
    only,
)
from taskbound.migrate.vocabulary import LISTENERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from taskbound.migrate.project import Project

_MOST_ROUNDS = 40
_SPEAKS = re.compile(r"sqlalchemy|sqlmodel|(?:postgres|sqlite|mysql|mariadb)[\w+]*://")
_VALIDATES = re.compile(r"model_validate|from_orm|parse_obj|\.validate\(")
_SESSION_NAMES = frozenset({"session", "db", "db_session", "dbsession", "sess"})
_SESSION_USES = frozenset({"query", "commit", "flush", "add_all", "rollback", "scalars", "scalar"})


class Inference:
    """What is known of a project's code after reading it."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.names: Names = Names(project)
        self.models: Models = Models(self.names)
        self.memory: Memory = Memory()
        self.evaluation: Evaluation = Evaluation(self.names, self.models, self.memory)
        self._serialising = Serialising(self.evaluation)
        self._fixtures = Fixtures(project, self.names)
        self._validated: dict[ast.stmt, list[ast.Call]] = {}
        self._imports: dict[Module, set[Module | None]] = {}
        self._listeners = {
            function
            for module in project.modules
            for function in module.functions.values()
            if self._listens(function)
        }
        self.modules: list[Module] = self._concerned()
        self._validating = {m for m in self.modules if _VALIDATES.search(m.text.source)}
        self._read_all()

    def of(self, node: ast.expr) -> Values:
        """What an expression of the project's code is."""
        return self.memory.expressions.get(node, NOTHING)

    def is_listener(self, function: Function | None) -> bool:
        """Whether a function is called by SQLAlchemy, which stays synchronous inside."""
        return function in self._listeners

    def _read_all(self) -> None:
        """All scopes once, and those again that have asked for what has changed since."""
        scopes = [scope for module in self.modules for scope in self._scopes(module)]
        waiting = list(range(len(scopes)))
        for _round in range(_MOST_ROUNDS):
            for number in waiting:
                self.memory.current = number
                self.memory.woken.pop(number, None)
                scopes[number]()
            waiting = sorted(self.memory.woken)
            if not waiting:
                return

    def _concerned(self) -> list[Module]:
        """The modules that speak of databases, and those that import from them, however far."""
        speaking = [m for m in self.project.modules if _SPEAKS.search(m.text.source)]
        # What these are told, as the settings of an engine, comes from what they import.
        concerned = {each for module in speaking for each in (module, *self._imported(module))}
        importers: dict[Module | None, list[Module]] = defaultdict(list)
        for module in self.project.modules:
            for each in self._imported(module):
                importers[each].append(module)
        waiting = [each for each in concerned if each is not None]
        while waiting:
            new = [each for each in importers[waiting.pop()] if each not in concerned]
            concerned.update(new)
            waiting += new
        return [each for each in self.project.modules if each in concerned]

    def _imported(self, module: Module) -> set[Module | None]:
        if module not in self._imports:
            find, imports = self.project.module, self.names.imports(module).values()
            self._imports[module] = {
                find(name, module)
                for each in imports
                for name in (each.module, f"{each.module}.{each.name}")
            }
        return self._imports[module]

    def _listens(self, function: Function) -> bool:
        decorators = function.node.decorator_list
        return any(self.names.called(each, function.module) in LISTENERS for each in decorators)

    def _scopes(self, module: Module) -> Iterator[Callable[[], None]]:
        yield partial(self._scope, module.tree, Frame(module, None))
        for of in module.classes.values():
            yield partial(self._of_class, of)
        for function in module.functions.values():
            yield partial(self._of_function, function)

    def _of_class(self, of: Class) -> None:
        self._fields(of)
        self._scope(of.node, Frame(of.module, of.enclosing, of))

    def _of_function(self, function: Function) -> None:
        if function not in self._listeners:
            self._parameters(function)
        self._scope(function.node, Frame(function.module, function))

    def _scope(self, scope: ast.Module | ast.ClassDef | ast.AST, frame: Frame) -> None:
        for node in frame.module.own(scope):
            if isinstance(node, ast.stmt):
                self._statement(node, frame)
            elif isinstance(node, ast.ExceptHandler) and node.type is not None:
                self.evaluation.of(node.type, frame)
            elif isinstance(node, ast.match_case) and node.guard is not None:
                self.evaluation.of(node.guard, frame)

    def _statement(self, node: ast.stmt, frame: Frame) -> None:
        evaluate, assign = self.evaluation.of, self.evaluation.assign
        match node:
            case ast.Assign(targets=targets, value=value):
                values = evaluate(value, frame)
                for target in targets:
                    self._target(target, values, frame)
            case ast.AnnAssign(target=target, annotation=annotation, value=annotated):
                values = self.evaluation.annotations(frame).of(annotation)
                evaluate(annotation, frame)
                self._target(target, values | evaluate(annotated, frame), frame)
            case ast.For(target=target, iter=iterated) | ast.AsyncFor(target=target, iter=iterated):
                assign(target, elements(evaluate(iterated, frame)), frame)
            case ast.With(items=items) | ast.AsyncWith(items=items):
                self._enter(items, frame)
            case ast.Return(value=returned):
                self._return(node, evaluate(returned, frame), frame)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._function(node, frame)
            case ast.ClassDef():
                self._class(node, frame)
            case _:
                self._others(node, frame)
        self._validations(node, frame)

    def _target(self, target: ast.expr, values: Values, frame: Frame) -> None:
        """Bind a target. To replace a collection is to read the old one."""
        if isinstance(target, ast.Attribute):
            for owner in of_type(self.evaluation.of(target.value, frame), Entity):
                relation = self.models.relation(owner.of, target.attr)
                if relation is not None and relation.many:
                    self.evaluation.related(owner, relation, target, frame.module)
        self.evaluation.assign(target, values, frame)

    def _enter(self, items: list[ast.withitem], frame: Frame) -> None:
        for item in items:
            values = self.evaluation.entered(self.evaluation.of(item.context_expr, frame))
            if item.optional_vars is not None:
                self.evaluation.assign(item.optional_vars, values, frame)

    def _return(self, node: ast.stmt, values: Values, frame: Frame) -> None:
        if frame.function is not None:
            self.memory.add_returned(frame.function, values)
            self._serialising.answer(frame.function, values, node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame) -> None:
        made = frame.module.functions[node]
        if frame.function is not None and frame.owner is None:
            bound = only(TheFunction(made))
            self.memory.bind(frame.function, node.name, bound)
        for each in ast.walk(node.args):
            if isinstance(each, ast.arg) and each.annotation is not None:
                self.evaluation.of(each.annotation, frame)
        if node.returns is not None:
            self.evaluation.of(node.returns, frame)
        for default in (*node.args.defaults, *node.args.kw_defaults):
            self.evaluation.of(default, frame)
        for decorator in node.decorator_list:
            self.evaluation.of(decorator, frame)

    def _class(self, node: ast.ClassDef, frame: Frame) -> None:
        if frame.function is not None:
            bound = only(TheClass(frame.module.classes[node]))
            self.memory.bind(frame.function, node.name, bound)
        for each in (*node.bases, *(k.value for k in node.keywords), *node.decorator_list):
            self.evaluation.of(each, frame)

    def _others(self, node: ast.stmt, frame: Frame) -> None:
        for child in inner_nodes(node):
            if isinstance(child, ast.expr):
                self.evaluation.of(child, frame)

    def _validations(self, node: ast.stmt, frame: Frame) -> None:
        """`Schema.model_validate(entity)` reads what the schema names."""
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return
        if frame.module not in self._validating:
            return
        if node not in self._validated:
            self._validated[node] = [
                each
                for each in _expressions(node)
                if isinstance(each, ast.Call) and validated(each) and each.args
            ]
        for inner in self._validated[node]:
            if isinstance(inner.func, ast.Attribute):
                for schema in of_type(self.of(inner.func.value), TheClass):
                    given = self.of(inner.args[0])
                    self._serialising.read(given, schema.of, inner, frame.module)

    def _fields(self, of: Class) -> None:
        """What a class says of its objects' attributes, where that is no row."""
        if self.models.is_mapped(of):
            return
        annotations = self.evaluation.annotations(Frame(of.module, of.enclosing))
        for statement in of.node.body:
            match statement:
                case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation):
                    self.memory.bind(of, name, annotations.of(annotation))

    def _parameters(self, function: Function) -> None:
        frame = Frame(function.module, function.enclosing)
        annotations = self.evaluation.annotations(frame)
        defaults = _defaults(function.node.args)
        for place, parameter in enumerate(function.parameters):
            name = parameter.arg
            values = annotations.of(parameter.annotation)
            values |= self.evaluation.of(defaults.get(name), frame)
            values |= self._injected(function, name)
            if place == 0 and function.owner is not None:
                values |= self._receiver(function, function.owner)
            if not values and self._is_called_like_session(function, parameter):
                values = only(Session())
            self.memory.give(function, name, values)

    def _injected(self, function: Function, name: str) -> Values:
        fixture = self._fixtures.named(name, function)
        return provided(TheFunction(fixture), self.memory) if fixture else NOTHING

    def _receiver(self, function: Function, owner: Class) -> Values:
        decorators = {self.names.outside(d, function.module) for d in function.node.decorator_list}
        if "builtins.staticmethod" in decorators:
            return NOTHING
        if "builtins.classmethod" in decorators:
            return only(TheClass(owner))
        return only(Entity(owner) if self.models.is_mapped(owner) else Instance(owner))

    def _is_called_like_session(self, function: Function, parameter: ast.arg) -> bool:
        """Whether an argument that nothing is known of has a session's name and a session's uses."""
        if parameter.annotation is not None or parameter.arg not in _SESSION_NAMES:
            return False
        if self.memory.named(function, parameter.arg):
            return False
        uses = [
            node
            for node in function.module.own(function.node)
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == parameter.arg
        ]
        parents = function.module.parents
        if any(isinstance(parents[parents[use]], ast.Await) for use in uses):
            return False
        names = {use.attr for use in uses}
        return not _SESSION_USES.isdisjoint(names) and _knows_sqlalchemy(
            self.names, function.module
        )


def _knows_sqlalchemy(names: Names, module: Module) -> bool:
    return any(
        source.module.split(".")[0] in {"sqlalchemy", "sqlmodel"}
        or names.project.module(source.module, module) is not None
        for source in names.imports(module).values()
    )


def _defaults(arguments: ast.arguments) -> dict[str, ast.expr]:
    positional = [*arguments.posonlyargs, *arguments.args]
    with_default = positional[len(positional) - len(arguments.defaults) :]
    found = {each.arg: value for each, value in zip(with_default, arguments.defaults, strict=True)}
    for each, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if value is not None:
            found[each.arg] = value
    return found


def _expressions(statement: ast.stmt) -> list[ast.AST]:
    """The expressions of a statement, without those of statements inside of it."""
    found: list[ast.AST] = []
    waiting = [c for c in inner_nodes(statement) if not isinstance(c, ast.stmt)]
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting += [c for c in inner_nodes(node) if not isinstance(c, ast.stmt)]
    return found
