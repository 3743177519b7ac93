"""One write that is drawn: what is written, to which row, and how that is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.dml.drawn.designs import JOINED, MARK, PLACE, Design
from tests.dml.drawn.dtos import GIVEN, NESTING
from tests.dml.drawn.slots import Slot
from tests.truth.tape import Tape

Values = Mapping[str, Any]

# The key of a row that nobody has written.
ABSENT = -1


@dataclass(frozen=True)
class Computed:
    """A value that SQL computes of the row: one more than its mark."""


ONE_MORE = Computed()


@dataclass(frozen=True)
class Insert:
    """A new row."""

    model: int
    values: Values
    given: str
    returning: bool


@dataclass(frozen=True)
class InsertMany:
    """New rows."""

    model: int
    rows: tuple[Values, ...]
    given: str
    returning: bool
    chunk: int
    skips: bool
    """Whether rows that are refused are left out."""


@dataclass(frozen=True)
class InsertTree:
    """A new row with its parts, or a new part with the row that it is of."""

    model: int
    values: Values
    parts: tuple[Values, ...]
    given: str
    returning: bool
    of_part: bool
    """Whether the part is inserted, of which there is one then."""


@dataclass(frozen=True)
class Update:
    """New values for one row."""

    model: int
    row: int
    """Which one of those that are there, in the order of their keys."""
    values: Values
    given: str
    returning: bool
    key_among_values: bool
    version: int
    """What is added to the version that the row is in; `ABSENT` for none that is given."""

    @property
    def places(self) -> tuple[int, ...]:
        return (self.row,)


@dataclass(frozen=True)
class UpdateEach:
    """New values for several rows, for each its own."""

    model: int
    places: tuple[int, ...]
    rows: tuple[Values, ...]
    versions: tuple[int, ...]
    given: str
    returning: bool


@dataclass(frozen=True)
class UpdateMany:
    """New values for every row with a mark; for all, where that is `ABSENT`."""

    model: int
    mark: int
    values: Values
    given: str
    returning: bool


@dataclass(frozen=True)
class Delete:
    """The end of one row."""

    model: int
    row: int
    returning: bool
    version: int

    @property
    def places(self) -> tuple[int, ...]:
        return (self.row,)


@dataclass(frozen=True)
class DeleteMany:
    """The end of every row with a mark, or of all."""

    model: int
    mark: int
    returning: bool


@dataclass(frozen=True)
class Upsert:
    """A row that is there or not."""

    model: int
    values: Values
    on: str | None
    """The attribute by which it is found; None for the key."""
    given: str
    returning: bool


@dataclass(frozen=True)
class UpsertMany:
    """Rows that are there or not, one after the other."""

    model: int
    rows: tuple[Values, ...]
    on: str | None
    given: str
    returning: bool
    chunk: int


Operation = (
    Insert
    | InsertMany
    | InsertTree
    | Update
    | UpdateEach
    | UpdateMany
    | Delete
    | DeleteMany
    | Upsert
    | UpsertMany
)


class Operations:
    """Draws writes for one design.

    kinds: those that are drawn, each as often as it is named.
    """

    def __init__(self, design: Design, kinds: tuple[type[Operation], ...]) -> None:
        self._design = design
        self._kinds = kinds

    def drawn(self, tape: Tape) -> Operation:
        """One write."""
        kind = tape.one_of(self._kinds)
        model = tape.below(self._design.classes)
        if kind is Insert:
            return Insert(model, self._row(tape, model), tape.one_of(GIVEN), tape.chance(50))
        if kind is InsertMany:
            # Which of two rows is refused first is a question of chunks, so none lacks what it needs.
            count = tape.between(1, 5)
            rows = tuple(self._row(tape, model, complete=True) for _ in range(count))
            given, returning = tape.one_of(GIVEN), tape.chance(50)
            return InsertMany(
                model, rows, given, returning, tape.between(1, 6), skips=tape.chance(30)
            )
        if kind is InsertTree:
            return self._tree(tape, model)
        if kind is Upsert:
            return self._upsert(tape, model)
        if kind is UpsertMany:
            return self._upsert_many(tape, model)
        return self._of_rows_there(tape, kind, model)

    def _of_rows_there(self, tape: Tape, kind: type[Operation], model: int) -> Operation:
        if kind is Update:
            return self._update(tape, model)
        if kind is Delete:
            return Delete(model, tape.below(8), tape.chance(50), self._version(tape))
        if kind is UpdateEach:
            return self._update_each(tape, model)
        mark = tape.one_of((0, 1, 2, ABSENT))
        if kind is DeleteMany:
            return DeleteMany(model, mark, tape.chance(50))
        values = dict(self._changed(tape, model))
        return UpdateMany(model, mark, values, tape.one_of(GIVEN), tape.chance(50))

    def _update(self, tape: Tape, model: int) -> Update:
        return Update(
            model=model,
            row=tape.below(8),
            values=dict(self._changed(tape, model)),
            given=tape.one_of(GIVEN),
            returning=tape.chance(50),
            key_among_values=tape.chance(25),
            version=self._version(tape),
        )

    def _update_each(self, tape: Tape, model: int) -> UpdateEach:
        count = tape.between(1, 4)
        first = tape.below(8)
        # Now and then the same row twice.
        places = tuple(first + (tape.below(2) if tape.chance(10) else row) for row in range(count))
        return UpdateEach(
            model=model,
            places=places,
            rows=tuple(dict(self._changed(tape, model)) for _ in places),
            versions=tuple(self._version(tape) for _ in places),
            given=tape.one_of(GIVEN),
            returning=tape.chance(50),
        )

    def _tree(self, tape: Tape, model: int) -> InsertTree:
        of_part = tape.chance(30)
        # The relation of a part leads to the base.
        model = 0 if of_part else model
        given = tape.one_of(NESTING)
        count = 1 if of_part else tape.below(4)
        parts = [dict(self._of_part(tape)) for _ in range(count)]
        if given == "pydantic":
            # What a Pydantic model was not given it holds as its default, which is written as well.
            parts = [{name: {**parts[0], **part}[name] for name in parts[0]} for part in parts]
        values = self._row(tape, model, complete=True)
        return InsertTree(model, values, tuple(parts), given, tape.chance(50), of_part)

    def _of_part(self, tape: Tape) -> Iterator[tuple[str, Any]]:
        yield PLACE, tape.below(4)
        for slot in self._design.part:
            if slot.needed or tape.chance(65):
                yield slot.name, self._value(tape, slot, none=25 if slot.nullable else 0)

    def _upsert(self, tape: Tape, model: int) -> Upsert:
        return Upsert(
            model=model,
            values=self._row(tape, model, whole=True),
            on=self._on(tape),
            given=tape.one_of(GIVEN),
            returning=tape.chance(50),
        )

    def _upsert_many(self, tape: Tape, model: int) -> UpsertMany:
        # Enough for a statement of many.
        count = tape.between(1, 7)
        return UpsertMany(
            model=model,
            rows=tuple(self._row(tape, model, whole=True, complete=True) for _ in range(count)),
            on=self._on(tape),
            given=tape.one_of(GIVEN),
            returning=tape.chance(30),
            chunk=tape.between(2, 8),
        )

    def _on(self, tape: Tape) -> str | None:
        unique = self._design.unique
        by_key = unique is None or (not self._design.generated and tape.chance(40))
        return None if by_key or unique is None else unique.name

    def _version(self, tape: Tape) -> int:
        return tape.one_of((ABSENT, 0, 0, 0, 1)) if self._design.version else ABSENT

    def _row(
        self, tape: Tape, model: int, *, whole: bool = False, complete: bool = False
    ) -> Values:
        """The values of a new row. whole: with all that it is told from others by."""
        return dict(self._of_new(tape, model, whole=whole, complete=complete))

    def _of_new(
        self, tape: Tape, model: int, *, whole: bool, complete: bool
    ) -> Iterator[tuple[str, Any]]:
        for slot in self._design.key:
            if not self._design.generated or (whole and self._design.unique is None):
                yield slot.name, self._value(tape, slot)
            elif tape.chance(15):
                # Far from those that the database makes.
                yield slot.name, None if tape.chance(30) else 1_000_000 + tape.below(50)
        for slot in self._design.of_class(model):
            if slot.computed:
                continue
            if (
                tape.chance(97 if slot.needed else 65)
                or (whole and slot.unique)
                or (complete and slot.needed)
            ):
                yield slot.name, self._value(tape, slot, none=25 if slot.nullable else 3)

    def _changed(self, tape: Tape, model: int) -> Iterator[tuple[str, Any]]:
        own = [slot for slot in self._design.of_class(model) if not slot.computed]
        for slot in tape.some_of(own, 1, 4):
            if slot is MARK and tape.chance(25):
                yield slot.name, ONE_MORE
            else:
                yield slot.name, self._value(tape, slot, none=25 if slot.nullable else 3)

    def _value(self, tape: Tape, slot: Slot, *, none: int = 0) -> Any:
        if none and tape.chance(none):
            return None
        values = slot.kind.values_on(self._design.backend)
        if not slot.nullable:
            # A dash is NULL to `Blank`.
            values = tuple(value for value in values if value != "-" or slot.kind.name != "blank")
        return tape.one_of(values)


def lacks(design: Design, model: int, values: Values) -> bool:
    """Whether a new row lacks what the database does not make, so that it is not sent."""
    return any(slot.needed and slot.name not in values for slot in design.of_class(model))


def lies_in_several_tables(design: Design, model: int) -> bool:
    """Whether a row of a class does."""
    return design.form == JOINED and model == 1
