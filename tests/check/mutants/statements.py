"""Statements and mappings."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from .code import Change
from .mutant import mutation
from .places import called, of_statement, on_session, own

if TYPE_CHECKING:
    from .code import Code
    from .mutant import Found
    from .package import Package


@mutation("TB602")
def where_dropped(package: Package, module: Code) -> Found:
    """`delete(A).where(...)` and `update(A).where(...)`, executed where they stand, lose their WHERE."""
    for function in package.users(module):
        sessions = package.sessions(module, function)
        for node in own(module, function, ast.Call):
            if (
                not on_session(module, node, sessions, "execute")
                or not isinstance(node, ast.Call)
                or len(node.args) != 1
            ):
                continue
            statement = node.args[0]
            verbs = called(module, statement, "delete", "update")
            wheres = [
                each
                for each in ast.walk(statement)
                if isinstance(each, ast.Call)
                and isinstance(each.func, ast.Attribute)
                and each.func.attr == "where"
                and verbs
                and _root(each) is verbs[0]
            ]
            if (
                len(verbs) != 1
                or len(wheres) != 1
                or (module.of(verbs[0].func) == "update" and ".values(" not in module.of(statement))
            ):
                continue
            assert isinstance(wheres[0].func, ast.Attribute)
            yield (
                node,
                function,
                [Change(module.end(wheres[0].func.value), module.end(wheres[0]), "")],
            )


@mutation("TB707")
def unique_dropped(package: Package, module: Code) -> Found:
    """`.unique()` is dropped where a collection is joined."""
    for function in package.users(module):
        joined = [
            each for each in called(module, function, "joinedload") if of_statement(module, each)
        ]
        paths = [
            re.fullmatch(r"joinedload\(\s*(\w+)\.(\w+)\s*\)", module.of(each)) for each in joined
        ]
        if module.of(function).count(".unique()") != 1 or not any(
            path is not None and _is_collection(package, path[1], path[2]) for path in paths
        ):
            continue
        for node in own(module, function, ast.Call):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "unique"
            ) and re.search(
                r"\.(all|one|one_or_none|scalar_one|scalar_one_or_none)\(\)",
                module.text[module.end(node) : module.end(node) + 120],
            ):
                yield (
                    node,
                    function,
                    [Change(module.end(node.func.value), module.end(node), "")],
                )


@mutation("TB707")
def selectin_becomes_joined(package: Package, module: Code) -> Found:
    """selectinload of a collection becomes joinedload, and all() stays without unique()."""
    for function in package.users(module):
        text = module.of(function)
        if ".unique(" in text:
            continue
        for node in called(module, function, "selectinload"):
            match = re.fullmatch(r"selectinload\(\s*(\w+)\.(\w+)\s*\)", module.of(node))
            if (
                match is None
                or not _is_collection(package, match[1], match[2])
                or module.function_of(node) is not function
                or not of_statement(module, node)
            ):
                continue
            after = module.text[module.end(node) : module.end(function)]
            if (
                re.search(
                    r"^[^;]{0,400}?\.(scalars\(\)\.all|scalar_one|scalar_one_or_none)\(\)",
                    after,
                    re.DOTALL,
                )
                and ".first()" not in after
                and "scalar(" not in after
            ):
                yield (
                    node,
                    function,
                    [
                        module.replaced(node.func, "joinedload"),
                        module.importing("from sqlalchemy.orm import joinedload"),
                    ],
                )


@mutation("TB708")
def joined_by_hand_with_limit(package: Package, module: Code) -> Found:
    """`selectinload(A.bs)` of a limited statement becomes a join and contains_eager()."""
    for function in package.users(module):
        for options in own(module, function, ast.Call):
            if (
                not isinstance(options, ast.Call)
                or not isinstance(options.func, ast.Attribute)
                or options.func.attr != "options"
                or len(options.args) != 1
            ):
                continue
            match = re.fullmatch(
                r"(?:selectinload|joinedload)\(\s*(\w+)\.(\w+)\s*\)", module.of(options.args[0])
            )
            if (
                match is None
                or not _is_collection(package, match[1], match[2])
                or f"select({match[1]})" not in module.of(function)
            ):
                continue
            path = f"{match[1]}.{match[2]}"
            text = f"{module.of(options.func.value)}.join({path}).options(contains_eager({path})).limit(20)"
            yield (
                options,
                function,
                [
                    module.replaced(options, text),
                    module.importing("from sqlalchemy.orm import contains_eager"),
                ],
            )


@mutation("TB709")
def onupdate_of_the_database(package: Package, module: Code) -> Found:
    """A column with a default of the server gets an onupdate of the server."""
    if package.eager_defaults or not package.asynchronous:
        return
    for call in called(module, module.tree, "mapped_column", "Column"):
        cls = module.class_of(call)
        if cls is None or "onupdate" in module.of(call) or module.function_of(call) is not None:
            continue
        tabled = "__tablename__" in module.of(cls) or "table=True" in module.of(cls)
        if not tabled and cls.name not in package.bases:  # a mixin that no class here has
            continue
        default = next((each for each in call.keywords if each.arg == "server_default"), None)
        if default is not None and module.of(default.value) == "func.now()":
            yield (
                call,
                cls,
                [Change(module.end(default), module.end(default), ", onupdate=func.now()")],
            )


@mutation("TB710")
def collection_joined_by_mapper(package: Package, module: Code) -> Found:
    """A collection whose mapper loads it by a second query, or not at all, is joined."""
    for call in called(module, module.tree, "relationship"):
        cls = module.class_of(call)
        parent = module.parents.get(call)
        if (
            cls is None
            or not isinstance(parent, ast.AnnAssign)
            or "lazy=" in module.of(call).replace('lazy="selectin"', "")
        ):
            continue
        if not re.search(r"\b(list|List|set)\[", module.of(parent.annotation)) or not module.of(
            call
        ).endswith(")"):
            continue
        text = module.of(call)
        if 'lazy="selectin"' in text:
            yield (
                call,
                cls,
                [module.replaced(call, text.replace('lazy="selectin"', 'lazy="joined"'))],
            )
        elif "lazy" not in text and not text.endswith("()"):
            at = module.end(call) - 1
            comma = "" if text[:-1].rstrip().endswith(",") else ", "
            yield call, cls, [Change(at, at, f'{comma}lazy="joined"')]


@mutation("TB711")
def bound_parameter_in_text(package: Package, module: Code) -> Found:
    """A bound parameter whose value is a string of the caller is put into the text."""
    for function in package.users(module):
        strings = {
            each.arg
            for each in (*function.args.args, *function.args.kwonlyargs)
            if module.of(each.annotation) == "str"
        }
        sessions = package.sessions(module, function) | {"conn", "connection"}
        for call in own(module, function, ast.Call):
            if (
                not on_session(module, call, sessions, "execute", "scalar")
                or not isinstance(call, ast.Call)
                or len(call.args) != 2
            ):
                continue
            given, values = call.args
            if (
                not isinstance(given, ast.Call)
                or not module.of(given.func).endswith("text")
                or not isinstance(values, ast.Dict)
                or len(given.args) != 1
            ):
                continue
            literal = given.args[0]
            text = module.of(literal)
            if (
                not isinstance(literal, ast.Constant)
                or not text.startswith('"')
                or "{" in text
                or text.count('"') not in {2, 6}
            ):
                continue
            for key, value in zip(values.keys, values.values, strict=True):
                name = str(key.value) if isinstance(key, ast.Constant) else ""
                if (
                    isinstance(value, ast.Name)
                    and value.id in strings
                    and len(re.findall(rf":{name}\b", text)) == 1
                ):
                    injected = re.sub(rf":{name}\b", "'{" + value.id + "}'", text)
                    yield call, function, [module.replaced(literal, f"f{injected}")]
                    break


@mutation("TB711")
def literal_statement(package: Package, module: Code) -> Found:
    """A query of one column by a string becomes SQL of an f-string."""
    for function in package.users(module):
        strings = {
            each.arg
            for each in (*function.args.args, *function.args.kwonlyargs)
            if module.of(each.annotation) == "str"
        }
        sessions = package.sessions(module, function)
        for call in own(module, function, ast.Call):
            if (
                not on_session(module, call, sessions, "execute", "scalar")
                or not isinstance(call, ast.Call)
                or len(call.args) != 1
                or call.keywords
            ):
                continue
            match = re.fullmatch(
                r"select\((\w+)\)\s*\.where\(\s*\w+\.(\w+) == (\w+)\s*,?\s*\)",
                module.of(call.args[0]),
            )
            if match is not None and match[3] in strings:
                text = f"text(f\"SELECT * FROM {match[1].lower()} WHERE {match[2]} = '{{{match[3]}}}'\")"
                yield (
                    call,
                    function,
                    [
                        module.replaced(call.args[0], text),
                        module.importing("from sqlalchemy import text"),
                    ],
                )


def _root(call: ast.Call) -> ast.AST:
    node: ast.AST = call
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    return node


def _is_collection(package: Package, cls: str, name: str) -> bool:
    found = [each for each in package.relationships.get(name, ()) if each.cls == cls]
    return len(found) == 1 and found[0].collection
