"""What the random cases have found, each as small as it became."""

from __future__ import annotations

import uuid
from types import GenericAlias
from typing import Annotated, Any

import msgspec
import pytest
from sqlalchemy import select

from taskbound import Database, From
from tests.truth.found import ArrayBase, Artist, Base, Box, Playlist, Shelf, Track
from tests.truth.ways import in_each_way


class ArtistName(msgspec.Struct):
    name: str | None


class TrackOfArtist(msgspec.Struct):
    id: int
    artist: ArtistName | None


class PlaylistRead(msgspec.Struct):
    id: int
    tracks: list[TrackOfArtist]


class TrackOfNobody(msgspec.Struct):
    """What SQL makes of an artist that is not there would be a value."""

    id: int
    nameless: Annotated[bool | None, From("artist.nameless")]
    others: Annotated[int | None, From("artist.track_count")]


class Blanks(msgspec.Struct):
    blanks: Annotated[str | None, From("blank")]


class Loud(msgspec.Struct):
    loud: str


class Length(msgspec.Struct):
    length: float


class Known(msgspec.Struct):
    uuid: uuid.UUID | None


class BoxRead(msgspec.Struct):
    numbers: list[int]


class ShelfRead(msgspec.Struct):
    boxes: list[BoxRead]


async def kept(database: Database, *objects: Any) -> None:
    """Put objects into the tables of these models."""
    await database.create_all(Base.metadata)
    async with database.begin() as session:
        session.add_all(objects)


def track(number: int, artist: Artist | None = None, **values: Any) -> Track:
    """A track."""
    plain: dict[str, Any] = {"loud": "a", "blank": "full", "length": 1.5, "uuid": None}
    return Track(id=number, artist=artist, **(plain | values))


async def of_tracks(database: Database, dto: type[Any]) -> list[list[Any]]:
    """DTOs of the tracks of artist 1, read in each way."""
    tracks = msgspec.defstruct("Tracks", [("tracks", GenericAlias(list, (dto,)))])
    found = await in_each_way(database, tracks, select(Artist).where(Artist.id == 1))
    return [list(one.tracks) for (one,) in found]


async def test_children_of_many_parents_may_have_a_parent_of_their_own(database: Database) -> None:
    tracks = [track(1, Artist(id=1, name="Ada")), track(2)]
    await kept(database, Playlist(id=1, tracks=tracks), Playlist(id=2, tracks=tracks[1:]))

    found = await in_each_way(database, PlaylistRead, select(Playlist).order_by(Playlist.id))

    ada, nobody = TrackOfArtist(1, ArtistName("Ada")), TrackOfArtist(2, None)
    assert found == [[PlaylistRead(1, [ada, nobody]), PlaylistRead(2, [nobody])]] * 3


async def test_what_sql_computes_of_an_absent_object_is_none(database: Database) -> None:
    await kept(database, track(1, Artist(id=1, name=None)), track(2))

    found = await database.project(TrackOfNobody, select(Track).order_by(Track.id)).all()

    assert found == [TrackOfNobody(1, True, 1), TrackOfNobody(2, None, None)]


async def test_a_type_that_turns_null_into_a_value_does_so_in_a_row_that_is_there(
    database: Database,
) -> None:
    await kept(database, track(1, Artist(id=1), blank="-"))

    assert await of_tracks(database, Blanks) == [[Blanks("-")]] * 3


async def test_a_type_with_sql_of_its_own_is_read_by_it_among_children(database: Database) -> None:
    await kept(database, track(1, Artist(id=1), loud="quiet"))

    assert await of_tracks(database, Loud) == [[Loud("QUIET")]] * 3


async def test_a_double_among_children_keeps_its_last_bit_and_its_sign(
    database: Database,
) -> None:
    artist, lengths = Artist(id=1), [-0.0, 1.7976931348623157e308, 5e-324, 0.1, 1 / 3]
    await kept(database, *(track(n, artist, length=length) for n, length in enumerate(lengths, 1)))

    found = await of_tracks(database, Length)

    # MariaDB is told -0.0 as a decimal, which has no such zero: what is stored is what counts.
    async with database.session() as session:
        stored = [length.hex() for length in await session.scalars(select(Track.length))]
    assert [[one.length.hex() for one in each] for each in found] == [stored] * 3


async def test_a_uuid_kept_as_text_is_a_uuid_among_children(database: Database) -> None:
    key = uuid.UUID("12345678-1234-5678-9abc-123456789abc")
    await kept(database, track(1, Artist(id=1), uuid=key), track(2, Artist(id=2)))

    assert await of_tracks(database, Known) == [[Known(key)]] * 3


async def test_an_array_of_numbers_is_read_among_children(database: Database, driver: str) -> None:
    if not driver.startswith("postgresql"):
        pytest.skip("only PostgreSQL has arrays")
    await database.create_all(ArrayBase.metadata)
    async with database.begin() as session:
        session.add(Shelf(id=1, boxes=[Box(id=1, numbers=[1, 2]), Box(id=2, numbers=[])]))

    found = await in_each_way(database, ShelfRead, select(Shelf))

    assert found == [[ShelfRead([BoxRead([1, 2]), BoxRead([])])]] * 3
