"""A relationship that no statement has loaded is loaded at the read, which cannot be awaited."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.index.facts import ClassFacts, last_name
from taskbound.check.kinds import AwaitableAttrs, Collection, Entity, Rows, Session, contained
from taskbound.check.rules.rule import ROUTES, Rule
from taskbound.check.source import is_within
from taskbound.check.summary.loaded import unloaded_column, unloaded_relationship
from taskbound.check.trace.events import AttributeRead, AttributeWrite, Block, Call, Return

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.finding import Finding
    from taskbound.check.index.mapped import RelationshipFacts
    from taskbound.check.kinds import Kind
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.events import Event, Structure
    from taskbound.check.trace.trace import Trace

_ROUTES = ROUTES - {"websocket"}
_VALIDATES = frozenset(("model_validate", "from_orm"))
# How deep the fields of a DTO are followed.
_DEEPEST = 4


class UnloadedRelationship(Rule):
    """Read as an attribute, by model_validate(), or by FastAPI for the response."""

    code = "TB201"
    name = "unloaded-relationship"
    confidence = Confidence.HIGH
    summary = "A relationship is read that was not loaded"

    def check(self, trace: Trace, program: Program) -> Iterator[Finding]:
        if not _may_read(trace):
            return
        told: set[tuple[ClassFacts, str]] = set()
        for what, finding in self._reads(trace, program):
            if what not in told:  # each attribute once: one option cures all its reads
                told.add(what)
                yield finding

    def _reads(
        self, trace: Trace, program: Program
    ) -> Iterator[tuple[tuple[ClassFacts, str], Finding]]:
        known = Known(trace, program)
        for event, around in trace.walk():
            if (
                isinstance(event, AttributeRead)
                and isinstance(event.owner, Entity)
                and not event.awaited
            ):
                found = known.unloaded(event.owner, event.name, event)
                if found is not None and not is_detached(event.owner, around, trace, program):
                    read = f"{trace.source.segment(event.node)} is hidden I/O"
                    yield (
                        (event.owner.cls, found.name),
                        self._found(trace, event.node, event.owner, found, read),
                    )
            elif isinstance(event, Call) and event.name in _VALIDATES and event.args:
                yield from self._walked(
                    trace,
                    event.node,
                    event.args[0],
                    _class_of(event, trace, program),
                    "",
                    program,
                    known,
                    around,
                )
            elif isinstance(event, Return):
                yield from self._walked(
                    trace,
                    event.node,
                    event.kind,
                    _response_model(trace, program),
                    "FastAPI",
                    program,
                    known,
                    around,
                )

    def _walked(
        self, trace: Trace, node: ast.AST, kind: Kind, dto: ClassFacts | None, who: str,
        program: Program, known: Known, around: tuple[Structure, ...],
    ) -> Iterator[tuple[tuple[ClassFacts, str], Finding]]:  # fmt: skip
        entity = _entity_of(kind)
        if dto is None or entity is None or is_detached(entity, around, trace, program):
            return
        for owner, name, relationship in _fields(dto, entity, program, known, _DEEPEST):
            reader = who or trace.source.segment(node)
            read = f"{reader} reads {owner.cls.name}.{name} for {dto.name}, which is hidden I/O"
            finding = self._found(trace, node, owner, relationship, read)
            yield (owner.cls, relationship.name), finding
            return

    def _found(
        self, trace: Trace, node: ast.AST, owner: Entity, relationship: RelationshipFacts, read: str
    ) -> Finding:
        what = f"{owner.cls.name}.{relationship.name}"
        statement = owner.statement
        flow = (
            (statement.source.step(statement.node, "read by this statement"),)
            if statement is not None
            else ()
        )
        return self.finding(
            trace.source,
            node,
            f"{read}: {what} was not loaded, and loading it at the read raises "
            f"MissingGreenlet; load it in the statement: .options(selectinload({what}))",
            flow=flow,
            # One object may be in the identity map, where it needs no statement.
            confidence=Confidence.HIGH if relationship.many else Confidence.MEDIUM,
        )


def _may_read(trace: Trace) -> bool:
    return (
        any(isinstance(read.owner, Entity) for read in trace.of(AttributeRead))
        or any(call.name in _VALIDATES for call in trace.of(Call))
        or any(_entity_of(event.kind) is not None for event in trace.of(Return))
    )


class Known:
    """What a function has loaded, set or refreshed by itself, besides its statements."""

    def __init__(self, trace: Trace, program: Program) -> None:
        self.program = program
        self._trace = trace
        self._set: list[tuple[Entity, str | None, int]] = []
        self._classes: set[ClassFacts] = set()
        self._filled: list[tuple[ClassFacts, int]] = []
        self._places: dict[int, int] | None = None

    def _all(self) -> dict[int, int]:
        """The place of each event; with the first question the whole function is looked through."""
        if self._places is None:
            self._places = {}
            for number, (event, _) in enumerate(self._trace.walk()):
                self._places[id(event)] = number
                self._learn(event, number)
        return self._places

    def _learn(self, event: Event, number: int) -> None:
        if isinstance(event, AttributeWrite) and isinstance(event.owner, Entity):
            self._set.append((event.owner, event.name, number))
        elif isinstance(event, AttributeRead) and isinstance(event.owner, AwaitableAttrs):
            self._set.append((event.owner.entity, event.name, number))
        if not isinstance(event, Call):
            return
        if event.on(Session, "refresh", "run_sync") or _takes_entity(event):
            for kind in event.args:
                if isinstance(kind, Entity):
                    self._set.append((kind, None, number))
        entity = _entity_of(event.value)
        if entity is not None:
            self._classes.add(entity.cls)
        self._filled.extend((cls, number) for cls in _filled_by(event))

    def unloaded(
        self, entity: Entity, name: str, event: Event | None = None
    ) -> RelationshipFacts | None:
        """The relationship, where neither the statement nor the function before `event` has loaded it."""
        session = entity.session
        if session is None or not session.asynchronous:
            return None
        found = unloaded_relationship(entity, name, self.program.project)
        if found is None or self._is_set(entity, name, event):
            return None
        # A parent that the function has read is in the identity map.
        return (
            None
            if not found.many and (found.target is None or found.target in self._classes)
            else found
        )

    def deferred(self, entity: Entity, name: str, event: Event) -> bool:
        """Is it a column that was left out, and that the function has not fetched before?"""
        session = entity.session
        if session is None or not session.asynchronous:
            return False
        if not unloaded_column(entity, name, self.program.project):
            return False
        return not self._is_set(entity, name, event)

    def _is_set(self, entity: Entity, name: str, event: Event | None) -> bool:
        places = self._all()
        until = places.get(id(event), None) if event is not None else None
        if any(cls is entity.cls and (until is None or at < until) for cls, at in self._filled):
            return True
        return any(
            owner is entity
            and (attribute is None or attribute == name)
            and (until is None or number < until)
            for owner, attribute, number in self._set
        )


def _filled_by(call: Call) -> Iterator[ClassFacts]:
    """Of which entities does a function get many, with the session, so that it may load what they lack?"""
    given = [*call.args, *call.keywords.values()]
    if call.function is None or not call.awaited:
        return
    if any(isinstance(kind, Session) for kind in given):
        for kind in given:
            entity = None if isinstance(kind, Entity) else _entity_of(kind)
            if entity is not None:
                yield entity.cls


def _takes_entity(event: Event) -> bool:
    """A call of something unknown, or of the session's, that may load what it is given."""
    return (
        isinstance(event, Call)
        and event.awaited
        and event.name in ("refresh", "set_committed_value", "awaitable")
    )


def is_detached(
    entity: Entity, around: tuple[Structure, ...], trace: Trace, program: Program
) -> bool:
    """Has the session ended that it was read with?"""
    session = entity.session
    if session is None or session.how != "opened":
        return False
    if _is_of_callee(session, trace, program):
        return True
    if any(
        isinstance(structure, Block) and structure.item.session is session for structure in around
    ):
        return False
    opened = any(
        isinstance(event, Block) and event.item.session is session for event, _ in trace.walk()
    )
    return (
        opened
        or session.source is not trace.source
        or not is_within(getattr(session.node, "lineno", 0), trace.function.node)
    )


def _is_of_callee(session: Session, trace: Trace, program: Program) -> bool:
    """Was it opened, by a block, in a function that gave the entity back?"""
    for call in trace.of(Call):
        if (
            call.node is session.node
            and call.function is not None
            and _entity_of(call.value) is not None
        ):
            inner = program.trace(call.function)
            return any(isinstance(event, Block) and event.item.opens for event, _ in inner.walk())
    return False


def _entity_of(kind: Kind | None) -> Entity | None:
    if isinstance(kind, Entity):
        return kind
    if isinstance(kind, Rows):
        return _entity_of(kind.of)
    if isinstance(kind, Collection):
        return next((item for item, _ in contained(kind) if isinstance(item, Entity)), None)
    return None


def _class_of(call: Call, trace: Trace, program: Program) -> ClassFacts | None:
    """The DTO of `HotelView.model_validate(hotel)`."""
    func = call.node.func
    return _resolved(func.value, trace, program) if isinstance(func, ast.Attribute) else None


def _response_model(trace: Trace, program: Program) -> ClassFacts | None:
    """The response model of a route: said in the decorator, or by the annotation of what it returns."""
    for decorator in trace.function.decorators:
        if not isinstance(decorator, ast.Call) or last_name(decorator) not in _ROUTES:
            continue
        said = next(
            (keyword.value for keyword in decorator.keywords if keyword.arg == "response_model"),
            None,
        )
        return _resolved(said or getattr(trace.function.node, "returns", None), trace, program)
    return None


def _resolved(node: ast.AST | None, trace: Trace, program: Program) -> ClassFacts | None:
    if isinstance(node, ast.Subscript):
        return _resolved(node.slice, trace, program)
    if not isinstance(node, ast.Name):
        return None
    symbol = program.project.resolve(trace.module, node.id)
    is_model = isinstance(symbol, ClassFacts) and program.project.subclass(symbol, "BaseModel")
    return symbol if is_model and isinstance(symbol, ClassFacts) else None


def _fields(
    dto: ClassFacts, entity: Entity, program: Program, known: Known, depth: int
) -> Iterator[tuple[Entity, str, RelationshipFacts]]:
    """The unloaded relationships among the fields of a DTO, and of the DTOs within."""
    mapped = program.project.mapped(entity.cls)
    for cls in program.project.classes(dto) if mapped is not None else ():
        for name, assigned in cls.attributes.items():
            relationship = mapped.relationships.get(name) if mapped is not None else None
            if relationship is None or assigned.annotation is None or _has_alias(assigned.values):
                continue
            found = known.unloaded(entity, name)
            if found is not None:
                yield entity, name, found
            elif depth and relationship.target is not None and _options_known(entity):
                inner = _named(assigned.annotation, cls, program)
                if inner is not None:
                    child = Entity(
                        relationship.target, statement=entity.statement, session=entity.session,
                        options=entity.options, via=(*entity.via, name),
                    )  # fmt: skip
                    yield from _fields(inner, child, program, known, depth - 1)


def _options_known(entity: Entity) -> bool:
    return entity.made is None


def _has_alias(values: list[ast.expr]) -> bool:
    return any(
        isinstance(value, ast.Call)
        and any(
            keyword.arg in ("alias", "validation_alias", "exclude") for keyword in value.keywords
        )
        for value in values
    )


def _named(annotation: ast.expr, cls: ClassFacts, program: Program) -> ClassFacts | None:
    for node in ast.walk(annotation):
        name = (
            node.id
            if isinstance(node, ast.Name)
            else node.value
            if isinstance(node, ast.Constant)
            else None
        )
        symbol = (
            program.project.resolve(cls.module, name)
            if isinstance(name, str) and name.isidentifier()
            else None
        )
        if isinstance(symbol, ClassFacts) and program.project.subclass(symbol, "BaseModel"):
            return symbol
    return None
