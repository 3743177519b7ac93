"""Engines and factories: what they are told, and which driver their URL names."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from taskbound.migrate.values import Engine, Factory, of_type
from taskbound.migrate.vocabulary import (
    ASYNC_DRIVERS,
    DRIVERS,
    FACTORIES,
    LISTENERS,
    MAKERS,
    SCOPED,
    SESSIONS,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from taskbound.migrate.module import Module
    from taskbound.migrate.rewrite.addresses import Address, Addresses
    from taskbound.migrate.rewrite.rewriting import Rewriting

_QUOTED = re.compile(r"[fFrRbBuU]*(?:\"\"\"|'''|\"|')")
# Arguments of psycopg2 and libpq that asyncpg does not take.
_OF_PSYCOPG = frozenset(
    {"application_name", "connect_timeout", "keepalives", "options", "sslmode", "sslrootcert"}
)


class Engines:
    """The engines and factories of one file."""

    def __init__(
        self,
        rewriting: Rewriting,
        addresses: Addresses,
        of_module: Callable[[Module], Rewriting],
    ) -> None:
        self._rewriting = rewriting
        self._text = rewriting.text
        self._edits = rewriting.edits
        self._addresses = addresses
        self._of_module = of_module

    def apply(self) -> None:
        """Change every call that makes one."""
        names = self._rewriting.inference.names
        for node in self._rewriting.module.nodes:
            if isinstance(node, ast.Call):
                outside = names.outside(node.func, self._rewriting.module)
                if outside in MAKERS:
                    self._engine(node)
                elif outside in FACTORIES or outside in SESSIONS:
                    self._keep_loaded(node)
                elif outside in SCOPED:
                    self._scope(node)
                elif outside in LISTENERS:
                    self._listen(node)

    def _engine(self, call: ast.Call) -> None:
        given = [*call.args[:1], *(k.value for k in call.keywords if k.arg == "url")]
        if not given:
            return
        found = self._addresses.of(given[0], self._rewriting.module)
        for address in found:
            self._address(address)
        if not found or any(address.from_environment for address in found):
            self._rewriting.leave(
                call,
                "the URL of this engine comes from elsewhere: it has to name an asynchronous driver, "
                "as postgresql+asyncpg://, mysql+aiomysql:// and sqlite+aiosqlite:// do",
            )
        if any("asyncpg" in self._new_driver(address) for address in found):
            self._arguments(call)

    def _arguments(self, call: ast.Call) -> None:
        for keyword in call.keywords:
            if keyword.arg == "connect_args" and isinstance(keyword.value, ast.Dict):
                keys = {k.value for k in keyword.value.keys if isinstance(k, ast.Constant)}
                if unknown := sorted(str(key) for key in keys & _OF_PSYCOPG):
                    self._rewriting.leave(
                        keyword.value, f"asyncpg takes no `{unknown[0]}`: see its connect()"
                    )

    def _new_driver(self, address: Address) -> str:
        return _renamed(address.text) or address.text

    def _address(self, address: Address) -> None:
        rewriting = self._of_module(address.module)
        new = _renamed(address.text)
        if new is None:
            if not _is_async(address.text) and "://" in address.text:
                rewriting.leave(address.node, "this URL names no driver that is known here")
            return
        written = rewriting.text.of(address.node)
        quote = _QUOTED.match(written)
        if quote is None or not written.startswith(address.text, quote.end()):
            rewriting.leave(
                address.node, "this URL is put together in a way that is not known here"
            )
            return
        start = rewriting.text.span(address.node).start + quote.end()
        scheme = len(address.text.partition("://")[0])
        rewriting.edits.replace(start, start + scheme, new.partition("://")[0])
        if "asyncpg" in new and "sslmode=" in written:
            at = rewriting.text.span(address.node).start + written.index("sslmode=")
            rewriting.edits.replace(at, at + len("sslmode="), "ssl=")

    def _keep_loaded(self, call: ast.Call) -> None:
        """`expire_on_commit=False`: what is expired by a commit would be read again unseen."""
        for keyword in call.keywords:
            if keyword.arg == "expire_on_commit":
                if isinstance(keyword.value, ast.Constant) and keyword.value.value:
                    self._edits.replace(*self._text.span(keyword.value), "False")
                return
            if keyword.arg is None:
                self._rewriting.leave(call, "see that this is told expire_on_commit=False")
                return
        self._add(call, "expire_on_commit=False")

    def _scope(self, call: ast.Call) -> None:
        given = {keyword.arg for keyword in call.keywords}
        if "scopefunc" not in given and not call.args[1:]:
            asyncio = self._rewriting.imports.want_module("asyncio")
            self._add(call, f"scopefunc={asyncio}.current_task")
        self._rewriting.leave(
            call,
            "a session of each task, which the task has to end with `await ...remove()`: "
            "hand sessions over as arguments instead",
        )

    def _listen(self, call: ast.Call) -> None:
        if not call.args:
            return
        values = self._rewriting.inference.of(call.args[0])
        if of_type(values, Engine):
            self._edits.append(self._text.span(call.args[0]).end, ".sync_engine")
        elif of_type(values, Factory):
            self._rewriting.leave(
                call, "events are those of the synchronous session inside: listen to its class"
            )

    def _add(self, call: ast.Call, argument: str) -> None:
        """Give a call one more argument, in a line of its own where the others have one."""
        given: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
        if not given:
            self._edits.append(self._text.span(call).end - 1, argument)
            return
        last = max(given, key=lambda each: (each.lineno, each.col_offset))
        end = self._text.span(last).end
        line = self._text.lines[last.lineno - 1]
        alone = last.lineno != call.lineno and not line[: last.col_offset].strip()
        seam = f",\n{self._text.indentation(last.lineno)}" if alone else ", "
        self._edits.append(end, f"{seam}{argument}")


def _renamed(url: str) -> str | None:
    for before, after in DRIVERS.items():
        if url.startswith(before):
            return after + url.removeprefix(before)
    # The name of a driver alone, as `URL.create("postgresql")` has it.
    return DRIVERS[f"{url}://"].removesuffix("://") if f"{url}://" in DRIVERS else None


def _is_async(url: str) -> bool:
    driver = url.partition("://")[0].partition("+")[2]
    return driver in ASYNC_DRIVERS
