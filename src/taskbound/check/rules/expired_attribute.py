"""A value that a commit, a rollback or expire() threw away is loaded again at the read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.index.facts import ClassFacts
from taskbound.check.kinds import ClassRef, Entity, Rows, Session, Statement
from taskbound.check.rules.rule import Rule
from taskbound.check.summary.facts import Does
from taskbound.check.trace.events import Assign, AttributeRead, Call
from taskbound.check.trace.flow import Flow

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable

    from taskbound.check.finding import Finding
    from taskbound.check.summary.facts import Fact
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.events import Block, Event
    from taskbound.check.trace.trace import Trace


_EXPIRES = frozenset((Does.COMMITS, Does.ROLLS_BACK, Does.EXPIRES))


class Life:
    """The entities that names hold, with their sessions, and those that are expired, by what and where."""

    __slots__ = ("expired", "held")

    def __init__(
        self,
        held: dict[Entity, Session | None] | None = None,
        expired: dict[Entity, tuple[str, ast.AST]] | None = None,
    ) -> None:
        self.held: dict[Entity, Session | None] = held or {}
        self.expired: dict[Entity, tuple[str, ast.AST]] = expired or {}


class ExpiredAttribute(Rule):
    """After commit() of an expiring session, after rollback(), after expire()."""

    code = "TB202"
    name = "expired-attribute"
    confidence = Confidence.HIGH
    summary = "A value is read that was thrown away since it was loaded"

    def check(self, trace: Trace, program: Program) -> Iterable[Finding]:
        if not trace.function.asynchronous or not _reads(trace):
            return
        if _EXPIRES.isdisjoint(program.does(trace)):
            return
        walk = _Expiry(self, trace, program)
        walk.run(trace)
        yield from walk.found


def _reads(trace: Trace) -> bool:
    return any(isinstance(read.owner, Entity) for read in trace.of(AttributeRead))


class _Expiry(Flow[Life]):
    """What is expired on every path."""

    def __init__(self, rule: ExpiredAttribute, trace: Trace, program: Program) -> None:
        self.rule = rule
        self.trace = trace
        self.program = program
        self.found: list[Finding] = []

    def start(self, trace: Trace) -> Life:
        return Life()

    def copy(self, state: Life) -> Life:
        return Life(dict(state.held), dict(state.expired))

    def join(self, one: Life, other: Life) -> Life:
        expired = {entity: how for entity, how in one.expired.items() if entity in other.expired}
        return Life({**one.held, **other.held}, expired)

    def event(self, event: Event, state: Life) -> None:
        if isinstance(event, AttributeRead):
            self._read(event, state)
        elif isinstance(event, Assign):
            entity = event.kind.of if isinstance(event.kind, Rows) else event.kind
            if isinstance(entity, Entity) and entity not in state.expired:
                state.held.setdefault(entity, entity.session)
        if isinstance(event, Call):
            _added(event, state)
            _loaded_again(event, state)
        for fact in self.program.done(event, self.trace.source):
            _expire(fact, event, state)

    def leave(self, block: Block, state: Life) -> None:
        session = block.item.session
        if (
            session is not None
            and block.item.commits
            and session.expiring is True
            and not block.item.nested
        ):
            _all_of(session, state, "the commit at the end of its block", block.node, made=True)

    def _read(self, event: AttributeRead, state: Life) -> None:
        entity = event.owner
        if not isinstance(entity, Entity) or entity not in state.expired or event.awaited:
            return
        mapped = self.program.project.mapped(entity.cls)
        if mapped is None or (
            event.name not in mapped.columns and event.name not in mapped.relationships
        ):
            return
        how, node = state.expired.pop(entity)
        written = self.trace.source.segment(event.node)
        self.found.append(
            self.rule.finding(
                self.trace.source,
                event.node,
                f"{written} was expired by {how}, and loading it at the read is hidden I/O, which "
                "raises MissingGreenlet; read it before, or `await "
                f"session.refresh({written.rpartition('.')[0]})` first",
                flow=(self.trace.source.step(node, f"expired by {how} here"),),
            )
        )


def _added(call: Call, state: Life) -> None:
    """`session.add(user)` says whose a new object is."""
    if not call.on(Session, "add"):
        return
    added, session = call.argument(0, "instance"), call.receiver
    if isinstance(added, Entity) and added.made is not None and isinstance(session, Session):
        state.held[added] = session


def _loaded_again(call: Call, state: Life) -> None:
    """refresh() of the object, or a statement that reads its class, fills it."""
    if not call.on(Session) or not call.awaited:
        return
    first = call.argument(0, "statement")
    if call.name == "refresh":
        first = call.argument(0, "instance")
        if isinstance(first, Entity):
            state.expired.pop(first, None)
        return
    classes = {first.cls} if isinstance(first, ClassRef) else _classes(first)
    for entity in [entity for entity in state.expired if entity.cls in classes]:
        del state.expired[entity]


def _classes(statement: object) -> set[ClassFacts]:
    if not isinstance(statement, Statement) or statement.verb != "select":
        return set()
    return {one.cls for one in statement.entities if isinstance(one, ClassRef)}


def _expire(fact: Fact, event: Event, state: Life) -> None:
    session = fact.session
    if session is None or not session.asynchronous or session.connection or not fact.certain:
        return
    via = event.function.spoken if isinstance(event, Call) and event.function is not None else ""
    within = f" in {via}()" if via else ""
    if fact.does is Does.COMMITS and session.expiring is True and fact.name != "with":
        _all_of(session, state, f"commit(){within}", event.node, made=True)
    elif fact.does is Does.ROLLS_BACK and fact.name != "with":
        # An object that was only added is what it was.
        _all_of(session, state, f"rollback(){within}", event.node, made=False)
    elif fact.does is Does.EXPIRES and isinstance(event, Call):
        _by_hand(event, session, state)


def _by_hand(call: Call, session: Session, state: Life) -> None:
    if call.name == "expire_all":
        _all_of(session, state, "expire_all()", call.node, made=True)
    elif call.name == "expire" and len(call.args) == 1 and isinstance(call.args[0], Entity):
        state.expired[call.args[0]] = ("expire()", call.node)


def _all_of(session: Session, state: Life, how: str, node: ast.AST, *, made: bool) -> None:
    for entity, owner in state.held.items():
        if owner is session and (made or entity.made is None):
            state.expired[entity] = (how, node)
