"""A function that was given its session does not know what else its caller has begun."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.index.facts import last_name
from taskbound.check.kinds import Entity, Session
from taskbound.check.rules.rule import Rule
from taskbound.check.summary.facts import Does
from taskbound.check.trace.binding import at_path, bound_arguments
from taskbound.check.trace.events import AttributeWrite, Branch, Call, Raise, Return
from taskbound.check.trace.trace import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.finding import Finding, Step
    from taskbound.check.index.facts import ClassFacts, FunctionFacts
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
# Names that say it: `save`, `commit_all`, `__aexit__`.
_SAYS = re.compile(r"commit|(^|_)sav(e|es|ing)(_|$)|exit__|(^|_)complete")
# Names of what begins a unit of work itself: `run_nightly`, `handle_event`, `cleanup_job`.
_ENTRIES = (
    "main",
    "run",
    "seed",
    "init",
    "setup",
    "migrat",
    "lifespan",
    "handle",
    "process",
    "job",
    "task",
    "cron",
)
# `create_task` makes a row called Task.
_VERBS = frozenset(
    ("add", "create", "delete", "edit", "insert", "remove", "set", "update", "upsert")
)
_FLAG = re.compile(
    r"commit|flush|(^|_)(owns?|owned|nested|transaction|managed|external|close)(_|$)", re.IGNORECASE
)
_ASKS = re.compile(r"commit|flush", re.IGNORECASE)
_WRITES = (Does.CHANGES, Does.WRITES)


class CommitInLibrary(Rule):
    """Told of repositories, of plain functions that take a session, and of any class whose session is
    committed by what gave it, or has been written on by the caller; not of one that asks by a flag.
    """

    code = "TB717"
    name = "commit-in-library"
    confidence = Confidence.MEDIUM
    summary = "A function commits the session that it was given"

    def check(self, trace: Trace, program: Program) -> Iterator[Finding]:
        if not _is_told_of(trace.function):
            return
        for event, around in trace.places(Call):
            if not event.on(Session, "commit") or not event.awaited:
                continue
            session = event.receiver
            if isinstance(session, Session) and _is_given(session):
                proof = None if _is_asked(event, around, trace) else _proof(session, trace, program)
                if proof is not None:
                    yield self._found(trace, event, session, proof)

    def _found(
        self, trace: Trace, event: Call, session: Session, proof: tuple[Step, ...]
    ) -> Finding:
        return self.finding(
            trace.source,
            event.node,
            f"{trace.function.spoken}() commits `{session.name}`, which it was given, and with "
            "it whatever its caller has begun; flush() here, and commit where the unit "
            "of work begins",
            flow=(session.source.step(session.node, f"`{session.name}` comes in here"), *proof),
        )


def _proof(session: Session, trace: Trace, program: Program) -> tuple[Step, ...] | None:
    """What makes it somebody else's unit of work; None where that is not certain."""
    if not _writes(session, trace, program):
        return None
    owner = trace.function.owner
    if owner is None or _LIBRARY.search(owner.name) or program.project.mapped(owner):
        return () if session.provider is None else None
    given = _giver(session, owner, program)
    return given or _begun(session, trace.function, program) or None


def _giver(session: Session, owner: ClassFacts, program: Program) -> tuple[Step, ...]:
    """The dependency that commits when the request is over, where the class is given its session."""
    init = program.project.method(owner, "__init__")
    given = [] if init is None else list(program.trace(init).parameters.values())
    for call, _ in program.calls_of(owner) if session.how == "attribute" else ():
        given += [*call.args, *call.keywords.values()]
    for kind in given:
        provider = kind.provider if isinstance(kind, Session) else None
        if provider is not None and program.trace(provider).yields:
            facts = program.summary(provider).of(Does.COMMITS)
            done = next((fact.steps for fact in facts if fact.steps), ())
            if done:
                return done
    return ()


def _begun(session: Session, function: FunctionFacts, program: Program) -> tuple[Step, ...]:
    """What a caller has written on the session before it calls."""
    for call, caller in program.calls_of(function):
        values = bound_arguments(function, call, getattr(call.target, "bound", None))
        found = at_path(values, session.path or (), program.world) if session.path else None
        steps = _written_before(call, found, caller, program)
        if steps:
            return steps
    return ()


def _written_before(
    call: Call, session: object, caller: Trace, program: Program
) -> tuple[Step, ...]:
    steps: tuple[Step, ...] = ()
    for event, around in caller.walk() if isinstance(session, Session) else ():
        if event is call:
            return steps
        for fact in program.done(event, caller.source):
            if fact.session is not session:
                continue
            if fact.does in (Does.COMMITS, Does.ROLLS_BACK):
                steps = ()
            elif fact.does in _WRITES and fact.certain and not _is_branched(around):
                step = caller.source.step(
                    event.node, f"{caller.function.spoken}() has written here"
                )
                steps = (step, caller.source.step(call.node, "and calls here"))
    return ()


def _is_branched(around: tuple[Structure, ...]) -> bool:
    return any(isinstance(structure, Branch) for structure in around)


def _is_told_of(function: FunctionFacts) -> bool:
    return (
        function.asynchronous
        and function.parent is None
        and not _says_so(function.name.lower())
        and not _TESTS.intersection(function.module.source.module.split("."))
        and all(last_name(decorator) in _PLAIN for decorator in function.decorators)
        and not any(_ASKS.search(parameter.name) for parameter in function.parameters)
    )


def _says_so(name: str) -> bool:
    words = name.strip("_").split("_")
    if _SAYS.search(name):
        return True
    return words[0] not in _VERBS and any(word.startswith(_ENTRIES) for word in words)


def _is_given(session: Session) -> bool:
    if not session.asynchronous or session.connection:
        return False
    if session.how == "attribute":
        return True
    return session.how == "parameter" and session.path is not None and len(session.path) == 1


def _is_asked(event: Call, around: tuple[Structure, ...], trace: Trace) -> bool:
    """Does the caller decide, by a flag or by what it may leave out? What was found here asks nobody."""
    flags = {
        parameter.name
        for parameter in trace.function.parameters
        if _is_boolean(parameter.annotation)
        or parameter.default is not None  # `if not unit_of_work`
        or trace.parameters.get(parameter.name) is event.receiver  # `if session is None`
    }
    return any(
        isinstance(structure, Branch)
        and (_names_flag(structure.node, flags) or _gives_up(structure, event))
        for structure in around
    )


def _gives_up(branch: Branch, event: Call) -> bool:
    """Does the function end there: is it what is written down when the rest is off?"""
    arm = next(arm for arm in branch.arms if any(inner is event for inner, _ in walk(arm)))
    return isinstance(arm[-1], (Return, Raise))


def _is_boolean(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Name) and node.id == "bool"


def _names_flag(branch: ast.AST, flags: set[str]) -> bool:
    if isinstance(branch, (ast.If, ast.IfExp)):
        tests = [branch.test]
    elif isinstance(branch, ast.BoolOp):
        tests = branch.values[:-1]
    else:
        return True  # what a `match` asks is not known
    if any(_is_setting(test) for test in tests):
        return True
    names = [
        node.id if isinstance(node, ast.Name) else node.attr
        for test in tests
        for node in ast.walk(test)
        if isinstance(node, (ast.Name, ast.Attribute))
    ]
    return any(name in flags or _FLAG.search(name) for name in names)


def _is_setting(test: ast.expr) -> bool:
    """`if is_sqlite():` asks how the program is set up."""
    return isinstance(test, ast.Call) and not test.args and isinstance(test.func, ast.Name)


def _writes(session: Session, trace: Trace, program: Program) -> bool:
    if any(True for _ in program.summary(trace.function).on(session, *_WRITES)):
        return True
    # An entity that comes in is one of the session that comes in.
    return any(
        isinstance(event.owner, Entity) and event.owner.session is None and event.owner.made is None
        for event in trace.of(AttributeWrite)
    )
