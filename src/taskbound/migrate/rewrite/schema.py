"""`Base.metadata.create_all(engine)`: on the connection inside, and at start-up where it was at import."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from taskbound.migrate.names import last_name
from taskbound.migrate.values import Connection, Engine, of_type
from taskbound.migrate.waiting import How, Wait

if TYPE_CHECKING:
    from taskbound.migrate.rewrite.rewriting import Rewriting

# What stands above a function at the top of a module.
_EMPTY = "\n\n"


class Schema:
    """The tables that one file makes and drops."""

    def __init__(self, rewriting: Rewriting) -> None:
        self._rewriting = rewriting
        self._module = rewriting.module
        self._text = rewriting.text
        self._edits = rewriting.edits

    def apply(self, waits: list[Wait]) -> None:
        """Change what is called in functions."""
        for wait in waits:
            if wait.how is How.SCHEMA and isinstance(wait.node, ast.Call):
                self._call(wait.node)

    def at_start(self, waits: list[Wait]) -> list[Wait]:
        """Move what was called at import into the lifespan of the module's application.

        Returns what waits at the top of the module and cannot be moved.
        """
        made = [
            wait
            for wait in waits
            if wait.how is How.SCHEMA
            and isinstance(self._module.parent(wait.node), ast.Expr)
            and self._module.statement(wait.node) in self._module.tree.body
        ]
        app = self._app()
        if not made or app is None:
            return waits
        self._lifespan(app, [wait.node for wait in made if isinstance(wait.node, ast.Call)])
        return [wait for wait in waits if wait not in made]

    def _call(self, call: ast.Call) -> None:
        statement = self._module.parent(call)
        if not isinstance(statement, ast.Expr):
            self._rewriting.leave(call, "this needs a statement of its own")
            return
        indentation = self._rewriting.indentation(call.lineno)
        self._edits.replace(*self._text.span(call), self._block(call, indentation))

    def _block(self, call: ast.Call, indentation: str) -> str:
        bind = _bind(call)
        run = f"run_sync({self._text.of(call.func)}{self._others(call, bind)})"
        if of_type(self._rewriting.inference.of(bind), Connection):
            return f"await {self._text.of(bind)}.{run}"
        assert of_type(self._rewriting.inference.of(bind), Engine)
        name = self._connection(call)
        opening = f"async with {self._text.of(bind)}.begin() as {name}:"
        return f"{opening}\n{indentation}    await {name}.{run}"

    def _connection(self, call: ast.Call) -> str:
        """A name that nothing around the call has."""
        function = self._module.function_of(call)
        here = self._rewriting.inference.evaluation.locals(function) if function else frozenset()
        taken = here | self._module.bound_at_top
        names = ("connection", "conn", "schema_connection")
        return next((name for name in names if name not in taken), names[-1])

    def _others(self, call: ast.Call, bind: ast.expr) -> str:
        given = [self._text.of(each) for each in call.args if each is not bind]
        given += [
            f"{each.arg}={self._text.of(each.value)}"
            for each in call.keywords
            if each.value is not bind and each.arg is not None
        ]
        return "".join(f", {each}" for each in given)

    def _app(self) -> ast.Call | None:
        """The module's `app = FastAPI(...)`, where it has no lifespan."""
        for statement in self._module.tree.body:
            match statement:
                case ast.Assign(value=ast.Call(func=func) as call) if last_name(func) == "FastAPI":
                    given = {each.arg for each in call.keywords}
                    # Without `lifespan=`, handlers of start-up may be there, which it would replace.
                    handlers = "on_event(" in self._text.source
                    return None if handlers or given & {"lifespan", None} else call
        return None

    def _lifespan(self, app: ast.Call, calls: list[ast.Call]) -> None:
        imports = self._rewriting.imports
        manager = imports.want("contextlib", "asynccontextmanager")
        iterator = imports.want("collections.abc", "AsyncIterator")
        name = imports.free("lifespan")
        blocks = "".join(f"    {self._block(call, '    ')}\n" for call in calls)
        engines = dict.fromkeys(self._text.of(_bind(call)) for call in calls)
        disposed = "".join(f"    await {engine}.dispose()\n" for engine in engines)
        statement = self._module.statement(app)
        text = (
            f"@{manager}\nasync def {name}(app: {self._text.of(app.func)}) -> {iterator}[None]:\n"
            f"{blocks}    yield\n{disposed}\n\n"
        )
        above = self._module.statement(calls[0]) if self._follows(statement, calls) else statement
        gap = _EMPTY[self._empty_lines_above(above.lineno) :]
        self._edits.indent(self._text.start_of_line(statement.lineno), gap + text)
        end = self._text.span(app).end - 1
        given = bool(app.args or app.keywords)
        comma = ", " if given and not self._text.source[:end].rstrip().endswith(",") else ""
        self._edits.append(end, f"{comma}lifespan={name}")
        for call in calls:
            self._take_away(self._module.statement(call))

    def _follows(self, statement: ast.stmt, calls: list[ast.Call]) -> bool:
        """Whether nothing stands between what is taken away and a statement."""
        body = self._module.tree.body
        first = body.index(self._module.statement(calls[0]))
        return body.index(statement) - first == len(calls)

    def _empty_lines_above(self, line: int) -> int:
        count = 0
        while (
            count < len(_EMPTY)
            and line > count + 1
            and not self._text.lines[line - count - 2].strip()
        ):
            count += 1
        return count

    def _take_away(self, statement: ast.stmt) -> None:
        first, last = statement.lineno, statement.end_lineno or statement.lineno
        after = last + 1
        while after <= len(self._text.lines) and not self._text.lines[after - 1].strip():
            after += 1
        after = min(after, len(self._text.lines))
        start = self._text.start_of_line(first)
        self._edits.replace(start, self._text.start_of_line(max(after, last + 1)), "")


def _bind(call: ast.Call) -> ast.expr:
    keywords = (each.value for each in call.keywords if each.arg == "bind")
    return next(keywords, None) or call.args[0]
