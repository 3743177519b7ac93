"""`session.query(...)` as `select(...)`, and what sends it."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from taskbound.migrate.values import Origin, Query, of_type
from taskbound.migrate.vocabulary import QUERY_LINKS, QUERY_METHODS
from taskbound.migrate.waiting import How, Wait

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.migrate.rewrite.rewriting import Rewriting

# An opening bracket that only holds an expression together follows one of these.
_BEFORE_BRACKET = re.compile(r"(?:[=(\[{,:]|\b(?:return|in|and|or|not|if|else|yield|await))\s*$")
# With these alone, rows can be counted without a subquery around the query.
_COUNTED = frozenset({"filter", "filter_by", "join", "outerjoin", "where"})
_WRITTEN = frozenset({"filter", "filter_by", "where"})


@dataclass(frozen=True, slots=True)
class _Terminal:
    """The call that sends a query."""

    call: ast.Call
    name: str
    query: Query
    root: ast.expr
    """What the links of this expression hang on: `session.query(...)`, or a name."""
    links: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether the expression begins with `session.query(...)` itself."""
        return self.root is self.query.origin.node

    @property
    def base(self) -> ast.Call:
        """`session.query(...)`."""
        return self.query.origin.node


class Queries:
    """The queries of one file."""

    def __init__(self, rewriting: Rewriting, refused: set[Origin]) -> None:
        self._rewriting = rewriting
        self._text = rewriting.text
        self._edits = rewriting.edits
        self._refused = refused
        self._bases: dict[ast.Call, str] = {}

    def refuse(self, waits: list[Wait]) -> Iterator[Origin]:
        """The queries that stay as they are, each with a note of the reason."""
        for node in self._rewriting.module.nodes:
            if queries := self._unknown(node):
                self._rewriting.leave(node, _unknown_reason(node))
                yield from (query.origin for query in queries)
        for wait in waits:
            for reason, queries in self._refusals(wait):
                self._rewriting.leave(wait.node, reason)
                yield from (query.origin for query in queries)

    def apply(self, waits: list[Wait]) -> None:
        """Change all queries, and what sends them."""
        for wait in waits:
            if wait.how is How.TERMINAL and isinstance(wait.node, ast.Call):
                self._send(wait.node)
            elif wait.how is How.ITERATION and isinstance(wait.node, ast.expr):
                self._iterate(wait.node)
        for node in self._rewriting.module.nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                self._link(node, node.func)

    def _of(self, node: ast.expr) -> list[Query]:
        return of_type(self._rewriting.inference.of(node), Query)

    def _is_refused(self, queries: list[Query]) -> bool:
        return any(query.origin in self._refused for query in queries)

    def _unknown(self, node: ast.AST) -> list[Query]:
        """The queries of which something is asked that is not known here."""
        match node:
            case ast.Attribute(value=value, attr=name) if name not in QUERY_METHODS:
                return self._of(value)
            case ast.Subscript(value=value):
                return self._of(value)
        return []

    def _refusals(self, wait: Wait) -> Iterator[tuple[str, list[Query]]]:
        if wait.how is How.ITERATION and isinstance(wait.node, ast.expr):
            queries = self._of(wait.node)
            if reason := _ambiguity(queries):
                yield reason, queries
        if wait.how is How.TERMINAL and isinstance(wait.node, ast.Call):
            terminal = self._terminal(wait.node)
            queries = self._of(_value(wait.node))
            if reason := _ambiguity(queries) or _unwritable(terminal):
                yield reason, queries

    def _terminal(self, call: ast.Call) -> _Terminal:
        assert isinstance(call.func, ast.Attribute)
        query = self._of(call.func.value)[0]
        links: list[str] = []
        root = call.func.value
        while isinstance(root, ast.Call) and isinstance(root.func, ast.Attribute):
            if root is query.origin.node or root.func.attr not in QUERY_LINKS:
                break
            links.append(root.func.attr)
            root = root.func.value
        return _Terminal(call, call.func.attr, query, root, tuple(links))

    def _link(self, call: ast.Call, func: ast.Attribute) -> None:
        """A part of a query that is not what sends it."""
        if call in self._bases or self._is_base(call):
            self._begin(call, func)
        queries = self._of(func.value)
        new = QUERY_LINKS.get(func.attr)
        if queries and new and not self._is_refused(queries) and new != func.attr:
            end = self._text.span(func).end
            self._edits.replace(end - len(func.attr), end, new)

    def _is_base(self, call: ast.Call) -> bool:
        found = self._of(call)
        return any(query.origin.node is call for query in found) and not self._is_refused(found)

    def _begin(self, call: ast.Call, func: ast.Attribute) -> None:
        new = self._bases.get(call)
        if new is None:
            new = self._rewriting.imports.want("sqlalchemy", "select")
        if new:
            self._edits.replace(self._text.span(call).start, self._text.span(func).end, new)

    def _send(self, call: ast.Call) -> None:
        terminal = self._terminal(call)
        if self._is_refused(self._of(_value(call))):
            return
        match terminal.name:
            case "get":
                self._get(terminal)
            case "count":
                self._count(terminal)
            case "delete" | "update":
                self._write(terminal)
            case "first":
                self._first(terminal)
            case "scalar":
                self._scalar(terminal)
            case name:
                self._read(terminal, f".{name}()")

    def _read(self, terminal: _Terminal, tail: str) -> None:
        query = terminal.query
        method = "scalars" if query.single else "execute"
        unique = ".unique()" if self._may_repeat(self._of(_value(terminal.call))) else ""
        self._sent(terminal, f"{query.session}.{method}(", "", f"{unique}{tail}")

    def _first(self, terminal: _Terminal) -> None:
        session = terminal.query.session
        if terminal.query.single:
            self._sent(terminal, f"{session}.scalar(", ".limit(1)", "")
        else:
            self._sent(terminal, f"{session}.execute(", ".limit(1)", ".first()")

    def _scalar(self, terminal: _Terminal) -> None:
        if terminal.query.single:
            self._read(terminal, ".one_or_none()")
        elif terminal.query.one_value:
            self._sent(terminal, f"{terminal.query.session}.scalar(", "", "")
        else:
            session = terminal.query.session
            self._sent(terminal, f"{session}.execute(", "", ".scalar_one_or_none()")

    def _count(self, terminal: _Terminal) -> None:
        want = self._rewriting.imports.want
        select, func = want("sqlalchemy", "select"), want("sqlalchemy", "func")
        counting = f"{select}({func}.count()).select_from"
        session = terminal.query.session
        if terminal.is_whole and terminal.query.single and _COUNTED.issuperset(terminal.links):
            self._bases[terminal.base] = counting
            self._sent(terminal, f"{session}.scalar(", "", "")
        else:
            self._sent(terminal, f"{session}.scalar({counting}(", ".subquery())", "")

    def _write(self, terminal: _Terminal) -> None:
        want = self._rewriting.imports.want
        self._bases[terminal.base] = want("sqlalchemy", terminal.name)
        after = _options(terminal.call, self._rewriting)
        if terminal.name == "update":
            values = (
                terminal.call.args[0] if terminal.call.args else _keyword(terminal.call, "values")
            )
            assert values is not None
            after = f".values({self._text.of(values)}){after}"
        is_used = not isinstance(self._rewriting.module.parent(terminal.call), ast.Expr)
        tail = ".rowcount" if is_used else ""
        self._sent(terminal, f"{terminal.query.session}.execute(", after, tail)

    def _get(self, terminal: _Terminal) -> None:
        """`session.query(User).options(...).get(1)` is `session.get(User, 1, options=[...])`."""
        call, base = terminal.call, terminal.base
        entity = base.args[0]
        options = _options_of(_value(call), base)
        self._bases[base] = ""
        start = self._text.span(base).start
        self._edits.replace(start, self._text.span(entity).start, f"{terminal.query.session}.get(")
        key = self._text.span(call.args[0]).start
        self._edits.replace(self._text.span(entity).end, key, ", ")
        if options:
            given = ", ".join(self._text.of(each) for each in options)
            self._edits.append(self._text.span(call.args[-1]).end, f", options=[{given}]")
        self._rewriting.wait(call)

    def _iterate(self, node: ast.expr) -> None:
        queries = self._of(node)
        if self._is_refused(queries):
            return
        method = "scalars" if queries[0].single else "execute"
        tail = ".unique()" if self._may_repeat(queries) else ""
        self._rewriting.wait(node, f"{queries[0].session}.{method}(", ")", tail)

    def _may_repeat(self, queries: list[Query]) -> bool:
        """Whether an object can come twice, which Query has thrown out by itself."""
        if not any(query.places and any(query.places) for query in queries):
            # Rows of columns are never thrown out; of a class that is not known, nothing is.
            return any(query.single and not query.distinct for query in queries)
        models = self._rewriting.inference.models
        joined = (
            relation.lazy == "joined" and relation.many
            for query in queries
            for place in query.places
            if place is not None
            for relation in models.relations(place)
        )
        return any(joined) or not all(query.distinct for query in queries)

    def _sent(self, terminal: _Terminal, before: str, after: str, tail: str) -> None:
        """Put what sends around a query, in the place of the call behind it."""
        call = terminal.call
        assert isinstance(call.func, ast.Attribute)
        end = self._text.span(call).end
        name = self._text.span(call.func).end - len(terminal.name)
        gap = self._text.span(call.func.value).end
        dot = self._text.source.rindex(".", gap, name)
        start = dot if self._text.has_comment(gap, dot) else gap
        self._edits.replace(start, end, after)
        if (bracket := self._own_bracket(call)) is None:
            self._rewriting.wait(call, before, ")", tail)
            return
        indentation = self._rewriting.indentation(call.lineno)
        span = self._text.span(call)
        self._edits.wrap(span, f"await {before}\n{indentation}    ", f"\n{indentation})")
        self._rewriting.indent(call.lineno + 1, call.end_lineno or call.lineno)
        self._edits.append(bracket + 1, tail)

    def _own_bracket(self, call: ast.Call) -> int | None:
        """Where the bracket closes that holds a query of several lines, and it alone."""
        source = self._text.source
        start, end = self._text.span(call)
        before = source[:start].rstrip()
        closing = end + len(source[end:]) - len(source[end:].lstrip())
        if call.lineno == call.end_lineno or not self._text.begins_its_line(call):
            return None
        if not before.endswith("(") or not source.startswith(")", closing):
            return None
        return closing if _BEFORE_BRACKET.search(before[:-1]) else None


def _value(call: ast.Call) -> ast.expr:
    assert isinstance(call.func, ast.Attribute)
    return call.func.value


def _ambiguity(queries: list[Query]) -> str:
    if len({query.session for query in queries}) > 1 or queries[0].session is None:
        return "the session of this query is not known here: hand it over, and send the query there"
    if len({query.single for query in queries}) > 1:
        return "this query gives objects on one way and rows on another: give them two names"
    return ""


def _unwritable(terminal: _Terminal) -> str:
    call, name = terminal.call, terminal.name
    if name not in {"delete", "get", "update"}:
        return ""
    if not terminal.is_whole or not terminal.query.single:
        return f"`{name}()` of a query that is made elsewhere: write it as one expression"
    allowed = frozenset({"options"}) if name == "get" else _WRITTEN
    if others := [each for each in terminal.links if each not in allowed]:
        return f"`{name}()` after `{others[0]}()` is not known here: write the statement by hand"
    if name == "get" and (len(call.args) != 1 or call.keywords):
        return "`get()` with other arguments than the key is not known here"
    if name == "update" and not call.args and _keyword(call, "values") is None:
        return "`update()` without values is not known here"
    if any(each.arg in {None, "update_args", "delete_args"} for each in call.keywords):
        return f"`{name}()` with these arguments is not known here: write the statement by hand"
    return ""


def _unknown_reason(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"`{node.attr}` of a query is not known here: write the statement with select()"
    return "a part of a query by index: use offset() and limit()"


def _options(call: ast.Call, rewriting: Rewriting) -> str:
    """`synchronize_session` of a Query's `update()` and `delete()` is an option of the statement."""
    given = _keyword(call, "synchronize_session")
    place = 1 if isinstance(call.func, ast.Attribute) and call.func.attr == "update" else 0
    if given is None and len(call.args) > place:
        given = call.args[place]
    if given is None:
        return ""
    return f".execution_options(synchronize_session={rewriting.text.of(given)})"


def _options_of(value: ast.expr, base: ast.Call) -> list[ast.expr]:
    found: list[ast.expr] = []
    while value is not base and isinstance(value, ast.Call):
        found = [*value.args, *found]
        assert isinstance(value.func, ast.Attribute)
        value = value.func.value
    return found


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((each.value for each in call.keywords if each.arg == name), None)
