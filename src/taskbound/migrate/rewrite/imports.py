"""The imports of one file: what comes in, what goes, and where it stands."""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from taskbound.migrate.module import Module
    from taskbound.migrate.names import Names
    from taskbound.migrate.vocabulary import New

_WIDTH = 88


class Imports:
    """What a file imports when all its changes are made."""

    def __init__(self, module: Module, names: Names) -> None:
        self._module = module
        self._names = names
        self._wanted: dict[str, dict[str, str]] = defaultdict(dict)
        self._modules: set[str] = set()
        self._gone: dict[str, set[ast.AST]] = defaultdict(set)
        self._moved: dict[tuple[ast.ImportFrom, str], tuple[str, str, str]] = {}
        self._placed: dict[ast.ImportFrom, dict[str, dict[str, str]]] = defaultdict(dict)
        self._statements = [
            node
            for node in module.own(module.tree)
            if isinstance(node, ast.ImportFrom) and node in module.tree.body
        ]

    def want(self, module: str, name: str) -> str:
        """Import a name, and say what it is called here."""
        for local, imported in self._names.imports(self._module).items():
            if (imported.module, imported.name) == (module, name):
                return local
        if module == "sqlalchemy" and (whole := self._whole("sqlalchemy")):
            return f"{whole}.{name}"
        local = self._free(name)
        self._wanted[module][name] = local
        return local

    def want_module(self, name: str) -> str:
        """Import a module, and say what it is called here."""
        if whole := self._whole(name):
            return whole
        self._modules.add(name)
        return name

    def drop(self, use: ast.Name) -> None:
        """One use of an imported name is gone; with its last use the import goes."""
        self._gone[use.id].add(use)

    def move(self, statement: ast.ImportFrom, alias: ast.alias, new: New, local: str) -> None:
        """Import something else in the place of a name."""
        self._moved[statement, alias.asname or alias.name] = (new.module, new.name, local)

    def free(self, name: str) -> str:
        """A name that nothing in the file is called, like another one."""
        return self._free(name)

    def apply(self) -> None:
        """Write the imports into the edits of the file."""
        self._place()
        for statement in _imports_of(self._module):
            self._change(statement)
        lines = [f"import {name}\n" for name in sorted(self._modules)]
        lines += [_statement(m, _pairs(names), "") for m, names in sorted(self._wanted.items())]
        by_place: dict[int, list[str]] = defaultdict(list)
        for line in lines:
            by_place[self._anchor(line)].append(line)
        for place, several in by_place.items():
            self._module.edits.append(place, "".join(several) + self._gap(several, place))

    def _whole(self, name: str) -> str:
        imports = self._names.imports(self._module).items()
        found = (local for local, i in imports if i.name is None and i.module == name)
        return next(found, "")

    def _free(self, name: str) -> str:
        taken = self._module.bound_outside_classes | {
            local for names in self._wanted.values() for n, local in names.items() if n != name
        }
        if name not in taken:
            return name
        return self._free(f"sa_{name}") if not name.startswith("sa_") else self._free(f"{name}_")

    def _change(self, statement: ast.ImportFrom) -> None:
        kept = [a for a in statement.names if not self._goes(statement, a)]
        own = self._source(statement)
        new = self._placed.pop(statement, {})
        joined = new.pop(own, {})
        joined = {n: local for n, local in joined.items() if not _has(kept, n, local)}
        if len(kept) < len(statement.names) or joined or new:
            self._replace(statement, kept, joined, new)

    def _place(self) -> None:
        """Which statement takes each new name: one of the same module, else the one that it replaces."""
        at_top = {self._source(each): each for each in reversed(self._statements)}
        for (statement, _local), (module, name, local) in self._moved.items():
            is_top = statement in self._statements
            home = at_top.setdefault(module, statement) if is_top else statement
            self._placed[home].setdefault(module, {})[name] = local
        for module in [each for each in self._wanted if each in at_top]:
            names = self._wanted.pop(module)
            self._placed[at_top[module]].setdefault(module, {}).update(names)

    def _replace(
        self,
        statement: ast.ImportFrom,
        kept: list[ast.alias],
        joined: dict[str, str],
        new: dict[str, dict[str, str]],
    ) -> None:
        text = self._module.text
        start, end = text.span(statement)
        indentation = text.indentation(statement.lineno)
        before = [(a.name, a.asname or a.name) for a in kept]
        names = _ordered(before, _pairs(joined), [a.name for a in statement.names])
        source = "." * statement.level + (statement.module or "")
        lines = {m: _statement(m, _pairs(n), indentation) for m, n in new.items()}
        if names and not (text.has_comment(start, end) and names == before):
            lines[source] = _statement(source, names, indentation)
        together = "".join(indentation + line for _module, line in sorted(lines.items())).strip()
        if names and source not in lines:
            self._module.edits.append(end, f"\n{indentation}{together}" if together else "")
        elif lines:
            self._module.edits.replace(start, end, together)
        else:
            self._remove(statement)

    def _remove(self, statement: ast.ImportFrom) -> None:
        text = self._module.text
        parent = self._module.parent(statement)
        body = getattr(parent, "body", [])
        if body == [statement] and not isinstance(parent, ast.Module):
            self._module.edits.replace(*text.span(statement), "pass")
            return
        first, last = statement.lineno, statement.end_lineno or statement.lineno
        self._module.edits.replace(text.start_of_line(first), text.start_of_line(last + 1), "")

    def _goes(self, statement: ast.ImportFrom, alias: ast.alias) -> bool:
        local = alias.asname or alias.name
        return (statement, local) in self._moved or (
            bool(self._gone[local]) and len(self._gone[local]) >= self._uses(local)
        )

    def _uses(self, local: str) -> int:
        nodes = self._module.nodes
        names = sum(1 for node in nodes if isinstance(node, ast.Name) and node.id == local)
        return names + (1 if local in exported(self._module) else 0)

    def _source(self, statement: ast.ImportFrom) -> str:
        return _source_of(statement)

    def _anchor(self, line: str) -> int:
        """Where a new import goes: among its relatives, else above or below all others."""
        text = self._module.text
        name = line.split()[1]
        tops = [n for n in self._module.tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
        others = [node for node in tops if _source_of(node) != "__future__"]
        if not others:
            return text.start_of_line(_after_docstring(self._module.tree, tops))
        if name.split(".")[0] in sys.stdlib_module_names:
            relatives = [node for node in others if _is_standard(node)]
        else:
            relatives = [n for n in others if _source_of(n).split(".")[0] == name.split(".")[0]]
            relatives = relatives or others
        is_plain = line.startswith("import ")
        for node in relatives:
            if (not isinstance(node, ast.Import), _source_of(node)) > (not is_plain, name):
                return text.start_of_line(node.lineno)
        if not relatives:
            return text.start_of_line(others[0].lineno)
        last = relatives[-1]
        return text.start_of_line((last.end_lineno or last.lineno) + 1)

    def _gap(self, lines: list[str], place: int) -> str:
        """The empty line between the standard library's imports and others, or before code."""
        tops = [n for n in self._module.tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
        after = [n for n in tops if self._module.text.start_of_line(n.lineno) >= place]
        is_standard = lines[-1].split()[1].split(".")[0] in sys.stdlib_module_names
        follows = bool(after) and self._module.text.start_of_line(after[0].lineno) == place
        return "\n" if follows and is_standard and not _is_standard(after[0]) else ""


def exported(module: Module) -> set[str]:
    """The names in `__all__`."""
    found: set[str] = set()
    for statement in module.tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                found |= {
                    str(each.value) for each in ast.walk(value) if isinstance(each, ast.Constant)
                }
    return found


def _imports_of(module: Module) -> list[ast.ImportFrom]:
    return [node for node in module.statements if isinstance(node, ast.ImportFrom)]


def _pairs(names: dict[str, str]) -> list[tuple[str, str]]:
    return sorted(names.items(), key=lambda pair: _order(pair[0]))


def _has(kept: list[ast.alias], name: str, local: str) -> bool:
    return any(each.name == name and (each.asname or each.name) == local for each in kept)


def _ordered(
    kept: list[tuple[str, str]], joined: list[tuple[str, str]], original: list[str]
) -> list[tuple[str, str]]:
    """Names in the order in which they were sorted, if they were; else the new ones at the end."""
    for key in (_order, str, str.lower):
        if original == sorted(original, key=key):
            return sorted([*kept, *joined], key=lambda pair: key(pair[0]))
    return [*kept, *joined]


def _order(name: str) -> tuple[int, str]:
    """Constants, classes, functions: as isort sorts them."""
    rank = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return rank, name


def _statement(source: str, names: list[tuple[str, str]], indentation: str) -> str:
    shown = [name if name == local else f"{name} as {local}" for name, local in names]
    line = f"from {source} import {', '.join(shown)}"
    if len(indentation) + len(line) <= _WIDTH:
        return f"{line}\n"
    inner = "".join(f"{indentation}    {each},\n" for each in shown)
    return f"from {source} import (\n{inner}{indentation})\n"


def _source_of(node: ast.Import | ast.ImportFrom) -> str:
    if isinstance(node, ast.Import):
        return node.names[0].name
    return "." * node.level + (node.module or "")


def _is_standard(node: ast.Import | ast.ImportFrom) -> bool:
    return _source_of(node).split(".")[0] in sys.stdlib_module_names


def _after_docstring(tree: ast.Module, tops: list[ast.Import | ast.ImportFrom]) -> int:
    if tops:
        return (tops[-1].end_lineno or tops[-1].lineno) + 1
    match tree.body:
        case [ast.Expr(value=ast.Constant(value=str())) as docstring, *_]:
            return (docstring.end_lineno or 1) + 1
    return 1
