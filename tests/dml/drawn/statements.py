"""A write through taskbound."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from taskbound import NotFound, StaleVersion, TaskSession, UnfitValues
from tests.dml.drawn import outcome
from tests.dml.drawn.classes import Classes, attributes
from tests.dml.drawn.dtos import given, read_dto
from tests.dml.drawn.operations import (
    ABSENT,
    ONE_MORE,
    Delete,
    DeleteMany,
    Insert,
    InsertMany,
    Operation,
    Update,
    UpdateMany,
    Upsert,
    Values,
)
from tests.dml.drawn.outcome import Outcome
from tests.dml.drawn.tables import Key


class Statements:
    """Writes the classes of one side through taskbound's session."""

    def __init__(self, session: TaskSession, classes: Classes) -> None:
        self._session: Any = session
        self._design = classes.design
        self._models = classes.models
        self._sent: dict[type[Operation], Callable[[Any, Key, int], Awaitable[Outcome]]] = {
            Insert: self._insert,
            InsertMany: self._insert_many,
            Update: self._update,
            UpdateMany: self._update_many,
            Delete: self._delete,
            DeleteMany: self._delete_many,
            Upsert: self._upsert,
        }

    async def done(self, operation: Operation, key: Key, version: int) -> Outcome:
        """What comes of a write, in a savepoint of its own.

        key, version: of the row that is meant, where there is one.
        """
        try:
            async with self._session.begin_nested():
                return await self._sent[type(operation)](operation, key, version)
        except UnfitValues as error:
            return Outcome(outcome.REFUSED, why=str(error))
        except StaleVersion as error:
            return Outcome(outcome.STALE, why=str(error))
        except NotFound as error:
            return Outcome(outcome.MISSING, why=str(error))
        except Exception as error:  # whatever it is, the unit of work has to raise as well
            return outcome.failed(error)

    async def _insert(self, operation: Insert, _key: Key, _version: int) -> Outcome:
        model = operation.model
        values = self._new(operation.values, operation.given, model)
        made = await self._session.insert(self._models[model], values, **self._back(operation))
        return self._answered(operation, [made])

    async def _insert_many(self, operation: InsertMany, _key: Key, _version: int) -> Outcome:
        model = operation.model
        rows = [self._new(values, operation.given, model) for values in operation.rows]
        await self._session.insert_many(self._models[model], rows)
        return Outcome(outcome.DONE)

    async def _update(self, operation: Update, key: Key, version: int) -> Outcome:
        model = operation.model
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

    async def _update_many(self, operation: UpdateMany, _key: Key, _version: int) -> Outcome:
        model = operation.model
        values = given(
            operation.given, self._patched(operation.values, model), self._names(model, keyed=False)
        )
        found = await self._session.update(
            self._models[model], values, **self._where(operation), **self._back(operation)
        )
        return self._counted(operation, found)

    async def _delete(self, operation: Delete, key: Key, version: int) -> Outcome:
        named: dict[str, Any] = {"key": key[0] if len(key) == 1 else key}
        if operation.version != ABSENT:
            named["version"] = version + operation.version
        made = await self._session.delete(
            self._models[operation.model], **named, **self._back(operation)
        )
        return self._answered(operation, [made])

    async def _delete_many(self, operation: DeleteMany, _key: Key, _version: int) -> Outcome:
        found = await self._session.delete(
            self._models[operation.model], **self._where(operation), **self._back(operation)
        )
        return self._counted(operation, found)

    async def _upsert(self, operation: Upsert, _key: Key, _version: int) -> Outcome:
        model = operation.model
        values = self._new(operation.values, operation.given, model)
        target = {} if operation.on is None else {"on": operation.on}
        made = await self._session.upsert(
            self._models[model], values, **target, **self._back(operation)
        )
        return self._answered(operation, [made.row])

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

    def _counted(self, operation: Any, found: Any) -> Outcome:
        if operation.returning:
            return self._answered(operation, found)
        return Outcome(outcome.DONE, found)
