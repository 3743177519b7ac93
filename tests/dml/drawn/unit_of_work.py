"""The same write by the ORM: entities that are read, changed and flushed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from tests.dml.drawn import outcome
from tests.dml.drawn.classes import Classes, attributes, part_attributes
from tests.dml.drawn.designs import JOINED, MARK, PARTS, TENS
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
    lacks,
    lies_in_several_tables,
)
from tests.dml.drawn.outcome import Outcome
from tests.dml.drawn.slots import NOTHING
from tests.dml.drawn.tables import Key

Keys = list[Key]

# What the database may say first, where something else is wrong as well.
_TROUBLE = (outcome.INTEGRITY, outcome.FAILED)


class _Refused(Exception):
    """One of many rows was refused."""

    def __init__(self, row: int, outcome: Outcome) -> None:
        super().__init__(row)
        self.row, self.outcome = row, outcome


class UnitOfWork:
    """Writes the classes of one side with a plain session, which keeps no entity from write to write."""

    def __init__(self, session: AsyncSession, classes: Classes) -> None:
        self._session = session
        self._design = classes.design
        self._models = classes.models
        self._part = classes.part
        self._written: dict[type[Operation], Callable[[Any, Keys], Awaitable[Outcome]]] = {
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

    async def done(self, operation: Operation, keys: Keys) -> Outcome:
        """What has to come of a write, in a savepoint of its own.

        keys: of the rows that are meant, where there are any.
        """
        if self._is_refused(operation) or (
            isinstance(operation, UpdateEach) and len(set(keys)) < len(keys)
        ):
            return Outcome(outcome.REFUSED)
        try:
            async with self._session.begin_nested():
                return await self._written[type(operation)](operation, keys)
        except _Refused as refused:
            return replace(refused.outcome, told=refused.row)
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
            case Update() | UpdateEach():
                return self._is_update_refused(operation)
            case UpdateMany() | UpsertMany():
                return self._design.version == TENS or in_several
            case DeleteMany():
                return in_several
        return False

    def _is_update_refused(self, operation: Update | UpdateEach) -> bool:
        if lies_in_several_tables(self._design, operation.model):
            return isinstance(operation, Update) and ONE_MORE in operation.values.values()
        # Where each version is made of the last, one has to be told which that is.
        versions = (operation.version,) if isinstance(operation, Update) else operation.versions
        return self._design.version == TENS and ABSENT in versions

    async def _insert(self, operation: Insert, _keys: Keys) -> Outcome:
        return await self._flushed(operation, [self._new(operation.model, operation.values)])

    async def _insert_many(self, operation: InsertMany, _keys: Keys) -> Outcome:
        made, refused = list[Any](), list[int]()
        for row, values in enumerate(operation.rows):
            try:
                async with self._session.begin_nested():
                    entity = self._new(operation.model, values)
                    await self._session.flush()
            except Exception as error:
                # A default that fails is about no row, and left out by nobody.
                if not operation.skips or not isinstance(error, DBAPIError):
                    raise _Refused(row, outcome.failed(error)) from error
                refused.append(row)
            else:
                made.append(entity)
        done = await self._answered_in_order(operation, made)
        told = (len(made), tuple(refused)) if operation.skips else None
        return replace(done, told=told)

    async def _insert_tree(self, operation: InsertTree, _keys: Keys) -> Outcome:
        owner = self._new(operation.model, operation.values)
        parts = [self._part() for _ in operation.parts]
        for part, values in zip(parts, operation.parts, strict=True):
            for name, value in values.items():
                setattr(part, name, value)
        getattr(owner, PARTS).extend(parts)
        await self._session.flush()
        if not operation.returning:
            return Outcome(outcome.DONE)
        entity, names = owner, attributes(self._design, operation.model)
        if operation.of_part:
            (entity,), names = parts, part_attributes(self._design)
        await self._session.refresh(entity, names)
        return Outcome(outcome.DONE, outcome.answered([entity], names))

    async def _update_each(self, operation: UpdateEach, keys: Keys) -> Outcome:
        model = self._models[operation.model]
        found = [await self._session.get(model, key) for key in keys]
        computed = any(ONE_MORE in row.values() for row in operation.rows)
        in_several = lies_in_several_tables(self._design, operation.model)
        wrong = {1, 2} & set(operation.versions)
        if in_several and computed:
            return Outcome(outcome.REFUSED, also=(outcome.MISSING, outcome.STALE, *_TROUBLE))
        if None in found or wrong:
            return Outcome(outcome.MISSING, also=(outcome.STALE, *_TROUBLE))
        for entity, values in zip(found, operation.rows, strict=True):
            self._change(entity, values)
        await self._session.flush()
        if not operation.returning:
            return Outcome(outcome.DONE, len(found))
        return await self._answered_in_order(operation, found)

    async def _update_many(self, operation: UpdateMany, _keys: Keys) -> Outcome:
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

    async def _update(self, operation: Update, keys: Keys) -> Outcome:
        (key,) = keys
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

    async def _delete(self, operation: Delete, keys: Keys) -> Outcome:
        (key,) = keys
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

    async def _delete_many(self, operation: DeleteMany, _keys: Keys) -> Outcome:
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

    async def _upsert(self, operation: Upsert, _keys: Keys) -> Outcome:
        entity, is_new = await self._upserted(operation, operation.values)
        done = await self._flushed(operation, [entity])
        return replace(done, told=is_new)

    async def _upsert_many(self, operation: UpsertMany, _keys: Keys) -> Outcome:
        made, new, rows = list[Any](), list[bool](), list[Any]()
        for row, values in enumerate(operation.rows):
            try:
                entity, is_new = await self._upserted(operation, values)
                await self._session.flush()
            except Exception as error:
                raise _Refused(row, outcome.failed(error)) from error
            made.append(entity)
            new.append(is_new)
            # A later row may change it again.
            done = await self._answered_in_order(operation, [entity])
            rows += done.answer or []
        answer = tuple(rows) if operation.returning else None
        return Outcome(outcome.DONE, answer, told=(sum(new), len(new) - sum(new)))

    async def _upserted(self, operation: Upsert | UpsertMany, given: Values) -> tuple[Any, bool]:
        """What is there of a row or is new, and whether it is that. It is not flushed."""
        model = self._models[operation.model]
        names = [operation.on] if operation.on else [slot.name for slot in self._design.key]
        statement = select(model).where(*(getattr(model, name) == given[name] for name in names))
        entity = (await self._session.scalars(statement)).one_or_none()
        is_new = entity is None
        if entity is None:
            entity = self._new(operation.model, given)
        else:
            told = {slot.name for slot in self._design.key} | set(names)
            # None that stands for a default in a new row is no new value for one that is there.
            told |= {
                slot.name
                for slot in self._design.of_class(operation.model)
                if slot.default.way != NOTHING
                and given.get(slot.name) is None
                and slot.kind.name not in {"json", "jsonb"}
            }
            new = {name: value for name, value in given.items() if name not in told}
            # A row that is found is written, whether or not it is given anything.
            self._change(entity, new or {MARK.name: entity.mark})
        return entity, is_new

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

    async def _answered_in_order(self, operation: Any, entities: Sequence[Any]) -> Outcome:
        if not operation.returning:
            return Outcome(outcome.DONE)
        for entity in entities:
            await self._session.refresh(entity)
        names = attributes(self._design, operation.model)
        return Outcome(outcome.DONE, outcome.in_order(entities, names))

    def _answer(self, operation: Any, entities: Sequence[Any], *, counted: bool) -> Any:
        if operation.returning:
            return outcome.answered(entities, attributes(self._design, operation.model))
        return len(entities) if counted else None
