"""Relations that were loaded when they were read, and are loaded with the query instead."""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from taskbound.migrate.models import DYNAMIC, EAGER
from taskbound.migrate.module import own_nodes
from taskbound.migrate.names import last_name
from taskbound.migrate.tree import blocks_of
from taskbound.migrate.values import Entity, Origin, Session, TheClass, of_type
from taskbound.migrate.vocabulary import QUERY_LINKS, QUERY_PARTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from taskbound.migrate.inference import Inference
    from taskbound.migrate.memory import Read
    from taskbound.migrate.module import Class, Module
    from taskbound.migrate.rewrite.rewriting import Rewriting

Path = tuple[tuple["Class", str], ...]
_LOADERS = frozenset(
    {
        "contains_eager",
        "immediateload",
        "joinedload",
        "selectinload",
        "subqueryload",
    }
)
_WRITES = frozenset({"commit", "flush", "refresh"})


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A path of relations that is read of what a query has loaded."""

    path: Path
    reads: list[Read]

    @property
    def read(self) -> Read:
        """The first place at which it is read."""
        return self.reads[0]


class Loads:
    """The relations that a project reads, and the queries that have to load them."""

    def __init__(
        self,
        inference: Inference,
        of_module: Callable[[Module], Rewriting],
        waits: Callable[[Module, ast.AST], bool],
    ) -> None:
        self._inference = inference
        self._of_module = of_module
        self._waits = waits
        self._by_origin: dict[Origin, dict[Path, list[Read]]] = defaultdict(
            lambda: defaultdict(list)
        )

    def apply(self) -> None:
        """Put eager options on the queries."""
        for read in self._inference.memory.reads:
            self._note(read)
        for origin, paths in self._by_origin.items():
            wanted = [_Wanted(path, reads) for path, reads in paths.items()]
            longest = [w for w in wanted if not any(_begins(o.path, w.path) for o in wanted)]
            if origin.made:
                self._refresh(origin, longest)
            else:
                self._load(origin, longest)

    def _note(self, read: Read) -> None:
        rewriting = self._of_module(read.module)
        if read.relation.lazy in DYNAMIC:
            rewriting.leave(
                read.node,
                f"`{read.relation.name}` is lazy={read.relation.lazy!r}, a query of its own: "
                "read it with select()",
            )
        elif read.relation.lazy not in EAGER:
            path = (*read.entity.path, (read.relation.owner, read.relation.name))
            if read.entity.origin is not None:
                self._by_origin[read.entity.origin][path].append(read)
            elif self._is_unknown(read):
                rewriting.leave(
                    read.node,
                    f"`{read.relation.name}` may not be loaded here, and no query is known that it "
                    f"comes from: load it with selectinload({_shown(read)})",
                )

    def _is_unknown(self, read: Read) -> bool:
        """Whether nothing says where an entity comes from, and it is not the object of a method."""
        if not isinstance(read.node, ast.Attribute):
            return False
        values = of_type(self._inference.of(read.node.value), Entity)
        if any(value.origin is not None for value in values):
            return False
        return not (isinstance(read.node.value, ast.Name) and read.node.value.id == "self")

    def _load(self, origin: Origin, wanted: list[_Wanted]) -> None:
        rewriting = self._of_module(origin.module)
        loaded = self._loaded(origin)
        options = []
        for each in wanted:
            if any(
                each.path[: len(path)] == path and len(path) == len(each.path) for path in loaded
            ):
                continue
            option = self._option(origin, each.path, rewriting)
            if option is None:
                rewriting.leave(
                    origin.node,
                    f"`{_shown(each.read)}` is read of what this loads: load it here with selectinload()",
                )
            else:
                options.append(option)
            self._warn(each)
        if options:
            self._put(origin, sorted(options), rewriting)

    def _warn(self, wanted: _Wanted) -> None:
        """An attribute that a backref makes is not there before the mappers are configured."""
        for owner, name in wanted.path:
            relation = self._inference.models.relation(owner, name)
            if relation is not None and relation.backref is not None:
                rewriting = self._of_module(relation.target.module)
                rewriting.leave(
                    relation.backref,
                    f"`{relation.owner.name}.{name}` is made by this backref when mappers are configured, "
                    "for which the first query may be too early: write both sides with back_populates",
                )

    def _option(self, origin: Origin, path: Path, rewriting: Rewriting) -> str | None:
        first = self._written(origin, path[0])
        if first is None:
            return None
        selectinload = rewriting.imports.want("sqlalchemy.orm", "selectinload")
        text = f"{selectinload}({first}.{path[0][1]})"
        for before, (_owner, name) in pairwise(path):
            relation = self._inference.models.relation(*before)
            assert relation is not None
            owner = self._named(relation.target, first, rewriting)
            text += f".{selectinload}({owner}.{name})"
        return text

    def _written(self, origin: Origin, step: tuple[Class, str]) -> str | None:
        """The class that a query names, as it is written there."""
        for argument in origin.node.args:
            classes = {each.of for each in of_type(self._inference.of(argument), TheClass)}
            if not self._is_one_class(argument, origin.module):
                continue
            fitting = [each for each in classes if self._inference.models.relation(each, step[1])]
            if fitting:
                return origin.module.text.of(argument) if len(classes) == 1 else None
        return None

    def _is_one_class(self, argument: ast.expr, module: Module) -> bool:
        """Whether an expression always means the same class, and not whichever one it is handed."""
        names = self._inference.names
        if of_type(names.of(argument, module), TheClass):
            return True
        reached = self._inference.of(argument)
        is_local = isinstance(argument, ast.Name) and module.function_of(argument) is not None
        return is_local and len(reached) == 1 and not self._is_parameter(argument, module)

    def _is_parameter(self, argument: ast.expr, module: Module) -> bool:
        function = module.function_of(argument)
        given = function.parameters if function else []
        return isinstance(argument, ast.Name) and any(each.arg == argument.id for each in given)

    def _named(self, of: Class, beside: str, rewriting: Rewriting) -> str:
        """Another class, as it can be written beside one: by the same module, or imported."""
        prefix, dot, _name = beside.rpartition(".")
        found = ast.parse(f"{prefix}{dot}{of.name}", mode="eval").body
        module = rewriting.module
        if TheClass(of) in self._inference.names.of(found, module):
            return f"{prefix}{dot}{of.name}"
        for local in self._inference.names.imports(module):
            if TheClass(of) in self._inference.names.member(module, local):
                return local
        if of.module is module:
            return of.name
        return rewriting.imports.want(self._importable(of, rewriting), of.name)

    def _importable(self, of: Class, rewriting: Rewriting) -> str:
        """The dotted name of the module of a class, as this file or another one imports it."""
        names, project = self._inference.names, self._inference.project
        for module in (rewriting.module, *project.modules):
            for imported in names.imports(module).values():
                if project.module(imported.module, module) is of.module:
                    return imported.module
        return of.module.path.stem

    def _put(self, origin: Origin, options: list[str], rewriting: Rewriting) -> None:
        module, text = origin.module, origin.module.text
        together = ", ".join(options)
        if not isinstance(origin.node.func, ast.Attribute) or last_name(origin.node.func) != "get":
            top = _top(origin.node, module)
            after = module.parent(module.parent(top)) if _is_got(top, module) else None
            if not isinstance(after, ast.Call):
                rewriting.edits.append(text.span(top).end, f".options({together})")
                return
            call = after
        else:
            call = origin.node
        given = next((k.value for k in call.keywords if k.arg == "options"), None)
        if isinstance(given, ast.List):
            comma = ", " if given.elts else ""
            rewriting.edits.append(text.span(given).end - 1, f"{comma}{together}")
        elif given is None and call.args:
            rewriting.edits.append(text.span(call.args[-1]).end, f", options=[{together}]")

    def _loaded(self, origin: Origin) -> list[Path]:
        """The paths that a query has options for already."""
        top = _top(origin.node, origin.module)
        inner = (node for node in ast.walk(top) if isinstance(node, ast.Call))
        calls = [node for node in inner if last_name(node.func) in _LOADERS]
        nested = {id(c.func.value) for c in calls if isinstance(c.func, ast.Attribute)}
        found: list[Path] = []
        for call in calls:
            if id(call) not in nested:
                path = self._path(call)
                found += [path[: end + 1] for end in range(len(path))]
        return found

    def _path(self, call: ast.expr) -> Path:
        if not isinstance(call, ast.Call) or last_name(call.func) not in _LOADERS:
            return ()
        before = self._path(call.func.value) if isinstance(call.func, ast.Attribute) else ()
        for argument in call.args:
            if isinstance(argument, ast.Attribute):
                for each in of_type(self._inference.of(argument.value), TheClass):
                    if relation := self._inference.models.relation(each.of, argument.attr):
                        before = (*before, (relation.owner, relation.name))
        return before

    def _refresh(self, origin: Origin, wanted: list[_Wanted]) -> None:
        """A new object has loaded nothing after its flush: what is read of it is loaded there."""
        statement = origin.module.statement(origin.node)
        function = origin.module.function_of(origin.node)
        if function is None or not isinstance(statement, ast.Assign):
            return
        target = statement.targets[0]
        written = self._last_write(function.node, target, origin.module)
        if written is None:
            return
        if not self._is_seen(statement, written, origin):
            for each in wanted:
                self._leave_new(each)
            return
        given = {each.arg for each in origin.node.keywords} | _assigned(function.node, target)
        # A refresh forgets what was given.
        known = set() if last_name(written.func) == "refresh" else given
        after = [w for w in wanted if self._is_after(w, written, origin)]
        names = sorted({w.path[0][1] for w in after} - known)
        if names:
            self._add_refresh(origin.module, written, target, names)
        for each in after:
            if len(each.path) > 1 and not self._is_empty(each, given):
                self._leave_new(each)

    def _leave_new(self, wanted: _Wanted) -> None:
        self._of_module(wanted.read.module).leave(
            wanted.read.node, f"`{_shown(wanted.read)}` of a new object is not loaded here"
        )

    def _is_seen(self, made: ast.stmt, written: ast.Call, origin: Origin) -> bool:
        """Whether a new object surely is there, and of one class, where it is sent to the database."""
        module = origin.module
        beside = module.parent(made)
        block = next(b for b in blocks_of(beside) if made in b)
        below = [each for each in module.above(written) if module.parents.get(each) is beside]
        classes = of_type(self._inference.of(origin.node.func), TheClass)
        return len(classes) <= 1 and any(each in block for each in below)

    def _is_empty(self, wanted: _Wanted, given: set[str | None]) -> bool:
        """Whether a new object has nothing in a collection, so that nothing of it is read."""
        owner, name = wanted.path[0]
        relation = self._inference.models.relation(owner, name)
        return relation is not None and relation.many and name not in given

    def _is_after(self, wanted: _Wanted, written: ast.Call, origin: Origin) -> bool:
        """Whether a relation is read elsewhere, or later than what sends the object."""
        lines = range(origin.node.lineno, written.lineno + 1)
        return any(
            read.module is not origin.module or getattr(read.node, "lineno", 0) not in lines
            for read in wanted.reads
        )

    def _last_write(self, function: ast.AST, target: ast.expr, module: Module) -> ast.Call | None:
        found: ast.Call | None = None
        for node in own_nodes(function):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if node.func.attr in _WRITES and of_type(self._inference.of(node.func.value), Session):
                is_refresh = bool(node.args) and node.func.attr == "refresh"
                about = ast.dump(node.args[0]) if is_refresh else _loaded_dump(target)
                if about == _loaded_dump(target) and self._waits(module, node):
                    found = node
        return found

    def _add_refresh(
        self, module: Module, written: ast.Call, target: ast.expr, names: list[str]
    ) -> None:
        assert isinstance(written.func, ast.Attribute)
        statement = module.statement(written)
        text = module.text
        indentation = self._of_module(module).indentation(statement.lineno)
        session = text.of(written.func.value)
        listed = ", ".join(f'"{name}"' for name in names)
        self._of_module(module).edits.append(
            text.span(statement).end,
            f"\n{indentation}await {session}.refresh({text.of(target)}, [{listed}])",
        )


def _top(base: ast.Call, module: Module) -> ast.expr:
    """A query with all links of its chain."""
    top: ast.expr = base
    while True:
        attribute = module.parent(top)
        call = module.parents.get(attribute)
        if not isinstance(attribute, ast.Attribute) or not isinstance(call, ast.Call):
            return top
        if call.func is not attribute or attribute.attr not in QUERY_LINKS:
            return top
        if attribute.attr in QUERY_PARTS:
            return top
        top = call


def _is_got(top: ast.expr, module: Module) -> bool:
    parent = module.parent(top)
    return isinstance(parent, ast.Attribute) and parent.attr == "get" and parent.value is top


def _begins(longer: Path, path: Path) -> bool:
    return len(longer) > len(path) and longer[: len(path)] == path


def _shown(read: Read) -> str:
    return f"{read.relation.owner.name}.{read.relation.name}"


def _assigned(function: ast.AST, target: ast.expr) -> set[str]:
    """The attributes of a variable that a function sets."""
    wanted = _loaded_dump(target)
    return {
        node.attr
        for node in own_nodes(function)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and ast.dump(node.value) == wanted
    }


def _loaded_dump(target: ast.expr) -> str:
    return ast.dump(target).replace("Store()", "Load()")
