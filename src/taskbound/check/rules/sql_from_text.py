"""SQL that is put together from a parameter can be made to say anything."""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.index.facts import last_name
from taskbound.check.kinds import NONE, Constant, Parameter, Session, Statement, Text
from taskbound.check.rules.rule import ROUTES, Rule
from taskbound.check.trace.events import Call

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from taskbound.check.finding import Finding
    from taskbound.check.kinds import Kind
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.trace import Trace

# Annotations whose values can hold SQL.
_TEXTS = frozenset(("str", "Any", "object", "LiteralString"))
# A parameter that went through one of these was looked at.
_LOOKS = (
    "valid",
    "sanit",
    "check",
    "quote",
    "escape",
    "allow",
    "safe",
    "ident",
    "match",
    "isalnum",
    "isdigit",
    "ensure",
)
_BEFORE_NAME = re.compile(
    r"(\b(from|join|into|update|table|view|in|schema|database|index|on|where|set|and|or|by|select)\s+|\.)"
    r"[\"`\[]?$",
    re.IGNORECASE,
)
# Nor can a bind take a place in these: a statement within, and what makes tables.
_BEFORE_SQL = re.compile(r"\b(exists|from|as)\s*\(\s*$", re.IGNORECASE)
_BEFORE_ATTRIBUTE = re.compile(r"[\"`\]]?\.[\"`\[]?\w")
_MAKES_TABLES = re.compile(
    r"\s*(create|alter|drop|truncate|comment|grant|revoke|vacuum|reindex)\b", re.IGNORECASE
)
# How many callers up a parameter is followed.
_DEEPEST = 4
_BY_WEIGHT = (Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW)
_ROUTES = ROUTES | {"head", "options", "mutation", "field"}


class SqlFromText(Rule):
    """f-strings, `%`, `format` and `+` with a str parameter, in text(), exec_driver_sql() or execute()."""

    code = "TB711"
    name = "sql-from-text"
    confidence = Confidence.HIGH
    summary = "SQL is put together from a parameter"

    def check(self, trace: Trace, program: Program) -> Iterator[Finding]:
        for call in trace.of(Call):
            text = _sql(call)
            if text is None:
                continue
            for parameter in _parameters(text):
                if _is_looked_at(parameter):
                    continue
                unseen = None if _takes_no_bind(parameter, text) else Confidence.LOW
                confidence = _confidence(parameter, program, unseen)
                if confidence is Confidence.LOW and _is_statement(parameter, text):
                    continue
                if confidence is Confidence.HIGH and _is_name_from_nowhere(
                    parameter, text, program
                ):
                    confidence = Confidence.MEDIUM
                if confidence is not None:
                    yield self._found(trace, call, parameter, confidence)
                    break

    def _found(
        self, trace: Trace, call: Call, parameter: Parameter, confidence: Confidence
    ) -> Finding:
        source = parameter.function.source
        return self.finding(
            trace.source,
            call.node,
            f"`{parameter.name}` becomes part of the SQL text, so whoever gives it can change the "
            f"statement; bind it: text('... :{parameter.name}'), "
            f"{{'{parameter.name}': {parameter.name}}}, or take an identifier from a list of "
            "those that are allowed",
            flow=(
                source.step(
                    parameter.function.node,
                    f"`{parameter.name}` comes in by {parameter.function.spoken}()",
                ),
            ),
            confidence=confidence,
        )


def _sql(call: Call) -> Text | None:
    if (
        isinstance(call.result, Statement)
        and call.result.verb == "text"
        and call.result.node is call.node
    ):
        written: Kind | None = call.result.text
    elif call.on(Session, "exec_driver_sql"):
        written = call.argument(0, "statement")
    else:
        return None
    return written if isinstance(written, Text) else None


def _parameters(text: Text) -> Iterator[Parameter]:
    for part in text.parts:
        if isinstance(part, Text):
            yield from _parameters(part)
        elif isinstance(part, Parameter) and _holds_text(part.annotation):
            yield part


def _is_name_from_nowhere(parameter: Parameter, text: Text, program: Program) -> bool:
    """Does it stand where the name of a table or column does, in a function that nobody calls?

    No bind can take that place, and who calls it may well take the name from the catalogue.
    """
    function = parameter.function
    if program.calls_of(function) or any(
        last_name(decorator) in _ROUTES for decorator in function.decorators
    ):
        return False
    return any(
        part is parameter
        and isinstance(before, Constant)
        and isinstance(before.value, str)
        and _BEFORE_NAME.search(before.value) is not None
        for before, part in pairwise(text.parts)
    )


def _takes_no_bind(parameter: Parameter, text: Text) -> bool:
    """Does it stand everywhere where a name stands, or a statement, or in what makes tables?

    The program makes those mostly itself: of a value that it could have bound more is to be feared.
    """
    places = list(_places(parameter, text))
    return _MAKES_TABLES.match(_written(next(_flat(text), NONE))) is not None or all(
        _is_of_statement(before)
        or _BEFORE_NAME.search(before)
        or before.endswith(":")  # the name of a bind
        or _BEFORE_ATTRIBUTE.match(after)
        for before, after in places
    )


def _is_statement(parameter: Parameter, text: Text) -> bool:
    """Is it SQL by what is made of it: `f"{query} LIMIT 10"`? Who gives it may say what he wants."""
    return all(_is_of_statement(before) for before, _ in _places(parameter, text))


def _is_of_statement(before: str) -> bool:
    return not before or _BEFORE_SQL.search(before) is not None


def _places(parameter: Parameter, text: Text) -> Iterator[tuple[str, str]]:
    """What is written before and after it, each time that it is put in."""
    parts: list[Kind] = [Constant(""), *_flat(text), Constant("")]
    for before, part, after in zip(parts, parts[1:], parts[2:], strict=False):
        if part is parameter:
            yield _written(before), _written(after)


def _written(kind: Kind) -> str:
    """A part that is not seen ends what was written before it, and begins nothing."""
    return str(kind.value) if isinstance(kind, Constant) else "?"


def _flat(text: Text) -> Iterator[Kind]:
    for part in text.parts:
        if isinstance(part, Text):
            yield from _flat(part)
        else:
            yield part


def _holds_text(annotation: ast.expr | None) -> bool:
    """Can a value of this annotation hold SQL? One without annotation may be a number."""
    if isinstance(annotation, ast.BinOp):
        return _holds_text(annotation.left) or _holds_text(annotation.right)
    if isinstance(annotation, ast.Subscript):
        outer = last_name(annotation.value)
        inner = (
            annotation.slice.elts[0]
            if isinstance(annotation.slice, ast.Tuple) and annotation.slice.elts
            else annotation.slice
        )
        return outer in ("Optional", "Union", "Annotated") and _holds_text(inner)
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return annotation.value in _TEXTS
    return isinstance(annotation, (ast.Name, ast.Attribute)) and last_name(annotation) in _TEXTS


def _is_looked_at(parameter: Parameter) -> bool:
    """Is it compared with what is allowed, matched, quoted or validated anywhere in its function?"""
    return any(_looks(node, parameter.name) for node in ast.walk(parameter.function.node))


def _looks(node: ast.AST, name: str) -> bool:
    if isinstance(node, ast.Compare):
        return _is_of(node.left, name) and any(
            isinstance(operator, (ast.In, ast.NotIn, ast.Eq)) for operator in node.ops
        )
    if isinstance(node, ast.Call):
        called = last_name(node).lower()
        about = any(
            _is_of(argument, name)
            for argument in [*node.args, *(keyword.value for keyword in node.keywords)]
        )
        about = about or (isinstance(node.func, ast.Attribute) and _is_of(node.func.value, name))
        return about and any(word in called for word in _LOOKS)
    return isinstance(node, ast.Match) and _is_of(node.subject, name)


def _is_of(node: ast.AST, name: str) -> bool:
    return any(isinstance(inner, ast.Name) and inner.id == name for inner in ast.walk(node))


def _confidence(
    parameter: Parameter, program: Program, unseen: Confidence | None, depth: int = 0
) -> Confidence | None:
    """High where the outside gives it, `unseen` where that is not known, none where all who call give what
    is theirs; low in a function that nobody calls, some calls above.
    """
    function = parameter.function
    if any(last_name(decorator) in _ROUTES for decorator in function.decorators):
        return Confidence.HIGH
    calls = program.calls_of(function) if depth < _DEEPEST else []
    if not calls:
        return Confidence.HIGH if depth == 0 else Confidence.LOW
    names = [each.name for each in function.parameters]
    position = names.index(parameter.name) - (function.owner is not None)
    given = [call.argument(position, parameter.name) for call, _ in calls]
    return _worst(_of_given(kind, program, unseen, depth + 1) for kind in given)


def _of_given(
    kind: Kind | None, program: Program, unseen: Confidence | None, depth: int
) -> Confidence | None:
    """What an argument brings in: HIGH for what a handler was given, `unseen` for what is not known."""
    if kind is None or kind is NONE or isinstance(kind, Constant):
        return None
    if isinstance(kind, Text):
        return _worst(_of_given(part, program, unseen, depth) for part in kind.parts)
    if not isinstance(kind, Parameter) or kind.annotation is None:
        return unseen
    if not _holds_text(kind.annotation) or _is_looked_at(kind):
        return None
    return _confidence(kind, program, unseen, depth)


def _worst(found: Iterable[Confidence | None]) -> Confidence | None:
    seen = set(found)
    return next((one for one in _BY_WEIGHT if one in seen), None)
