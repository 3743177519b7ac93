"""One file as the migration sees it: its text, its tree, its functions and classes, its changes."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from taskbound.migrate.edits import Edits
from taskbound.migrate.text import Text
from taskbound.migrate.tree import all_nodes, inner_nodes, inner_statements

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(eq=False, slots=True, repr=False)
class Function:
    """A function of the project, or a method."""

    module: Module
    node: FunctionNode
    owner: Class | None
    enclosing: Function | None
    qualified: str
    """The name with the names of what it stands in, as in `Repository.save`."""
    parameters: list[ast.arg] = field(init=False)
    _is_generator: bool | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        arguments = self.node.args
        self.parameters = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]

    @property
    def name(self) -> str:
        """The name alone."""
        return self.node.name

    @property
    def is_generator(self) -> bool:
        """Whether it yields."""
        if self._is_generator is None:
            own = self.module.own(self.node)
            self._is_generator = any(isinstance(node, ast.Yield | ast.YieldFrom) for node in own)
        return self._is_generator

    @property
    def is_async(self) -> bool:
        """Whether it is a coroutine function, or an asynchronous generator, already."""
        return isinstance(self.node, ast.AsyncFunctionDef)


@dataclass(eq=False, slots=True, repr=False)
class Class:
    """A class of the project."""

    module: Module
    node: ast.ClassDef
    enclosing: Function | None
    methods: dict[str, Function] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name alone."""
        return self.node.name


@dataclass(eq=False, repr=False)
class Module:
    """A file of the project."""

    path: Path
    shown: str
    """The path as messages have it."""
    text: Text
    tree: ast.Module
    encoding: str = "utf-8"
    newline: str = "\n"
    edits: Edits = field(default_factory=Edits)
    functions: dict[FunctionNode, Function] = field(default_factory=dict)
    classes: dict[ast.ClassDef, Class] = field(default_factory=dict)
    statements: list[ast.stmt] = field(default_factory=list)
    """All statements, those of functions and classes too, in the order of the text."""

    _own: dict[ast.AST, list[ast.AST]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._define(self.tree, None, None, "")

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """The node around each node."""
        return {child: node for node in self.nodes for child in inner_nodes(node)}

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """All nodes, in the order of the text."""
        return list(all_nodes(self.tree))

    @cached_property
    def bound(self) -> frozenset[str]:
        """Every name that is bound somewhere in it, in whatever scope."""
        return frozenset(name for node in self.nodes for name in names_bound(node))

    @cached_property
    def bound_outside_classes(self) -> frozenset[str]:
        """The names that an expression can mean: those of a class's body are its attributes."""
        scopes = (self.tree, *self.functions)
        inner = (name for scope in scopes for node in self.own(scope) for name in names_bound(node))
        arguments = (arg.arg for f in self.functions.values() for arg in f.parameters)
        return frozenset((*inner, *arguments))

    @cached_property
    def bound_at_top(self) -> frozenset[str]:
        """The names that are bound at its top level."""
        return frozenset(name for node in self.own(self.tree) for name in names_bound(node))

    def own(self, scope: ast.AST) -> list[ast.AST]:
        """What `own_nodes` gives, kept, since it is asked for in every round."""
        if scope not in self._own:
            self._own[scope] = list(own_nodes(scope))
        return self._own[scope]

    def parent(self, node: ast.AST) -> ast.AST:
        """The node around a node that is not the module."""
        return self.parents[node]

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node, from the inside."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    def statement(self, node: ast.AST) -> ast.stmt:
        """The innermost statement that a node is in, or is."""
        while not isinstance(node, ast.stmt):
            node = self.parents[node]
        return node

    def function_of(self, node: ast.AST) -> Function | None:
        """The function whose body a node is in; None where that is the module's or a class's."""
        inside: ast.AST = node
        for outer in self.above(node):
            if isinstance(outer, FunctionNode) and inside in outer.body:
                return self.functions[outer]
            if isinstance(outer, ast.ClassDef) and inside in outer.body:
                return None
            inside = outer
        return None

    def class_of(self, node: ast.AST) -> Class | None:
        """The class whose body a node is in, be it in a method."""
        for outer in self.above(node):
            if isinstance(outer, ast.ClassDef):
                return self.classes[outer]
        return None

    def in_lambda(self, node: ast.AST) -> bool:
        """Whether a node is in a `lambda`, in the same function."""
        for outer in self.above(node):
            if isinstance(outer, ast.stmt):
                return False
            if isinstance(outer, ast.Lambda):
                return True
        return False

    def _define(
        self, node: ast.AST, owner: Class | None, enclosing: Function | None, prefix: str
    ) -> None:
        for child in inner_statements(node):
            if isinstance(child, ast.stmt):
                self.statements.append(child)
            if isinstance(child, FunctionNode):
                qualified = f"{prefix}{child.name}"
                made = Function(self, child, owner, enclosing, qualified)
                self.functions[child] = made
                if owner is not None:
                    owner.methods.setdefault(child.name, made)
                self._define(child, None, made, f"{qualified}.")
            elif isinstance(child, ast.ClassDef):
                made_class = self.classes[child] = Class(self, child, enclosing)
                self._define(child, made_class, enclosing, f"{prefix}{child.name}.")
            else:
                self._define(child, owner, enclosing, prefix)


def own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    """What is in the body of a function, class or module, without what is in others inside of it.

    A nested function or class comes as itself, and its decorators, defaults and bases after it.
    """
    body = scope.body if isinstance(scope, FunctionNode | ast.ClassDef | ast.Module) else []
    waiting: list[ast.AST] = list(reversed(body))
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(list(_inner(node)))


def names_bound(node: ast.AST) -> Iterator[str]:
    """The names that one node binds by itself."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.arg(arg=name):
            yield name
        case ast.Import() | ast.ImportFrom():
            yield from (alias.asname or alias.name.split(".")[0] for alias in node.names)
        case ast.ExceptHandler(name=str(name)):
            yield name
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name


def _inner(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield from node.decorator_list
            yield from node.args.defaults
            yield from (default for default in node.args.kw_defaults if default)
        case ast.ClassDef():
            yield from node.decorator_list
            yield from node.bases
            yield from (keyword.value for keyword in node.keywords)
        case _:
            yield from inner_nodes(node)
