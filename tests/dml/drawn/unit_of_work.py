"""The same write by the ORM: entities that are read, changed and flushed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from tests.dml.drawn import outcome
from tests.dml.drawn.classes import Classes, attributes
from tests.dml.drawn.designs import JOINED, MARK, TENS
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
    lacks,
    lies_in_several_tables,
)
from tests.dml.drawn.outcome import Outcome
from tests.dml.drawn.slots import NOTHING
from tests.dml.drawn.tables import Key


class UnitOfWork:
    """Writes the classes of one side with a plain session, which keeps no entity from write to write."""

    def __init__(self, session: AsyncSession, classes: Classes) -> None:
        self._session = session
        self._design = classes.design
        self._models = classes.models
        self._written: dict[type[Operation], Callable[[Any, Key], Awaitable[Outcome]]] = {
            Insert: self._insert,
            InsertMany: self._insert_many,
            Update: self._update,
            UpdateMany: self._update_many,
            Delete: self._delete,
            DeleteMany: self._delete_many,
            Upsert: self._upsert,
        }

    async def done(self, operation: Operation, key: Key) -> Outcome:
        """What has to come of a write, in a savepoint of its own.

        key: of the row that is meant, where there is one.
        """
        if self._is_refused(operation):
            return Outcome(outcome.REFUSED)
        try:
            async with self._session.begin_nested():
                return await self._written[type(operation)](operation, key)
        except Exception as error:  # it is told by its kind
            return outcome.failed(error)
        finally:
            self._session.expunge_all()

    def _is_refused(self, operation: Operation) -> bool:
        """What taskbound does not send on purpose."""
        in_several = lies_in_several_tables(self._design, operation.model)
        match operation:
            case Insert() | Upsert():
                lacking = lacks(self._design, operation.model, operation.values)
                unread = in_several or self._design.version == TENS
                return lacking or (isinstance(operation, Upsert) and unread)
            case InsertMany():
                return any(lacks(self._design, operation.model, one) for one in operation.rows)
            case Update():
                return self._is_update_refused(operation)
            case UpdateMany():
                return self._design.version == TENS or in_several
            case DeleteMany():
                return in_several
        return False

    def _is_update_refused(self, operation: Update) -> bool:
        if lies_in_several_tables(self._design, operation.model):
            return ONE_MORE in operation.values.values()
        # Where each version is made of the last, one has to be told which that is.
        return self._design.version == TENS and operation.version == ABSENT

    async def _insert(self, operation: Insert, _key: Key) -> Outcome:
        return await self._flushed(operation, [self._new(operation.model, operation.values)])

    async def _insert_many(self, operation: InsertMany, _key: Key) -> Outcome:
        for values in operation.rows:
            self._new(operation.model, values)
        await self._session.flush()
        return Outcome(outcome.DONE)

    async def _update_many(self, operation: UpdateMany, _key: Key) -> Outcome:
        found = await self._found(operation)
        for entity in found:
            self._change(entity, operation.values)
        return await self._flushed(operation, found, counted=True)

    def _new(self, model: int, values: Values) -> Any:
        entity = self._models[model]()
        for name, value in values.items():
            setattr(entity, name, value)
        self._session.add(entity)
        return entity

    async def _update(self, operation: Update, key: Key) -> Outcome:
        entity = await self._session.get(self._models[operation.model], key)
        if operation.version not in {ABSENT, 0}:
            return Outcome(outcome.STALE)
        if entity is None:
            return Outcome(outcome.MISSING if operation.version == ABSENT else outcome.STALE)
        self._change(entity, operation.values)
        return await self._flushed(operation, [entity])

    def _change(self, entity: Any, values: Values) -> None:
        for name, value in values.items():
            if value is ONE_MORE:
                setattr(entity, name, type(entity).mark + 1)
            else:
                setattr(entity, name, value)
                # taskbound does not know what was there before, and writes the same value, too.
                flag_modified(entity, name)

    async def _delete(self, operation: Delete, key: Key) -> Outcome:
        entity = await self._session.get(self._models[operation.model], key)
        in_several = lies_in_several_tables(self._design, operation.model)
        if entity is None and operation.returning and in_several:
            # It is read before it is deleted, whatever its version.
            return Outcome(outcome.MISSING)
        if operation.version not in {ABSENT, 0}:
            return Outcome(outcome.STALE)
        if entity is None:
            return Outcome(outcome.MISSING if operation.version == ABSENT else outcome.STALE)
        return await self._deleted(operation, [entity], counted=False)

    async def _delete_many(self, operation: DeleteMany, _key: Key) -> Outcome:
        return await self._deleted(operation, await self._found(operation), counted=True)

    async def _deleted(
        self, operation: Delete | DeleteMany, found: Sequence[Any], *, counted: bool
    ) -> Outcome:
        if self._design.form == JOINED and operation.model == 0 and self._are_of_subclass(found):
            # The row in the table of the subclass still refers to it.
            return Outcome(outcome.INTEGRITY)
        answer = self._answer(operation, found, counted=counted)
        for entity in found:
            await self._session.delete(entity)
        await self._session.flush()
        return Outcome(outcome.DONE, answer)

    def _are_of_subclass(self, found: Sequence[Any]) -> bool:
        return any(isinstance(entity, self._models[1]) for entity in found)

    async def _upsert(self, operation: Upsert, _key: Key) -> Outcome:
        model = self._models[operation.model]
        names = [operation.on] if operation.on else [slot.name for slot in self._design.key]
        statement = select(model).where(
            *(getattr(model, name) == operation.values[name] for name in names)
        )
        entity = (await self._session.scalars(statement)).one_or_none()
        if entity is None:
            entity = self._new(operation.model, operation.values)
        else:
            told = {slot.name for slot in self._design.key} | set(names)
            # None that stands for a default in a new row is no new value for one that is there.
            told |= {
                slot.name
                for slot in self._design.of_class(operation.model)
                if slot.default.way != NOTHING
                and operation.values.get(slot.name) is None
                and slot.kind.name not in {"json", "jsonb"}
            }
            new = {name: value for name, value in operation.values.items() if name not in told}
            # A row that is found is written, whether or not it is given anything.
            self._change(entity, new or {MARK.name: entity.mark})
        return await self._flushed(operation, [entity])

    async def _found(self, operation: UpdateMany | DeleteMany) -> Sequence[Any]:
        model = self._models[operation.model]
        statement = select(model)
        if operation.mark != ABSENT:
            statement = statement.where(model.mark == operation.mark)
        return (await self._session.scalars(statement)).all()

    async def _flushed(
        self, operation: Any, entities: Sequence[Any], *, counted: bool = False
    ) -> Outcome:
        await self._session.flush()
        if operation.returning:
            for entity in entities:
                await self._session.refresh(entity)
        return Outcome(outcome.DONE, self._answer(operation, entities, counted=counted))

    def _answer(self, operation: Any, entities: Sequence[Any], *, counted: bool) -> Any:
        if operation.returning:
            return outcome.answered(entities, attributes(self._design, operation.model))
        return len(entities) if counted else None
