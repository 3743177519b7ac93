"""All modules of a run, and what a dotted name in one of them means."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING

from taskbound.check.index.collect import collect
from taskbound.check.index.facts import Assigned, ClassFacts, FunctionFacts, Import, ModuleFacts
from taskbound.check.index.mapped import MappedFacts, read_mapped
from taskbound.check.source import Source, Unreadable, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    # What a name means: a module, class, function or assignment of the project, a library's dotted name, or
    # nothing known.
    Symbol = ModuleFacts | ClassFacts | FunctionFacts | Assigned | str | None

_DEEPEST = 20


class File:
    """A file of a run. `relevant` ones are checked; the others are read only when a name leads into them."""

    __slots__ = ("content", "module", "path", "relevant")

    def __init__(self, path: str, module: str, content: bytes, *, relevant: bool) -> None:
        self.path: str = path
        self.module: str = module
        self.content: bytes = content
        self.relevant: bool = relevant


class Project:
    """Modules by their dotted names; a module is parsed when it is first asked for."""

    def __init__(self, files: Iterable[File]) -> None:
        self.unreadable: list[Unreadable] = []
        self._files = {file.module: file for file in files}
        self._relevant = sorted(
            (file for file in self._files.values() if file.relevant), key=lambda file: file.path
        )
        self._modules: dict[str, ModuleFacts | None] = {}
        self._packages: set[str] | None = None
        self._resolved: dict[tuple[ModuleFacts, str], Symbol] = {}
        self._endings: dict[str, list[str]] | None = None
        self._mapped: dict[ClassFacts, MappedFacts | None] = {}
        self._mro: dict[ClassFacts, list[ClassFacts | str]] = {}
        self._by_name: dict[str, list[ClassFacts]] | None = None

    def relevant(self) -> Iterator[ModuleFacts]:
        """The modules to check, in the order of their paths."""
        for file in self._relevant:
            module = self.module(file.module)
            if module is not None:
                yield module

    def module(self, name: str) -> ModuleFacts | None:
        """The module of this name; a project that is not at its root is found by the end of the name too."""
        if name in self._modules:
            return self._modules[name]
        file = self._files.get(name) or self._ending(name)
        self._modules[name] = None
        if file is not None:
            if file.module != name:
                self._modules[name] = self.module(file.module)
            else:
                self._modules[name] = self._read(file)
        return self._modules[name]

    def _read(self, file: File) -> ModuleFacts | None:
        source = parse(file.path, file.module, file.content)
        if isinstance(source, Source):
            return collect(source)
        if file.relevant:
            self.unreadable.append(source)
        return None

    def _ending(self, name: str) -> File | None:
        if self._endings is None:
            self._endings = {}
            for known in self._files:
                parts = known.split(".")
                for start in range(1, len(parts)):
                    self._endings.setdefault(".".join(parts[start:]), []).append(known)
        # `import utils` may be anybody's: an ending of one word proves nothing.
        found = self._endings.get(name, ()) if "." in name else ()
        return self._files[found[0]] if len(found) == 1 else None

    def resolve(self, module: ModuleFacts, name: str, depth: int = 0) -> Symbol:
        """What a name at a module's own level means, through imports, re-exports and stars."""
        bound = module.names.get(name)
        if isinstance(bound, Import):
            key = (module, name)
            if key not in self._resolved:
                self._resolved[key] = self.imported(bound, depth + 1)
            return self._resolved[key]
        if bound is not None:
            return bound
        for star in module.stars if depth < _DEEPEST else ():
            found = self._of_star(star, name, depth + 1)
            if found is not None:
                return found
        return None

    def _of_star(self, star: str, name: str, depth: int) -> Symbol:
        module = self.module(star)
        return None if module is None else self.resolve(module, name, depth)

    def imported(self, bound: Import, depth: int = 0) -> Symbol:
        """What an import binds: something of the project, or a library's dotted name."""
        if depth > _DEEPEST:
            return None
        module = self.module(bound.module)
        if bound.name is None:
            return module or (None if self._is_package(bound.module) else bound.module)
        if module is not None:
            found = self.resolve(module, bound.name, depth)
            if found is not None:
                return found
        inner = f"{bound.module}.{bound.name}"
        return self.module(inner) or (None if module is not None else inner)

    def _is_package(self, name: str) -> bool:
        if self._packages is None:
            self._packages = {
                ".".join(parts[:end])
                for parts in map(_parts, self._files)
                for end in range(1, len(parts))
            }
        return name in self._packages

    def dotted(self, module: ModuleFacts, node: ast.expr) -> Symbol:
        """What an expression of names and dots means at a module's own level."""
        if isinstance(node, ast.Name):
            return self.resolve(module, node.id)
        if isinstance(node, ast.Attribute):
            return self.member(self.dotted(module, node.value), node.attr)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            parsed = expression(node.value)
            return None if parsed is None else self.dotted(module, parsed)
        return None

    def member(self, symbol: Symbol, name: str) -> Symbol:
        """`symbol.name`."""
        if isinstance(symbol, str):
            return f"{symbol}.{name}"
        if isinstance(symbol, ModuleFacts):
            return self.resolve(symbol, name) or self.module(f"{symbol.name}.{name}")
        if isinstance(symbol, ClassFacts):
            return (
                self.method(symbol, name)
                or self.attribute(symbol, name)
                or self._nested(symbol, name)
            )
        return None

    def _nested(self, cls: ClassFacts, name: str) -> ClassFacts | None:
        return next(
            (inner for inner in cls.module.classes if inner.outer is cls and inner.name == name),
            None,
        )

    def bases(self, cls: ClassFacts) -> Iterator[ClassFacts | str]:
        """The direct bases: classes of the project, or a library's dotted names; `declarative_base()` ends
        in `()`.
        """
        for node in cls.bases:
            base = node.value if isinstance(node, ast.Subscript) else node
            symbol = self.dotted(cls.module, base)
            if isinstance(symbol, Assigned):
                symbol = self._made(symbol)
            elif isinstance(base, ast.Call):
                symbol = self._called(cls.module, base)
            if isinstance(symbol, (ClassFacts, str)):
                yield symbol

    def _made(self, assigned: Assigned) -> ClassFacts | str | None:
        value = assigned.values[-1] if assigned.values else None
        if isinstance(value, ast.Call):
            return self._called(assigned.module, value)
        symbol = self.dotted(assigned.module, value) if value is not None else None
        return symbol if isinstance(symbol, (ClassFacts, str)) else None

    def _called(self, module: ModuleFacts, call: ast.Call) -> str | None:
        symbol = self.dotted(module, call.func)
        if isinstance(symbol, str):
            return f"{symbol}()"
        # `mapper_registry.generate_base()`
        return (
            "sqlalchemy.orm.declarative_base()"
            if getattr(call.func, "attr", "") == "generate_base"
            else None
        )

    def mro(self, cls: ClassFacts) -> list[ClassFacts | str]:
        """The class and all its bases, nearest first; those of libraries by name."""
        known = self._mro.get(cls)
        if known is None:
            self._mro[cls] = known = [cls]
            for base in self.bases(cls):
                for found in self.mro(base) if isinstance(base, ClassFacts) else (base,):
                    if found not in known:
                        known.append(found)
        return known

    def classes(self, cls: ClassFacts) -> Iterator[ClassFacts]:
        """The class and its bases in the project, nearest first."""
        return (found for found in self.mro(cls) if isinstance(found, ClassFacts))

    def subclass(self, cls: ClassFacts, *names: str) -> bool:
        """Does it derive from a library's class of one of these dotted names, or from one that ends in
        `.Name`?
        """
        ends = tuple(f".{name}" for name in names)
        return any(
            isinstance(base, str) and (base in names or base.removesuffix("()").endswith(ends))
            for base in self.mro(cls)
        )

    def method(self, cls: ClassFacts, name: str) -> FunctionFacts | None:
        """A method, inherited ones too."""
        return next(
            (found.methods[name] for found in self.classes(cls) if name in found.methods), None
        )

    def attribute(self, cls: ClassFacts, name: str) -> Assigned | None:
        """An attribute assigned or annotated in the class's body, inherited ones too."""
        return next(
            (found.attributes[name] for found in self.classes(cls) if name in found.attributes),
            None,
        )

    def mapped(self, cls: ClassFacts) -> MappedFacts | None:
        """Columns and relationships of a mapped class (mixins and abstract bases included); None: it is not
        mapped.
        """
        if cls not in self._mapped:
            self._mapped[cls] = None
            self._mapped[cls] = read_mapped(cls, self)
        return self._mapped[cls]

    def all_classes(self) -> Iterator[ClassFacts]:
        """The classes of all relevant modules."""
        for module in self.relevant():
            yield from module.classes

    def named(self, name: str) -> ClassFacts | None:
        """The one mapped class of this name, as SQLAlchemy's registry finds it; None where there are
        several.
        """
        if self._by_name is None:
            self._by_name = {}
            for cls in self.all_classes():
                self._by_name.setdefault(cls.name, []).append(cls)
        found = [cls for cls in self._by_name.get(name.rpartition(".")[2], ()) if self.mapped(cls)]
        return found[0] if len(found) == 1 else None


def _parts(name: str) -> list[str]:
    return name.split(".")


@lru_cache(maxsize=20_000)
def expression(text: str) -> ast.expr | None:
    """A string that holds an expression, as annotations do; None where it does not."""
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        return None
