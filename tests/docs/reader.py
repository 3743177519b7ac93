"""Someone who reads a page and types its blocks in, one after the other."""

from __future__ import annotations

import ast
import asyncio
import inspect
import sys
from types import ModuleType, TracebackType
from typing import Self

from sqlalchemy.ext.asyncio import AsyncEngine

from taskbound import Database
from tests.docs.page import MODELS, Block, Page

# What the errors in the pages call the file that the example stands in.
FILE = "shop.py"


class Reader:
    """Runs blocks as `python -m asyncio` does: with `await` at the top, and names that stay.

    A reader of any page has run the models of the guide first.
    """

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        # SQLAlchemy looks the names in annotations up in the module of the class.
        self._module = ModuleType("shop")
        self._before = sys.modules.get("shop")
        # By identity: an example may give its name to another one.
        self._opened: dict[int, Database | AsyncEngine] = {}

    def __enter__(self) -> Self:
        sys.modules["shop"] = self._module
        self.run(Page(MODELS).blocks("python")[0])
        return self

    def __exit__(
        self,
        type_: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # What an example that raises has left under way must not open a file that is gone by then.
        self._runner.run(_others_end())
        for opened in self._opened.values():
            self._runner.run(opened.dispose())
        self._runner.close()
        if self._before is None:
            del sys.modules["shop"]
        else:
            sys.modules["shop"] = self._before

    def run(self, block: Block) -> None:
        """Run one block; what it raises carries the block's line as a note."""
        try:
            self._run(block.source)
        except BaseException as error:
            error.add_note(f"in the block at line {block.line} of its page")
            raise
        finally:
            self._remember()

    def _run(self, source: str) -> None:
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        code = compile(source, FILE, "exec", flags=flags, dont_inherit=True)
        if code.co_flags & inspect.CO_COROUTINE:
            self._runner.run(eval(code, self._module.__dict__))
        else:
            exec(code, self._module.__dict__)

    def _remember(self) -> None:
        for value in self._module.__dict__.values():
            if isinstance(value, Database | AsyncEngine):
                self._opened[id(value)] = value


async def _others_end() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for other in others:
        other.cancel()
    await asyncio.gather(*others, return_exceptions=True)
