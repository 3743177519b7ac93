"""A package of the corpus: its modules, and what its names are, read without the checker."""

from __future__ import annotations

import ast
import itertools
import re
import warnings
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from .code import Code, Function

if TYPE_CHECKING:
    from pathlib import Path

ASYNC = re.compile(
    rb"AsyncSession|async_session|sessionmaker|create_async_engine|AsyncEngine|[Rr]elationship\(|mapped_column\(|\bColumn\("
)
OUTSIDE = re.compile(
    r"(^|/)(tests?|testing|migrations|alembic|versions|examples?|docs|scripts|node_modules)/|(^|/)(test_[^/]*|conftest)\.py$"
)
FACTORY = re.compile(
    r"\b(\w+)\s*(?::[^=\n]+)?=\s*(async_sessionmaker|sessionmaker)(?:\[[^\]\n]*\])?\(([^)]*)"
)
ANNOTATED_FACTORY = re.compile(r"\b(\w+)\s*:\s*[\"']?async_sessionmaker\b")
# Names that are something else too: a synchronous factory, anything.
OTHERWISE = re.compile(r"\b(\w+)\s*(?::[^=\n]+)?=\s*scoped_session\(|\b(\w+)\s*:\s*Any\b")
ALIAS = re.compile(r"^(\w+)\s*(?::\s*TypeAlias)?\s*=\s*Annotated\[\s*AsyncSession\b", re.MULTILINE)
DEPENDS = re.compile(r"Depends\(\s*([\w.]+)\s*\)")


@dataclass(frozen=True, slots=True)
class Relationship:
    cls: str
    name: str
    collection: bool
    lazy: str | None


@dataclass(frozen=True, slots=True)
class OwnBlock:
    """`async with factory() as session:` where the factory is known to be a sessionmaker."""

    node: ast.AsyncWith
    item: ast.withitem
    session: str
    factory: str


class Package:
    """The modules of one folder of the corpus that have to do with SQLAlchemy."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.name = root.name
        self._sessions: dict[Function, set[str]] = {}
        self._blocks: dict[Function, list[OwnBlock]] = {}
        self._users: dict[Code, list[ast.AsyncFunctionDef]] = {}

    @cached_property
    def modules(self) -> list[Code]:
        found: list[Code] = []
        for path in sorted(self.root.rglob("*.py")):
            if OUTSIDE.search(path.relative_to(self.root).as_posix()):
                continue
            content = path.read_bytes()
            if not ASYNC.search(content):
                continue
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    found.append(Code(path, content.decode().replace("\r\n", "\n")))
            except (SyntaxError, UnicodeDecodeError, ValueError):
                continue
        return found

    @cached_property
    def factories(self) -> frozenset[str]:
        """Names that are a sessionmaker of AsyncSession wherever they are bound in this package."""
        names: set[str] = set()
        functions: set[str] = set()
        for module in self.modules:
            functions.update(each.name for each in module.functions)
            names |= _factories(module.text)
        return frozenset(names - functions)

    @cached_property
    def aliases(self) -> frozenset[str]:
        return frozenset(name for module in self.modules for name in ALIAS.findall(module.text))

    @cached_property
    def dependencies(self) -> frozenset[str]:
        """Names of functions that FastAPI's Depends is given without a scope."""
        return frozenset(
            name.split(".")[-1] for module in self.modules for name in DEPENDS.findall(module.text)
        )

    @cached_property
    def relationships(self) -> dict[str, list[Relationship]]:
        found: dict[str, list[Relationship]] = defaultdict(list)
        for module in (each for each in self.modules if "elationship(" in each.text):
            for cls in module.classes:
                for statement in cls.body:
                    relation = _relationship(module, cls, statement)
                    if relation is not None:
                        found[relation.name].append(relation)
        return found

    @cached_property
    def columns(self) -> dict[str, set[str]]:
        """Columns by the name of the mapped class, of classes that are named once in the package."""
        found: dict[str, set[str]] = {}
        twice: set[str] = set()
        for module in self.modules:
            for cls in module.classes:
                names = _columns(module, cls)
                if not names:
                    continue
                if cls.name in found:
                    twice.add(cls.name)
                found[cls.name] = names
        return {name: names for name, names in found.items() if name not in twice}

    @cached_property
    def bases(self) -> frozenset[str]:
        """The names that classes of this package derive from."""
        return frozenset(
            module.of(base).split(".")[-1]
            for module in self.modules
            for cls in module.classes
            for base in cls.bases
        )

    @cached_property
    def asynchronous(self) -> bool:
        return any("AsyncSession" in module.text for module in self.modules)

    @cached_property
    def eager_defaults(self) -> bool:
        return any("eager_defaults" in module.text for module in self.modules)

    @cached_property
    def disposals(self) -> int:
        return sum(len(re.findall(r"\.dispose\(", module.text)) for module in self.modules)

    # of one function

    def users(self, module: Code) -> list[ast.AsyncFunctionDef]:
        """The coroutines that certainly have a session."""
        if module not in self._users:
            self._users[module] = [
                each for each in module.coroutines if self.sessions(module, each)
            ]
        return self._users[module]

    def sessions(self, module: Code, function: Function) -> set[str]:
        """What is certainly an AsyncSession in a function, as source text: "db", "self.session"."""
        if function in self._sessions:
            return self._sessions[function]
        found = self.parameters(module, function) | {
            block.session for block in self.own_blocks(module, function)
        }
        cls = module.class_of(function)
        if cls is not None and module.function_of(function) is None:
            found |= {f"self.{name}" for name in self._attributes(module, cls)}
        self._sessions[function] = found
        return found

    def parameters(self, module: Code, function: Function) -> set[str]:
        given = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        return {each.arg for each in given if self._is_session(module, each.annotation)}

    def own_blocks(self, module: Code, function: Function) -> list[OwnBlock]:
        if function in self._blocks:
            return self._blocks[function]
        found: list[OwnBlock] = []
        self._blocks[function] = found
        for node in module.owned[function]:
            if isinstance(node, ast.AsyncWith) and len(node.items) == 1:
                call, name = node.items[0].context_expr, node.items[0].optional_vars
                if (
                    isinstance(call, ast.Call)
                    and not call.args
                    and not call.keywords
                    and isinstance(name, ast.Name)
                ):
                    factory = module.of(call.func)
                    if self._is_factory(module, factory):
                        found.append(OwnBlock(node, node.items[0], name.id, factory))
        return found

    def _is_factory(self, module: Code, written: str) -> bool:
        """An attribute is what its own module binds it to: another class may have one of its name."""
        name = written.rsplit(".", maxsplit=1)[-1]
        if name not in self.factories or not re.fullmatch(r"(self\.)?\w+", written):
            return False
        return "." not in written or (
            name in _factories(module.text)
            and name not in itertools.chain(*OTHERWISE.findall(module.text))
        )

    def is_handler(self, module: Code, function: Function) -> bool:
        """FastAPI calls it: it has a route's decorator."""
        return any(
            re.match(r"[\w.]*(router|app)[\w.]*\.(get|post|put|patch|delete)\(", module.of(each))
            for each in function.decorator_list
        )

    def _is_session(self, module: Code, annotation: ast.expr | None) -> bool:
        text = module.of(annotation).strip("\"' ")
        return text in self.aliases or (
            bool(
                re.fullmatch(
                    r"AsyncSession(\s*\|\s*None)?|Annotated\[\s*AsyncSession\b.*", text, re.DOTALL
                )
            )
            and "None" not in text
        )

    def _attributes(self, module: Code, cls: ast.ClassDef) -> set[str]:
        found: set[str] = set()
        for function in (
            each
            for each in cls.body
            if isinstance(each, ast.FunctionDef) and each.name == "__init__"
        ):
            given = self.parameters(module, function)
            for node in ast.walk(function):
                if (
                    isinstance(node, ast.Assign)
                    and isinstance(node.value, ast.Name)
                    and node.value.id in given
                ):
                    found.update(
                        target.attr
                        for target in node.targets
                        if isinstance(target, ast.Attribute) and module.of(target.value) == "self"
                    )
        return found


def _factories(text: str) -> set[str]:
    """The names that a module binds to a sessionmaker of AsyncSession, or annotates as one."""
    return {
        *ANNOTATED_FACTORY.findall(text),
        *(
            name
            for name, maker, arguments in FACTORY.findall(text)
            if maker == "async_sessionmaker" or "AsyncSession" in arguments
        ),
    }


def _relationship(module: Code, cls: ast.ClassDef, statement: ast.stmt) -> Relationship | None:
    if not isinstance(statement, ast.Assign | ast.AnnAssign) or not isinstance(
        statement.value, ast.Call
    ):
        return None
    if module.of(statement.value.func).split(".")[-1] not in {"relationship", "Relationship"}:
        return None
    target = statement.target if isinstance(statement, ast.AnnAssign) else statement.targets[0]
    annotation = module.of(statement.annotation) if isinstance(statement, ast.AnnAssign) else ""
    lazy = next(
        (
            module.of(each.value).strip("\"'")
            for each in statement.value.keywords
            if each.arg == "lazy"
        ),
        None,
    )
    if lazy is None and "lazy" in module.of(statement.value):
        lazy = "?"
    collection = bool(re.search(r"\b(list|List|set|Set|Sequence)\[", annotation))
    return Relationship(cls.name, module.of(target), collection, lazy)


def _columns(module: Code, cls: ast.ClassDef) -> set[str]:
    found: set[str] = set()
    for statement in cls.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            if (
                module.of(statement.annotation).startswith("Mapped[")
                and "relationship" not in module.of(statement.value)
                and "deferred" not in module.of(statement.value)
            ):
                found.add(statement.target.id)
        elif (
            isinstance(statement, ast.Assign)
            and isinstance(statement.value, ast.Call)
            and module.of(statement.value.func).split(".")[-1] in {"Column", "mapped_column"}
        ):
            found.add(module.of(statement.targets[0]))
    return found
