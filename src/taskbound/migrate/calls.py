"""What calls return, and what they hand over to the functions of the project."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from taskbound.migrate.library import Library
from taskbound.migrate.values import (
    NOTHING,
    Engine,
    Entity,
    Factory,
    Foreign,
    Generated,
    Instance,
    Managed,
    Many,
    Origin,
    Outside,
    Query,
    Row,
    Session,
    TheClass,
    TheFunction,
    Value,
    Values,
    elements,
    only,
    union,
)
from taskbound.migrate.vocabulary import (
    ALIASED,
    CONTEXT_MANAGERS,
    FACTORIES,
    MAKERS,
    SCOPED,
    SELECTS,
    SESSIONS,
)

if TYPE_CHECKING:
    from taskbound.migrate.evaluation import Evaluation, Frame
    from taskbound.migrate.memory import Memory
    from taskbound.migrate.module import Class, Function

_OF_SAME = frozenset({"list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "filter"})
_OF_ONE = frozenset({"next", "min", "max"})
_DEPENDS = frozenset({"fastapi.Depends", "fastapi.Security", "fastapi.params.Depends"})
_CAST = ("typ", "val")
_VALIDATES = frozenset({"from_orm", "model_validate", "validate", "parse_obj"})


class Calls:
    """Calls to values. A part of the evaluation of expressions."""

    def __init__(self, evaluation: Evaluation) -> None:
        self._evaluation = evaluation
        self._memory = evaluation.memory
        self._library = Library(evaluation.models, evaluation.memory)

    def of(self, call: ast.Call, frame: Frame) -> Values:
        """What a call returns."""
        arguments = [self._evaluation.of(each, frame) for each in call.args]
        keywords = {each.arg: self._evaluation.of(each.value, frame) for each in call.keywords}
        found: list[Value] = []
        if isinstance(call.func, ast.Attribute):
            for value in self._evaluation.of(call.func.value, frame):
                found += self._library.method(value, call, arguments, frame.module)
        for callee in self._evaluation.of(call.func, frame):
            found += self._called(callee, call, arguments, keywords, frame)
        return Values(found) if found else NOTHING

    def applied_to(self, function: Function, receiver: Value) -> Values:
        """What a method returns that is called without arguments."""
        self._receive(function, only(receiver))
        return self._returned(function)

    def _called(
        self,
        callee: Value,
        call: ast.Call,
        arguments: list[Values],
        keywords: dict[str | None, Values],
        frame: Frame,
    ) -> Values:
        match callee:
            case TheFunction(of=function):
                return self._apply(callee, function, call, arguments, keywords, frame)
            case TheClass(of=of):
                return self._construct(of, call, arguments, keywords, frame)
            case Instance(of=of):
                return self._call_object(callee, of, call, arguments, keywords, frame)
            case Factory():
                return only(Session())
            case Foreign():
                return only(callee)
            case Outside(name=name):
                return self._outside(name, call, arguments, keywords, frame)
        return NOTHING

    def _call_object(
        self,
        callee: Value,
        of: Class,
        call: ast.Call,
        arguments: list[Values],
        keywords: dict[str | None, Values],
        frame: Frame,
    ) -> Values:
        bases = self._evaluation.names.bases(of)
        found = [base.methods["__call__"] for base in bases if "__call__" in base.methods]
        if not found:
            return NOTHING
        bound = TheFunction(found[0], only(callee))
        return self._apply(bound, found[0], call, arguments, keywords, frame)

    def _apply(
        self,
        callee: TheFunction,
        function: Function,
        call: ast.Call,
        arguments: list[Values],
        keywords: dict[str | None, Values],
        frame: Frame,
    ) -> Values:
        self._receive(function, callee.receiver)
        positional = self._after_receiver(function, callee)
        written = _written(call, positional, frame)
        if callee.written is not None and function.parameters:
            written[function.parameters[0].arg] = callee.written
        given: dict[str | None, Values] = dict(zip(positional, arguments, strict=False))
        for name, values in (given | keywords).items():
            if name is not None:
                inside = Values(_as_given(value, written) for value in values)
                self._memory.give(function, name, inside)
        return Values(_as_seen(value, written) for value in self._returned(function))

    def _returned(self, function: Function) -> Values:
        if _manages(self._evaluation, function):
            return only(Managed(self._memory.yielded(function), function))
        if function.is_generator:
            return only(Generated(self._memory.yielded(function), function))
        return self._memory.returned(function)

    def _receive(self, function: Function, receiver: Values) -> None:
        if function.owner is not None and function.parameters:
            self._memory.give(function, function.parameters[0].arg, receiver)

    def _after_receiver(self, function: Function, callee: TheFunction) -> list[str]:
        arguments = function.node.args
        names = [each.arg for each in (*arguments.posonlyargs, *arguments.args)]
        is_bound = function.owner is not None and (callee.receiver or _is_class_method(function))
        return names[1:] if is_bound else names

    def _construct(
        self,
        of: Class,
        call: ast.Call,
        arguments: list[Values],
        keywords: dict[str | None, Values],
        frame: Frame,
    ) -> Values:
        if self._evaluation.models.is_mapped(of):
            return only(Entity(of, Origin(frame.module, call, made=True)))
        made = Instance(of)
        bases = self._evaluation.names.bases(of)
        makers = [base.methods["__init__"] for base in bases if "__init__" in base.methods]
        if makers:
            bound = TheFunction(makers[0], only(made))
            self._apply(bound, makers[0], call, arguments, keywords, frame)
        else:
            self._fill(of, arguments, keywords)
        return only(made)

    def _fill(self, of: Class, arguments: list[Values], keywords: dict[str | None, Values]) -> None:
        """Arguments of a class whose fields are annotations, as of a dataclass."""
        fields = [
            statement.target.id
            for base in reversed(self._evaluation.names.bases(of))
            for statement in base.node.body
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
        ]
        for name, values in zip(fields, arguments, strict=False):
            self._memory.bind(of, name, values)
        for keyword, values in keywords.items():
            if keyword in fields:
                self._memory.bind(of, str(keyword), values)

    def _outside(
        self,
        name: str,
        call: ast.Call,
        arguments: list[Values],
        keywords: dict[str | None, Values],
        frame: Frame,
    ) -> Values:
        if name in SESSIONS:
            return only(Session())
        if name in FACTORIES or name in SCOPED:
            return only(Factory(scoped=name in SCOPED))
        if name in MAKERS:
            return only(Engine())
        if name in SELECTS:
            return self._library.select(call, arguments, frame.module)
        if name in ALIASED:
            return arguments[0] if arguments else NOTHING
        if name == "typing.cast" and len(call.args) == len(_CAST):
            return self._evaluation.annotations(frame).of(call.args[0]) or arguments[1]
        if name in _DEPENDS:
            return self._depended(arguments, keywords)
        if name == "builtins.super":
            return self._super(frame)
        if name.startswith("builtins."):
            return self._builtin(name.removeprefix("builtins."), call, arguments, frame)
        return only(Foreign(name))

    def _builtin(self, name: str, call: ast.Call, arguments: list[Values], frame: Frame) -> Values:
        if not arguments:
            return NOTHING
        if name in _OF_SAME or name in _OF_ONE:
            given = elements(arguments[-1 if name == "filter" else 0])
            self._hand(call, given, frame)
            return given if name in _OF_ONE else only(Many(given))
        if name == "map":
            self._hand(call, elements(arguments[-1]), frame)
        if name == "enumerate":
            row = Row((NOTHING, elements(arguments[0])))
            return only(Many(only(row)))
        if name == "zip":
            row = Row(tuple(elements(each) for each in arguments))
            return only(Many(only(row)))
        return NOTHING

    def _hand(self, call: ast.Call, values: Values, frame: Frame) -> None:
        """A lambda among the arguments gets each element."""
        for each in (*call.args, *(keyword.value for keyword in call.keywords)):
            if isinstance(each, ast.Lambda) and each.args.args:
                self._memory.bind_at(each.args.args[0], values)
                self._evaluation.of(each, frame)

    def _super(self, frame: Frame) -> Values:
        owner = frame.function.owner if frame.function else None
        bases = self._evaluation.names.bases(owner)[1:2] if owner else ()
        return Values(Instance(base) for base in bases)

    def _depended(self, arguments: list[Values], keywords: dict[str | None, Values]) -> Values:
        given = arguments[0] if arguments else keywords.get("dependency", NOTHING)
        return union(provided(each, self._memory) for each in given)


def provided(value: Value, memory: Memory) -> Values:
    """What a dependency or a fixture hands over: what it yields, else what it returns."""
    match value:
        case TheFunction(of=of):
            return memory.yielded(of) if of.is_generator else memory.returned(of)
        case TheClass(of=of):
            return only(Instance(of))
        case Factory():
            return NOTHING
        case Generated(of=of_generated):
            return of_generated
    return NOTHING


def validated(call: ast.Call) -> bool:
    """Whether a call makes a Pydantic model of an object, whose attributes it reads."""
    return isinstance(call.func, ast.Attribute) and call.func.attr in _VALIDATES


def _manages(evaluation: Evaluation, function: Function) -> bool:
    decorators = function.node.decorator_list
    names = (evaluation.names.outside(each, function.module) for each in decorators)
    return any(name in CONTEXT_MANAGERS for name in names)


def _is_class_method(function: Function) -> bool:
    return any(
        isinstance(each, ast.Name) and each.id == "classmethod"
        for each in function.node.decorator_list
    )


def _written(call: ast.Call, positional: list[str], frame: Frame) -> dict[str, str]:
    """How the arguments of a call are written, by parameter."""
    text = frame.module.text
    given = dict(zip(positional, call.args, strict=False))
    given |= {each.arg: each.value for each in call.keywords if each.arg is not None}
    return {
        name: text.of(each)
        for name, each in given.items()
        if isinstance(each, ast.Name | ast.Attribute)
    }


def _as_seen(value: Value, written: dict[str, str]) -> Value:
    """A returned query as the caller sees it, who writes its session otherwise."""
    if not isinstance(value, Query) or value.session is None:
        return value
    root, dot, rest = value.session.partition(".")
    here = written.get(root)
    return replace(value, session=None if here is None else f"{here}{dot}{rest}")


def _as_given(value: Value, written: dict[str, str]) -> Value:
    """A query as the function sees it that it is handed over to, with the session beside it."""
    if not isinstance(value, Query) or value.session is None:
        return value
    for name, here in written.items():
        if value.session == here or value.session.startswith(f"{here}."):
            return replace(value, session=name + value.session.removeprefix(here))
    return replace(value, session=None)
