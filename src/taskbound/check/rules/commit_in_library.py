"""A function that was given its session does not know what else its caller has begun."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.index.facts import last_name
from taskbound.check.kinds import Session
from taskbound.check.rules.rule import Rule
from taskbound.check.summary.facts import Does
from taskbound.check.trace.events import Branch, Call, Try

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.finding import Finding
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.events import Structure
    from taskbound.check.trace.trace import Trace

# Classes that others build their units of work from.
_LIBRARY = re.compile(
    r"(Repo|Repository|CRUD|Crud|DAO|Dao|Gateway)($|[A-Z_]|Base|Impl)|^(CRUD|Crud|Base)"
)
# What makes rows for tests commits them, so that the code under test sees them.
_TESTS = frozenset(("conftest", "testing", "tests"))
_PLAIN = frozenset(("staticmethod", "classmethod", "override", "abstractmethod"))
_ENDS = re.compile(
    r"commit|save|__aexit__|__exit__|complete|main|run|seed|init|setup|migrat|lifespan|handle|process|job|task|cron"
)


class CommitInLibrary(Rule):
    """Told of repositories, and of plain functions that take a session; not of one that asks by a flag."""

    code = "TB717"
    name = "commit-in-library"
    confidence = Confidence.MEDIUM
    summary = "A function commits the session that it was given"

    def check(self, trace: Trace, program: Program) -> Iterator[Finding]:
        function = trace.function
        if (
            not function.asynchronous
            or _ENDS.search(function.name.lower())
            or function.parent is not None
            or _TESTS.intersection(function.module.source.module.split("."))
        ):
            return
        if any(last_name(decorator) not in _PLAIN for decorator in function.decorators):
            return
        for event, around in trace.places(Call):
            if not event.on(Session, "commit") or not event.awaited:
                continue
            session = event.receiver
            if (
                isinstance(session, Session)
                and _is_given(session, trace)
                and not _is_asked(around)
                and _writes(session, trace, program)
            ):
                yield self.finding(
                    trace.source,
                    event.node,
                    f"{function.spoken}() commits `{session.name}`, which it was given, and with "
                    "it whatever its caller has begun; flush() here, and commit where the unit "
                    "of work begins",
                    flow=(session.source.step(session.node, f"`{session.name}` comes in here"),),
                )


def _is_given(session: Session, trace: Trace) -> bool:
    owner = trace.function.owner
    if session.provider is not None or not session.asynchronous or session.connection:
        return False
    if session.how == "attribute":
        return owner is not None and bool(_LIBRARY.search(owner.name))
    if session.how != "parameter" or session.path is None or len(session.path) != 1:
        return False
    return owner is None or bool(_LIBRARY.search(owner.name))


def _is_asked(around: tuple[Structure, ...]) -> bool:
    return any(
        isinstance(structure, (Branch, Try)) and not _is_whole(structure) for structure in around
    )


def _is_whole(structure: Structure) -> bool:
    """A `try` around everything asks nothing."""
    return isinstance(structure, Try)


def _writes(session: Session, trace: Trace, program: Program) -> bool:
    return any(True for _ in program.summary(trace.function).on(session, Does.CHANGES, Does.WRITES))
