"""The migration of a project, step by step."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from taskbound.migrate.colour import Colour
from taskbound.migrate.inference import Inference
from taskbound.migrate.outcome import Left, Migrated, Outcome
from taskbound.migrate.project import Project
from taskbound.migrate.rewrite.addresses import Addresses
from taskbound.migrate.rewrite.engines import Engines
from taskbound.migrate.rewrite.functions import Functions
from taskbound.migrate.rewrite.loads import Loads
from taskbound.migrate.rewrite.query import Queries
from taskbound.migrate.rewrite.references import References
from taskbound.migrate.rewrite.renaming import Renaming
from taskbound.migrate.rewrite.rewriting import Rewriting
from taskbound.migrate.rewrite.running import Running
from taskbound.migrate.rewrite.schema import Schema
from taskbound.migrate.rewrite.testing import Testing
from taskbound.migrate.rewrite.unknown import Unknown
from taskbound.migrate.rewrite.waits import Waits

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from taskbound.migrate.module import Module
    from taskbound.migrate.values import Origin
    from taskbound.migrate.waiting import Wait


def migrate(paths: Iterable[Path]) -> Outcome:
    """The files below some paths on asynchronous SQLAlchemy, and what is left to do by hand.

    paths: files and folders of one project. Files are read together, and nothing of them is imported.

    Nothing is written: `Migrated.write()` does that, a file at a time. A second run changes nothing.
    Raises `OSError` where a file cannot be read; what is no Python is among what is left.
    """
    return _Migration(Project(paths)).outcome()


class _Migration:
    """One run over one project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._inference = Inference(project)
        self._colour = Colour(self._inference)
        self._addresses = Addresses(self._inference)
        self._unknown = Unknown(self._colour)
        self._rewritings = {
            module: Rewriting(module, self._colour)
            for module in self._inference.modules
            if not _is_of_alembic(module)
        }
        self._waits = {module: self._possible(module) for module in self._rewritings}
        self._waiting = {wait.node for waits in self._waits.values() for wait in waits}

    def outcome(self) -> Outcome:
        """All changes made, and put together."""
        refused = self._refused()
        for module, rewriting in self._rewritings.items():
            self._change(module, rewriting, refused)
        loads = Loads(self._inference, self._rewriting, self._waits_at)
        loads.apply()
        for rewriting in self._rewritings.values():
            rewriting.imports.apply()
        files = [self._migrated(module) for module in self._rewritings]
        left = {each for rewriting in self._rewritings.values() for each in rewriting.left}
        return Outcome(
            tuple(each for each in files if each is not None),
            tuple(sorted(left.union(self._project.left))),
        )

    def _change(self, module: Module, rewriting: Rewriting, refused: set[Origin]) -> None:
        waits = self._waits[module]
        inside = [wait for wait in waits if wait.function is not None]
        running, schema = Running(rewriting), Schema(rewriting)
        Renaming(rewriting).apply()
        Engines(rewriting, self._addresses, self._rewriting).apply()
        top = [wait for wait in waits if wait.function is None]
        left = running.top(schema.at_start(top))
        for wait in left:
            running.leave(wait)
        running.commands(inside)
        reached = [each for each in waits if each not in left and each.node not in running.started]
        Functions(rewriting).apply()
        Testing(rewriting).apply()
        Waits(rewriting).apply(reached)
        Queries(rewriting, refused).apply(reached)
        schema.apply(reached)
        References(rewriting).apply()
        self._unknown.tell(rewriting)

    def _refused(self) -> set[Origin]:
        """The queries that stay as they are, wherever they are used."""
        refused: set[Origin] = set()
        for module, rewriting in self._rewritings.items():
            refused.update(Queries(rewriting, refused).refuse(self._waits[module]))
        return refused

    def _possible(self, module: Module) -> list[Wait]:
        """What waits in a module; what cannot wait is noted and left out."""
        possible = []
        for wait in self._colour.waits_in(module):
            reason = self._colour.refusal(wait)
            if not reason:
                possible.append(wait)
            elif wait.function not in self._colour.refused:
                self._rewritings[module].leave(wait.node, reason)
        return possible

    def _waits_at(self, _module: Module, node: ast.AST) -> bool:
        return node in self._waiting

    def _rewriting(self, module: Module) -> Rewriting:
        """The changes of a file; also of one that has nothing to do with databases but holds their URL."""
        if module not in self._rewritings:
            self._rewritings[module] = Rewriting(module, self._colour)
        return self._rewritings[module]

    def _migrated(self, module: Module) -> Migrated | None:
        before = module.text.source
        after = module.edits.applied(before)
        if after == before or _is_of_alembic(module):
            return None
        try:
            # Not `ast.parse`, which lets `await` stand in functions that cannot wait.
            compile(after, module.shown, "exec", dont_inherit=True)
        except SyntaxError as error:
            reason = f"this file is left as it is: its new text would be no Python ({error.msg})"
            self._project.left.append(Left(module.shown, error.lineno or 1, 1, reason))
            return None
        return Migrated(module.path, module.shown, before, after, module.encoding, module.newline)


def _is_of_alembic(module: Module) -> bool:
    """Whether a module is one of alembic's, whose engine is its own and stays synchronous."""
    return any(
        isinstance(node, ast.ImportFrom) and node.module == "alembic" for node in module.tree.body
    )
