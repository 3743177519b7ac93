"""Modules, classes and functions, as their source tells them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from taskbound.check.source import Source

    Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class Import:
    """A name bound by an import: `from module import name`, or a module itself (name None)."""

    __slots__ = ("module", "name")

    def __init__(self, module: str, name: str | None) -> None:
        self.module: str = module
        self.name: str | None = name


class Assigned:
    """A name bound by assignments at module level or in a class: all its values, in order, and its
    annotation.
    """

    __slots__ = ("annotation", "module", "name", "node", "values")

    def __init__(self, name: str, node: ast.AST, module: ModuleFacts) -> None:
        self.name: str = name
        self.node: ast.AST = node
        self.module: ModuleFacts = module
        self.annotation: ast.expr | None = None
        self.values: list[ast.expr] = []


class ModuleFacts:
    """A module: what its names are bound to (Import, ClassFacts, FunctionFacts, Assigned), and what it
    star-imports.
    """

    __slots__ = ("body", "classes", "functions", "name", "names", "source", "stars")

    def __init__(self, source: Source) -> None:
        self.source: Source = source
        self.name: str = source.module
        self.names: dict[str, Import | ClassFacts | FunctionFacts | Assigned] = {}
        self.stars: list[str] = []
        self.classes: list[ClassFacts] = []  # nested ones and those in functions too
        self.functions: list[FunctionFacts] = []  # methods too, nested functions not
        self.body: FunctionFacts | None = None  # the module's own statements, as a function

    def __repr__(self) -> str:
        return f"<module {self.name}>"


class ClassFacts:
    """A class: bases, decorators and attributes as written; `methods` its own, not inherited ones."""

    __slots__ = ("attributes", "decorators", "methods", "module", "name", "node", "outer")

    def __init__(
        self, node: ast.ClassDef, module: ModuleFacts, outer: ClassFacts | None = None
    ) -> None:
        self.node: ast.ClassDef = node
        self.name: str = node.name
        self.module: ModuleFacts = module
        self.outer: ClassFacts | None = outer
        self.decorators: list[ast.expr] = node.decorator_list
        self.attributes: dict[str, Assigned] = {}
        self.methods: dict[str, FunctionFacts] = {}

    @property
    def bases(self) -> list[ast.expr]:
        return self.node.bases

    @property
    def qualname(self) -> str:
        """`app.models.User`."""
        return f"{self.module.name}.{self.name}"

    def __repr__(self) -> str:
        return f"<class {self.qualname}>"


class FunctionFacts:
    """A function, method, lambda or nested function. `owner` is the class of a method, `parent` the
    function around it.

    The statements of a module are a function too: named `<module>`, its node the ast.Module.
    """

    __slots__ = (
        "_parameters",
        "asynchronous",
        "decorators",
        "module",
        "name",
        "node",
        "of",
        "owner",
        "parent",
    )

    def __init__(
        self,
        node: Definition | ast.Module,
        module: ModuleFacts,
        *,
        name: str,
        asynchronous: bool = False,
        owner: ClassFacts | None = None,
        parent: FunctionFacts | None = None,
    ) -> None:
        self.node: Definition | ast.Module = node
        self.module: ModuleFacts = module
        self.name: str = name
        self.asynchronous: bool = asynchronous
        self.owner: ClassFacts | None = owner
        self.parent: FunctionFacts | None = parent
        # The function as its class has it, for one that is seen from a class that derives from that.
        self.of: FunctionFacts = self
        self.decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        self._parameters: list[ParameterFacts] | None = None

    @property
    def source(self) -> Source:
        return self.module.source

    @property
    def qualname(self) -> str:
        """`app.users.UserRepo.get`."""
        around = (
            self.owner.qualname
            if self.owner
            else self.parent.qualname
            if self.parent
            else self.module.name
        )
        return f"{around}.{self.name}"

    @property
    def spoken(self) -> str:
        """What a message calls it: `UserRepo.get`, `load_user`, `the module`."""
        if self.name == "<module>":
            return "the module"
        return f"{self.owner.name}.{self.name}" if self.owner else self.name

    @property
    def parameters(self) -> list[ParameterFacts]:
        """All parameters, in order, `self` too."""
        if self._parameters is None:
            self._parameters = parameters_of(self.node)
        return self._parameters

    def may_be_none(self, name: str) -> bool:
        """Is it the name of a parameter whose default is None?"""
        return any(
            parameter.name == name
            and isinstance(parameter.default, ast.Constant)
            and parameter.default.value is None
            for parameter in self.parameters
        )

    def decorated(self, *names: str) -> bool:
        """Does it carry a decorator whose last name is one of these?"""
        return any(last_name(decorator) in names for decorator in self.decorators)

    def __repr__(self) -> str:
        return f"<function {self.qualname}>"


class ParameterFacts:
    """One parameter. `how`: "positional", "keyword", "star" (*args) or "double" (**kwargs)."""

    __slots__ = ("annotation", "default", "how", "name", "node")

    def __init__(self, node: ast.arg, default: ast.expr | None, how: str) -> None:
        self.node: ast.arg = node
        self.name: str = node.arg
        self.annotation: ast.expr | None = node.annotation
        self.default: ast.expr | None = default
        self.how: str = how


def parameters_of(node: Definition | ast.Module) -> list[ParameterFacts]:
    """The parameters of a definition, in order."""
    arguments: ast.arguments | None = getattr(node, "args", None)
    if arguments is None:
        return []
    positional = [*arguments.posonlyargs, *arguments.args]
    blanks: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    found = [
        ParameterFacts(argument, default, "positional")
        for argument, default in zip(positional, [*blanks, *arguments.defaults], strict=True)
    ]
    if arguments.vararg:
        found.append(ParameterFacts(arguments.vararg, None, "star"))
    found.extend(
        ParameterFacts(argument, default, "keyword")
        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    )
    if arguments.kwarg:
        found.append(ParameterFacts(arguments.kwarg, None, "double"))
    return found


def last_name(node: ast.expr) -> str:
    """`task` of `@app.task(...)`; empty for what is no name."""
    inner = getattr(node, "func", node)
    return str(getattr(inner, "attr", None) or getattr(inner, "id", ""))
