"""What a model has: its columns, its key, its version, its subclass. Drawn from a tape."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from sqlalchemy import Integer

from tests.dml.drawn.slots import (
    CALLED,
    COMPUTED_BY_SQL,
    FILLED_BY_SERVER,
    FROM_ROW,
    NOTHING,
    SCALAR,
    SERVER,
    SQL,
    Fill,
    Slot,
)
from tests.truth.columns import Kind, kinds_on
from tests.truth.keys import KEYS
from tests.truth.naming import ATTRIBUTES, Names, table_names
from tests.truth.tape import Tape

PLAIN, SINGLE, JOINED = "plain", "single", "joined"
COUNTED, TENS = "counted", "tens"

# The column that every row has, by which many are chosen and others are computed.
MARK = Slot("mark", "mark", Kind("mark", lambda _: Integer(), int, (0, 1, 2)), nullable=True)
KIND = "kind"
# Of a row's parts: which one of them it is, and the relations between both.
PLACE, PARTS, OWNER = "place_of_it", "parts_of_it", "owner_of_it"

_BYTES = 400


@dataclass(frozen=True)
class Design:
    """A model, and maybe a subclass of it."""

    number: int
    backend: str
    tables: tuple[str, str, str]
    """The names of its own table, of the subclass's and of its parts'."""
    key: tuple[Slot, ...]
    generated: bool
    """The database makes the key."""
    slots: tuple[Slot, ...]
    form: str
    more: tuple[Slot, ...]
    """What the subclass has beside that."""
    part: tuple[Slot, ...]
    """What the parts of a row have beside its key and their place."""
    version: str
    """How versions are counted: empty for not at all."""

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return 1 if self.form == PLAIN else 2

    def of_class(self, number: int) -> tuple[Slot, ...]:
        """The columns of a class without the key, in their order."""
        return self.slots + (self.more if number else ())

    @property
    def unique(self) -> Slot | None:
        """The column by which a row can be told from the others, beside the key."""
        return next((slot for slot in self.slots if slot.unique), None)

    def __str__(self) -> str:
        key = ", ".join(map(repr, self.key))
        lines = [f"model {self.number}, {self.form}, key {key}{' generated' * self.generated}"]
        lines += [f"version {self.version}"] * bool(self.version)
        return "\n  ".join([*lines, *map(repr, self.slots), *(f"sub {one!r}" for one in self.more)])


def designs(backend: str, seed: int, count: int) -> tuple[Design, ...]:
    """So many designs for a backend, the same for each seed."""
    chance = random.Random(f"{backend} {seed}")
    names = table_names()
    return tuple(
        _Drawing(Tape(chance.randbytes(_BYTES)), backend).design(
            number, (next(names), next(names), next(names))
        )
        for number in range(count)
    )


class _Drawing:
    def __init__(self, tape: Tape, backend: str) -> None:
        self._tape = tape
        self._backend = backend
        self._names = Names(tape)
        kinds = kinds_on(backend)
        # Those that have every way to be filled are drawn more often.
        self._kinds = [*kinds, *[kind for kind in kinds if kind.name in COMPUTED_BY_SQL] * 4]

    def design(self, number: int, tables: tuple[str, str, str]) -> Design:
        generated = self._tape.chance(50)
        form = self._tape.one_of((PLAIN, PLAIN, SINGLE, JOINED))
        slots = [MARK, *self._own(self._tape.between(1, 6))]
        if self._tape.chance(50):
            slots.append(self._unique())
        if self._tape.chance(25):
            slots.append(self._computed())
        # In one table, what a subclass has is NULL in the rows of the others.
        more = () if form == PLAIN else tuple(self._own(self._tape.between(1, 3)))
        if form == SINGLE:
            more = tuple(replace(slot, nullable=True) for slot in more)
        return Design(
            number=number,
            backend=self._backend,
            tables=tables,
            key=self._key(generated=generated),
            generated=generated,
            slots=tuple(slots),
            form=form,
            more=more,
            part=(MARK, *self._own(self._tape.between(1, 3))),
            version=self._tape.one_of(("", "", COUNTED, TENS)),
        )

    def _key(self, *, generated: bool) -> tuple[Slot, ...]:
        count = 2 if not generated and self._tape.chance(40) else 1
        kinds = [KEYS[0] if generated else self._tape.one_of(KEYS) for _ in range(count)]
        return tuple(self._slot(kind, ("id", "code", "number")) for kind in kinds)

    def _own(self, count: int) -> list[Slot]:
        return [self._column(self._tape.one_of(self._kinds)) for _ in range(count)]

    def _column(self, kind: Kind) -> Slot:
        slot = self._slot(kind, ATTRIBUTES)
        slot = replace(slot, nullable=self._tape.chance(50))
        return replace(slot, default=self._default(slot), onupdate=self._onupdate(slot))

    def _unique(self) -> Slot:
        return replace(self._slot(KEYS[1], ("email", "label")), unique=True)

    def _computed(self) -> Slot:
        return replace(self._slot(MARK.kind, ("sum", "above")), nullable=True, computed=True)

    def _slot(self, kind: Kind, pool: tuple[str, ...]) -> Slot:
        name = self._names.attribute(pool)
        return Slot(name, self._names.column(name), kind)

    def _default(self, slot: Slot) -> Fill:
        ways = [NOTHING, NOTHING, SCALAR, CALLED]
        ways += [SQL] if slot.kind.name in COMPUTED_BY_SQL else []
        ways += [SERVER] if slot.kind.name in FILLED_BY_SERVER else []
        ways += [FROM_ROW] if slot.kind.name in {"integer", "big"} else []
        return self._fill(slot, ways)

    def _onupdate(self, slot: Slot) -> Fill:
        if not self._tape.chance(30):
            return Fill()
        ways = [SCALAR, CALLED]
        ways += [SQL] if slot.kind.name in COMPUTED_BY_SQL else []
        ways += [FROM_ROW] if slot.kind.name in {"integer", "big"} else []
        return self._fill(slot, ways)

    def _fill(self, slot: Slot, ways: list[str]) -> Fill:
        way = self._tape.one_of(ways)
        if way not in {SCALAR, CALLED}:
            return Fill(way)
        # None is no default, and a dash is NULL to `Blank`.
        values = [
            one for one in slot.kind.values_on(self._backend) if one is not None and one != "-"
        ]
        return Fill(way, self._tape.one_of(values))
