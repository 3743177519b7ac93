"""A write through taskbound."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from taskbound import NotFound, StaleVersion, TaskSession, UnfitConflict, UnfitValues
from tests.dml.drawn import outcome
from tests.dml.drawn.classes import Classes, attributes, part_attributes
from tests.dml.drawn.designs import OWNER, PARTS
from tests.dml.drawn.dtos import Held, given, given_with, read_dto
from tests.dml.drawn.operations import (
    ABSENT,
    ONE_MORE,
    Delete,
    DeleteMany,
    Insert,
    InsertMany,
    InsertTree,
    Operation,
    Update,
    UpdateEach,
    UpdateMany,
    Upsert,
    UpsertMany,
    Values,
)
from tests.dml.drawn.outcome import Outcome
from tests.dml.drawn.tables import Key

Keys = list[Key]
Versions = list[int]


class Statements:
    """Writes the classes of one side through taskbound's session."""

    def __init__(self, session: TaskSession, classes: Classes) -> None:
        self._session: Any = session
        self._design = classes.design
        self._models = classes.models
        self._part = classes.part
        self._sent: dict[type[Operation], Callable[[Any, Keys, Versions], Awaitable[Outcome]]] = {
            Insert: self._insert,
            InsertMany: self._insert_many,
            InsertTree: self._insert_tree,
            Update: self._update,
            UpdateEach: self._update_each,
            UpdateMany: self._update_many,
            Delete: self._delete,
            DeleteMany: self._delete_many,
            Upsert: self._upsert,
            UpsertMany: self._upsert_many,
        }

    async def done(self, operation: Operation, keys: Keys, versions: Versions) -> Outcome:
        """What comes of a write, in a savepoint of its own.

        keys, versions: of the rows that are meant, where there are any.
        """
        try:
            async with self._session.begin_nested():
                return await self._sent[type(operation)](operation, keys, versions)
        except (UnfitConflict, UnfitValues) as error:
            return Outcome(outcome.REFUSED, why=str(error))
        except StaleVersion as error:
            return Outcome(outcome.STALE, why=str(error))
        except NotFound as error:
            return Outcome(outcome.MISSING, why=str(error))
        except Exception as error:  # whatever it is, the unit of work has to raise as well
            return outcome.failed(error)

    async def _insert(self, operation: Insert, _keys: Keys, _versions: Versions) -> Outcome:
        model = operation.model
        values = self._new(operation.values, operation.given, model)
        made = await self._session.insert(self._models[model], values, **self._back(operation))
        return self._answered(operation, [made])

    async def _insert_many(
        self, operation: InsertMany, _keys: Keys, _versions: Versions
    ) -> Outcome:
        model = operation.model
        rows = [self._new(values, operation.given, model) for values in operation.rows]
        done = await self._session.insert_many(
            self._models[model],
            rows,
            chunk=operation.chunk,
            on_error="skip" if operation.skips else "raise",
            **self._back(operation),
        )
        if not operation.skips:
            return self._answered_in_order(operation, done, None)
        told = (done.written, tuple(refused.row for refused in done.refused))
        return self._answered_in_order(operation, done.rows, told)

    async def _insert_tree(
        self, operation: InsertTree, _keys: Keys, _versions: Versions
    ) -> Outcome:
        of_part, kind = operation.of_part, operation.given
        names = self._names(operation.model, keyed=True)
        names = tuple(operation.values) if kind == "pydantic" else names
        parts = operation.parts
        of_parts = (*(slot.name for slot in self._design.key), *part_attributes(self._design))
        of_parts = tuple(parts[0] if parts else ()) if kind == "pydantic" else tuple(set(of_parts))
        if of_part:
            held = Held(OWNER, [operation.values], names, many=False)
            values = given_with(kind, parts[0], of_parts, held)
        else:
            values = given_with(
                kind, operation.values, names, Held(PARTS, parts, of_parts, many=True)
            )
        model = self._part if of_part else self._models[operation.model]
        read = (
            part_attributes(self._design) if of_part else attributes(self._design, operation.model)
        )
        back = {"returning": read_dto(read)} if operation.returning else {}
        made = await self._session.insert(model, values, **back)
        if not operation.returning:
            return Outcome(outcome.DONE)
        return Outcome(outcome.DONE, outcome.answered([made], read))

    async def _update(self, operation: Update, keys: Keys, versions: Versions) -> Outcome:
        model = operation.model
        (key,), (version,) = keys, versions
        values = self._patched(operation.values, model)
        named: dict[str, Any] = {}
        if operation.key_among_values:
            values |= dict(zip((slot.name for slot in self._design.key), key, strict=True))
        else:
            named["key"] = key[0] if len(key) == 1 else key
        if operation.version != ABSENT:
            named["version"] = version + operation.version
        names = self._names(model, keyed=operation.key_among_values)
        made = await self._session.update(
            self._models[model],
            given(operation.given, values, names),
            **named,
            **self._back(operation),
        )
        return self._answered(operation, [made])

    async def _update_each(self, operation: UpdateEach, keys: Keys, versions: Versions) -> Outcome:
        model = operation.model
        names = (*self._names(model, keyed=True), *(["version"] if self._design.version else []))
        rows = []
        for row, key, there, ahead in zip(
            operation.rows, keys, versions, operation.versions, strict=True
        ):
            values = self._patched(row, model)
            values |= dict(zip((slot.name for slot in self._design.key), key, strict=True))
            if ahead != ABSENT:
                values["version"] = there + ahead
            rows.append(given(operation.given, values, names))
        done = await self._session.update_many(self._models[model], rows, **self._back(operation))
        if operation.returning:
            return self._answered_in_order(operation, done, None)
        return Outcome(outcome.DONE, done)

    async def _update_many(
        self, operation: UpdateMany, _keys: Keys, _versions: Versions
    ) -> Outcome:
        model = operation.model
        values = given(
            operation.given, self._patched(operation.values, model), self._names(model, keyed=False)
        )
        found = await self._session.update(
            self._models[model], values, **self._where(operation), **self._back(operation)
        )
        return self._counted(operation, found)

    async def _delete(self, operation: Delete, keys: Keys, versions: Versions) -> Outcome:
        (key,), (version,) = keys, versions
        named: dict[str, Any] = {"key": key[0] if len(key) == 1 else key}
        if operation.version != ABSENT:
            named["version"] = version + operation.version
        made = await self._session.delete(
            self._models[operation.model], **named, **self._back(operation)
        )
        return self._answered(operation, [made])

    async def _delete_many(
        self, operation: DeleteMany, _keys: Keys, _versions: Versions
    ) -> Outcome:
        found = await self._session.delete(
            self._models[operation.model], **self._where(operation), **self._back(operation)
        )
        return self._counted(operation, found)

    async def _upsert(self, operation: Upsert, _keys: Keys, _versions: Versions) -> Outcome:
        model = operation.model
        values = self._new(operation.values, operation.given, model)
        target = {} if operation.on is None else {"on": operation.on}
        made = await self._session.upsert(
            self._models[model], values, **target, **self._back(operation)
        )
        answer = self._answered(operation, [made.row]).answer
        return Outcome(outcome.DONE, answer, told=made.inserted)

    async def _upsert_many(
        self, operation: UpsertMany, _keys: Keys, _versions: Versions
    ) -> Outcome:
        model = operation.model
        rows = [self._new(values, operation.given, model) for values in operation.rows]
        target = {} if operation.on is None else {"on": operation.on}
        done = await self._session.upsert_many(
            self._models[model], rows, **target, chunk=operation.chunk, **self._back(operation)
        )
        return self._answered_in_order(operation, done.rows, (done.inserted, done.updated))

    def _new(self, values: Values, kind: str, model: int) -> Any:
        # What a Pydantic model was not given it holds as its default, which is written as well.
        names = tuple(values) if kind == "pydantic" else self._names(model, keyed=True)
        return given(kind, values, names)

    def _patched(self, values: Values, model: int) -> dict[str, Any]:
        computed = self._models[model].mark + 1
        return {name: computed if value is ONE_MORE else value for name, value in values.items()}

    def _names(self, model: int, *, keyed: bool) -> tuple[str, ...]:
        """The fields of a DTO of a class. keyed: those of the key among them."""
        own = [slot.name for slot in self._design.of_class(model) if not slot.computed]
        return (*(slot.name for slot in self._design.key if keyed), *own)

    def _where(self, operation: UpdateMany | DeleteMany) -> dict[str, Any]:
        if operation.mark == ABSENT:
            return {"every": True}
        return {"where": self._models[operation.model].mark == operation.mark}

    def _back(self, operation: Any) -> dict[str, Any]:
        if not operation.returning:
            return {}
        return {"returning": read_dto(attributes(self._design, operation.model))}

    def _answered(self, operation: Any, made: list[Any]) -> Outcome:
        if not operation.returning:
            return Outcome(outcome.DONE)
        names = attributes(self._design, operation.model)
        return Outcome(outcome.DONE, outcome.answered(made, names))

    def _answered_in_order(self, operation: Any, made: Any, told: Any) -> Outcome:
        if not operation.returning:
            return Outcome(outcome.DONE, told=told)
        names = attributes(self._design, operation.model)
        return Outcome(outcome.DONE, outcome.in_order(made, names), told=told)

    def _counted(self, operation: Any, found: Any) -> Outcome:
        if operation.returning:
            return self._answered(operation, found)
        return Outcome(outcome.DONE, found)
