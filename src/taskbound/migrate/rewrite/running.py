"""Where an event loop begins: commands, `if __name__ == "__main__"`, and scripts without functions."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from taskbound.migrate.module import names_bound, own_nodes
from taskbound.migrate.names import last_name
from taskbound.migrate.values import Engine, of_type
from taskbound.migrate.waiting import How, Wait

if TYPE_CHECKING:
    from taskbound.migrate.module import Function, FunctionNode
    from taskbound.migrate.rewrite.rewriting import Rewriting

_OUTSIDE = "this is at the top of a module, where nothing can be awaited: move it into a function"


class Running:
    """The event loops of one file."""

    def __init__(self, rewriting: Rewriting) -> None:
        self._rewriting = rewriting
        self._module = rewriting.module
        self._text = rewriting.text
        self._edits = rewriting.edits
        self.started: set[ast.AST] = set()
        """Calls that `asyncio.run` waits for."""

    def commands(self, waits: list[Wait]) -> None:
        """Functions that stay, and run a coroutine function beside them."""
        for function in self._module.functions.values():
            if function not in self._rewriting.colour.run:
                continue
            own = [wait for wait in waits if wait.function is function]
            if not self._run_one(function.node.body, own):
                self._divide(function)
            if note := self._rewriting.colour.entries.note(function):
                self._rewriting.leave(function.node, note)

    def top(self, waits: list[Wait]) -> list[Wait]:
        """Run what waits at the top of the module; returns what waits there and cannot."""
        guarded = [wait for wait in waits if self._guard_of(wait) is not None]
        for guard in {id(g): g for g in map(self._guard_of, guarded) if g is not None}.values():
            self._run_guard(guard, [each for each in guarded if self._guard_of(each) is guard])
        others = [wait for wait in waits if wait not in guarded]
        if others and self._is_script(others):
            self._run_script(others)
            return []
        return others

    def leave(self, wait: Wait) -> None:
        """Note a place at the top of a module or class."""
        self._rewriting.leave(wait.node, _OUTSIDE)

    def _run_one(self, body: list[ast.stmt], waits: list[Wait]) -> bool:
        """A body of one statement that is one call is run as it is."""
        statements = body[1:] if _is_docstring(body[0]) else body
        match statements, waits:
            case [ast.Expr(value=value) | ast.Return(value=value)], [Wait(how=How.CALL) as wait]:
                if wait.node is value and isinstance(value, ast.Call) and self._is_own(value):
                    self._run(value)
                    return True
        return False

    def _is_own(self, call: ast.Call) -> bool:
        """Whether a call is one of a coroutine function, not of a method of a session."""
        return isinstance(call.func, ast.Name)

    def _run(self, call: ast.Call) -> None:
        self.started.add(call)
        asyncio = self._rewriting.imports.want_module("asyncio")
        self._edits.wrap(self._text.span(call), f"{asyncio}.run(", ")")

    def _divide(self, function: Function) -> None:
        node = function.node
        line = _first_line(node, self._text.lines)
        if line is None or function.owner is not None:
            self._rewriting.leave(node, f"`{function.name}` has to run its body with asyncio.run()")
            return
        asyncio = self._rewriting.imports.want_module("asyncio")
        indentation = self._text.indentation(node.lineno)
        name = self._rewriting.imports.free(f"_{function.name}")
        gives = any(isinstance(each, ast.Return) and each.value for each in own_nodes(node))
        call = f"{asyncio}.run({name}({_passed(node.args)}))"
        returns = f" -> {self._text.of(node.returns)}" if node.returns else ""
        self._edits.insert(
            self._text.start_of_line(line),
            f"{indentation}    {'return ' if gives else ''}{call}\n\n\n"
            f"{indentation}async def {name}({self._signature(node.args)}){returns}:\n",
        )

    def _signature(self, arguments: ast.arguments) -> str:
        """The parameters without their defaults, and without what is only told to the command line."""
        parts = [self._parameter(each) for each in arguments.posonlyargs]
        parts += ["/"] if parts else []
        parts += [self._parameter(each) for each in arguments.args]
        if arguments.vararg:
            parts.append(f"*{self._parameter(arguments.vararg)}")
        elif arguments.kwonlyargs:
            parts.append("*")
        parts += [self._parameter(each) for each in arguments.kwonlyargs]
        parts += [f"**{self._parameter(arguments.kwarg)}"] if arguments.kwarg else []
        return ", ".join(parts)

    def _parameter(self, parameter: ast.arg) -> str:
        annotation = parameter.annotation
        if isinstance(annotation, ast.Subscript) and last_name(annotation.value) == "Annotated":
            inner = annotation.slice
            annotation = inner.elts[0] if isinstance(inner, ast.Tuple) else inner
        if annotation is None:
            return parameter.arg
        return f"{parameter.arg}: {self._text.of(annotation)}"

    def _guard_of(self, wait: Wait) -> ast.If | None:
        """The `if __name__ == "__main__"` that a place is in."""
        for outer in self._module.above(wait.node):
            if isinstance(outer, ast.If) and outer in self._module.tree.body and _is_guard(outer):
                return None if outer.orelse else outer
        return None

    def _run_guard(self, guard: ast.If, waits: list[Wait]) -> None:
        if len(waits) == 1 and waits[0].how is How.CALL and isinstance(waits[0].node, ast.Call):
            call = waits[0].node
            if self._is_own(call) and not self._module.in_lambda(call):
                self._run(call)
                return
        name = self._rewriting.imports.free("main")
        header = self._text.of(guard.test)
        first = guard.body[0]
        if first.lineno == guard.lineno:
            self._rewriting.leave(guard, _OUTSIDE)
            return
        start = self._text.span(guard).start
        end = self._text.source.index(":", self._text.span(guard.test).end) + 1
        globals_ = self._globals(guard.body)
        self._edits.replace(start, end, f"async def {name}() -> None:{globals_}")
        self._end(name, f"\n\n\nif {header}:\n    ", self._text.span(guard).end)

    def _end(self, name: str, before: str, at: int) -> None:
        asyncio = self._rewriting.imports.want_module("asyncio")
        engine = self._engine()
        disposing = f"\n    await {engine}.dispose()" if engine else ""
        self._edits.append(at, f"{disposing}{before}{asyncio}.run({name}())")

    def _engine(self) -> str:
        """The engine of the module, where nothing in it disposes of it."""
        source = self._text.source
        inference = self._rewriting.inference
        for name in sorted(self._module.bound_at_top):
            values = inference.evaluation.at_top(name, self._module)
            if of_type(values, Engine) and f"{name}.dispose" not in source:
                return name
        return ""

    def _globals(self, body: list[ast.stmt]) -> str:
        """`global` for the names that functions of the module read, and that are bound here."""
        bound = {n for statement in body for node in _nodes(statement) for n in names_bound(node)}
        evaluation = self._rewriting.inference.evaluation
        read = {
            node.id
            for function in self._module.functions.values()
            for node in own_nodes(function.node)
            if isinstance(node, ast.Name) and node.id not in evaluation.locals(function)
        }
        names = sorted(bound & read - _imported(body))
        return f"\n    global {', '.join(names)}" if names else ""

    def _is_script(self, waits: list[Wait]) -> bool:
        """Whether nobody imports the module, and nothing is defined after what waits first."""
        if self._is_imported() or (any(wait.how is How.SCHEMA for wait in waits) and self._app()):
            return False
        if any(self._module.class_of(wait.node) for wait in waits):
            return False
        moved = self._moved(waits)
        return not any(
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            for statement in moved
            for node in _nodes(statement)
        )

    def _run_script(self, waits: list[Wait]) -> None:
        moved = self._moved(waits)
        first, last = moved[0], moved[-1]
        name = self._rewriting.imports.free("main")
        globals_ = self._globals(moved)
        start = self._text.start_of_line(first.lineno)
        self._edits.indent(start, f"\nasync def {name}() -> None:{globals_}\n")
        self._rewriting.indent(first.lineno, last.end_lineno or last.lineno)
        at = self._text.span(last).end
        self._end(name, "\n\n\n", at)

    def _moved(self, waits: list[Wait]) -> list[ast.stmt]:
        tops = self._module.tree.body
        places = [tops.index(self._top_of(wait)) for wait in waits]
        return tops[min(places) :]

    def _top_of(self, wait: Wait) -> ast.stmt:
        *_inner, top, _module = [wait.node, *self._module.above(wait.node)]
        assert isinstance(top, ast.stmt)
        return top

    def _is_imported(self) -> bool:
        inference = self._rewriting.inference
        return any(
            inference.project.module(imported.module, module) is self._module
            for module in inference.project.modules
            if module is not self._module
            for imported in inference.names.imports(module).values()
        )

    def _app(self) -> bool:
        return any(
            isinstance(node, ast.Call) and last_name(node.func) in {"FastAPI", "Flask"}
            for node in own_nodes(self._module.tree)
        )


def _is_guard(node: ast.If) -> bool:
    match node.test:
        case ast.Compare(
            left=ast.Name(id="__name__"), comparators=[ast.Constant(value="__main__")]
        ):
            return True
    return False


def _is_docstring(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _first_line(node: FunctionNode, lines: list[str]) -> int | None:
    """The line behind the header and the docstring of a function; None where all is in one line."""
    first = node.body[0]
    if first.lineno == node.lineno:
        return None
    if _is_docstring(first):
        line = (first.end_lineno or first.lineno) + 1
    else:
        line = first.lineno
        while not lines[line - 2].partition("#")[0].rstrip().endswith(":"):
            line -= 1
    while not lines[line - 1].strip():
        line += 1
    return line


def _passed(arguments: ast.arguments) -> str:
    parts = [each.arg for each in (*arguments.posonlyargs, *arguments.args)]
    parts += [f"*{arguments.vararg.arg}"] if arguments.vararg else []
    parts += [f"{each.arg}={each.arg}" for each in arguments.kwonlyargs]
    parts += [f"**{arguments.kwarg.arg}"] if arguments.kwarg else []
    return ", ".join(parts)


def _nodes(statement: ast.stmt) -> list[ast.AST]:
    return list(ast.walk(statement))


def _imported(body: list[ast.stmt]) -> set[str]:
    imports = (n for s in body for n in ast.walk(s) if isinstance(n, ast.Import | ast.ImportFrom))
    return {name for node in imports for name in names_bound(node)}
