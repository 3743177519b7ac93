"""Which functions become coroutine functions: what waits, whoever calls that, and so on up to an entry."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING

from taskbound.migrate.entries import Entries, Entry, block_method
from taskbound.migrate.values import (
    Generated,
    Instance,
    Managed,
    TheFunction,
    Values,
    of_type,
)
from taskbound.migrate.vocabulary import CONSUMERS
from taskbound.migrate.waiting import How, Wait, Waiting

if TYPE_CHECKING:
    from taskbound.migrate.inference import Inference
    from taskbound.migrate.module import Class, Function, Module


class Colour:
    """The functions that wait, and every place at which one does."""

    def __init__(self, inference: Inference) -> None:
        self.inference = inference
        self.entries: Entries = Entries(inference)
        self.waiting: Waiting = Waiting(inference)
        self.waits: dict[ast.AST, Wait] = {}
        self.functions: set[Function] = set()
        """Functions that become coroutine functions."""
        self.run: set[Function] = set()
        """Functions that stay, and run their body with `asyncio.run`."""
        self.refused: dict[Function, Wait] = {}
        """Functions that cannot wait though they would have to, and for what."""
        self.blocks: set[Class] = set()
        """Context managers that become asynchronous ones."""
        self._uses = _Uses(inference)
        self._by_module: dict[Module, list[Wait]] = defaultdict(list)
        self._below: dict[Class, list[Class]] = defaultdict(list)
        for module in inference.modules:
            for of in module.classes.values():
                for base in inference.names.bases(of):
                    self._below[base].append(of)
        self._new: list[Function] = []
        for module in inference.modules:
            for wait in self.waiting.of(module):
                self._add(wait)
        while self._new:
            self._spread(self._new.pop())

    def waits_in(self, module: Module) -> list[Wait]:
        """The places of a module that wait and can, in the order of the text."""
        return sorted(self._by_module[module], key=lambda each: _position(each.node))

    def is_used(self, function: Function) -> bool:
        """Whether a function is called somewhere in the project."""
        return bool(self._uses.of(function))

    def refusal(self, wait: Wait) -> str:
        """Why a place cannot wait; empty where it can."""
        if wait.module.in_lambda(wait.node):
            return "a lambda cannot wait: make it a function"
        if wait.function in self.refused:
            return self.entries.refusal(wait.function)
        return self._in_generator(wait)

    def _add(self, wait: Wait) -> None:
        if wait.node in self.waits or isinstance(wait.module.parent(wait.node), ast.Await):
            return
        self.waits[wait.node] = wait
        self._by_module[wait.module].append(wait)
        function = wait.function
        if function is None or self.refusal(wait):
            return
        self._colour(function, wait)

    def _colour(self, function: Function, wait: Wait) -> None:
        if function in self.functions or function in self.run or function in self.refused:
            return
        match self.entries.of(function):
            case Entry.REFUSED:
                self.refused[function] = wait
            case _ if function.is_async:
                return
            case Entry.RUN:
                self.run.add(function)
            case Entry.PLAIN:
                self.functions.add(function)
                self._new.append(function)

    def _spread(self, function: Function) -> None:
        wait = Wait(How.CALL, ast.expr(), function.module, function)
        for relative in self._family(function):
            self._colour(relative, wait)
        for node, module, user in self._uses.of(function):
            how = _how(node)
            if how is not None:
                self._add(Wait(how, node, module, user))  # type: ignore[arg-type]  # as `_how` tells
        if function.owner is not None and block_method(function.name) != function.name:
            self._spread_block(function.owner)

    def _spread_block(self, owner: Class) -> None:
        if owner in self.blocks:
            return
        self.blocks.add(owner)
        for name in ("__enter__", "__exit__"):
            if method := owner.methods.get(name):
                wait = Wait(How.CALL, ast.expr(), method.module, method)
                self._colour(method, wait)
        for node, module, user in self._uses.blocks_of(owner, self.inference):
            self._add(Wait(How.BLOCK, node, module, user))

    def _family(self, function: Function) -> list[Function]:
        """The same method of the classes above and below, which are called in its place."""
        if function.owner is None or function.name.startswith("__"):
            return []
        above = self.inference.names.bases(function.owner)
        owners = dict.fromkeys((*above, *self._below[function.owner]))
        found = [owner.methods.get(function.name) for owner in owners]
        return [method for method in found if method is not None and method is not function]

    def _in_generator(self, wait: Wait) -> str:
        """Whether a place is in a generator expression, outside of what it iterates over first."""
        for outer in wait.module.above(wait.node):
            if isinstance(outer, ast.stmt):
                return ""
            if isinstance(outer, ast.GeneratorExp):
                first = self.is_iterated_first(wait.node, outer)
                if not first and not consumed(outer, wait.module):
                    return "a generator expression cannot wait: make it a list"
        return ""

    def is_iterated_first(self, node: ast.AST, generator: ast.GeneratorExp) -> bool:
        """Whether a place is evaluated before the generator is made, in the scope around it."""
        first = generator.generators[0]
        return any(node is each for each in ast.walk(first.iter))


class _Uses:
    """Where each function of the project is called, entered or iterated over."""

    def __init__(self, inference: Inference) -> None:
        self._by_function: dict[Function, list[tuple[ast.AST, Module, Function | None]]] = (
            defaultdict(list)
        )
        self._withs: list[tuple[ast.With, Module, Function | None]] = []
        for module in inference.modules:
            for node in module.nodes:
                self._collect(node, module, inference)

    def of(self, function: Function) -> list[tuple[ast.AST, Module, Function | None]]:
        """The calls, blocks and loops that have to wait for a function."""
        return self._by_function.get(function, [])

    def blocks_of(
        self, owner: Class, inference: Inference
    ) -> list[tuple[ast.With, Module, Function | None]]:
        """The blocks whose context manager is an object of a class."""
        return [
            (node, module, user)
            for node, module, user in self._withs
            for item in node.items
            for value in of_type(inference.of(item.context_expr), Instance)
            if owner in inference.names.bases(value.of)
        ]

    def _collect(self, node: ast.AST, module: Module, inference: Inference) -> None:
        match node:
            case ast.Call(func=func):
                for each in of_type(inference.of(func), TheFunction):
                    if not each.of.is_generator:
                        self._put(each.of, node, module)
            case ast.With(items=items):
                self._withs.append((node, module, module.function_of(node)))
                for item in items:
                    self._put_all(inference.of(item.context_expr), node, module)
            case ast.For(iter=iterated) | ast.comprehension(iter=iterated):
                self._put_all(inference.of(iterated), node, module)

    def _put_all(self, values: Values, node: ast.AST, module: Module) -> None:
        for each in values:
            if isinstance(each, Managed if isinstance(node, ast.With) else Generated):
                self._put(each.by, node, module)

    def _put(self, function: Function, node: ast.AST, module: Module) -> None:
        self._by_function[function].append((node, module, module.function_of(node)))


def consumed(generator: ast.GeneratorExp, module: Module) -> bool:
    """Whether a generator expression is the whole argument of what takes a list as well."""
    match module.parent(generator):
        case ast.Call(func=ast.Name(id=name), args=[first, *_]) if first is generator:
            return name in CONSUMERS
        case ast.Call(func=ast.Attribute(attr="join"), args=[first]) if first is generator:
            return True
    return False


def _how(node: ast.AST) -> How | None:
    match node:
        case ast.Call():
            return How.CALL
        case ast.With():
            return How.BLOCK
        case ast.For() | ast.comprehension():
            return How.LOOP
    return None


def _position(node: ast.AST) -> tuple[int, int]:
    if isinstance(node, ast.comprehension):
        return node.target.lineno, node.target.col_offset
    return node.lineno, node.col_offset  # type: ignore[attr-defined]  # calls and statements have it
