"""The Chinook data set, read to four levels, against its entities."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from taskbound import Database
from tests.shop.chinook_file import real_file
from tests.truth import chinook
from tests.truth.chinook import (
    Album,
    Artist,
    ArtistRead,
    Boss,
    Customer,
    CustomerRead,
    Employee,
    FlatLine,
    Invoice,
    Line,
    Playlist,
    PlaylistRead,
    Track,
)

ARTISTS = select(Artist).order_by(Artist.id)
CUSTOMERS = select(Customer).order_by(Customer.name, Customer.id)
EMPLOYEES = select(Employee).order_by(Employee.id)
PLAYLISTS = select(Playlist).where(Playlist.name != "Music").order_by(Playlist.id)
LINES = select(Line).where(Line.quantity > 0).order_by(Line.id.desc()).limit(300)
LINE_TO_CUSTOMER = selectinload(Line.invoice).selectinload(Invoice.customer)
TRACK_TO_ARTIST = selectinload(Track.album).selectinload(Album.artist)

# What is loaded for the oracle is what the DTO asks for.
READS: list[tuple[Any, Select[Any], list[Any]]] = [
    (
        ArtistRead,
        ARTISTS,
        [selectinload(Artist.albums).selectinload(Album.tracks).selectinload(Track.lines)],
    ),
    (
        CustomerRead,
        CUSTOMERS,
        [
            selectinload(Customer.invoices)
            .selectinload(Invoice.lines)
            .selectinload(Line.track)
            .selectinload(Track.album)
        ],
    ),
    (
        Boss,
        EMPLOYEES,
        [
            selectinload(Employee.boss).selectinload(Employee.customers),
            selectinload(Employee.team).selectinload(Employee.customers),
        ],
    ),
    (PlaylistRead, PLAYLISTS, [selectinload(Playlist.tracks).options(TRACK_TO_ARTIST)]),
]


@pytest.fixture
async def filled(database: Database) -> Database:
    """A database with all of Chinook."""
    file = real_file()
    async with database.engine.begin() as connection:
        await chinook.fill(connection, file)
    return database


@pytest.mark.filterwarnings("ignore:Dialect sqlite")
async def test_four_levels_of_chinook_are_those_of_its_entities(filled: Database) -> None:
    for dto, statement, options in READS:
        expected = await entities_as(filled, dto, statement.options(*options))

        assert await filled.project(dto, statement).all() == expected
        for children in ("batch", "inline"):
            async with filled.session() as session:
                found = await session.project(dto, statement, children=children).all()
            assert (children, found) == (children, expected)


@pytest.mark.filterwarnings("ignore:Dialect sqlite")
async def test_paths_through_chinook_lead_where_its_entities_lead(filled: Database) -> None:
    options = [
        LINE_TO_CUSTOMER.selectinload(Customer.supporter).selectinload(Employee.boss),
        selectinload(Line.track).options(TRACK_TO_ARTIST, selectinload(Track.playlists)),
    ]
    async with AsyncSession(filled.engine) as plain:
        expected = [flat(line) for line in await plain.scalars(LINES.options(*options))]

    assert await filled.project(FlatLine, LINES).all() == expected


async def entities_as(database: Database, dto: Any, statement: Select[Any]) -> list[Any]:
    """Entities, turned into DTOs by the DTOs' own library."""
    async with AsyncSession(database.engine) as plain:
        entities = list(await plain.scalars(statement))
        if issubclass(dto, msgspec.Struct):
            return msgspec.convert(entities, list[dto], from_attributes=True)
        return [dto.model_validate(entity) for entity in entities]


def flat(line: Line) -> FlatLine:
    customer, track = line.invoice.customer, line.track
    supporter = customer.supporter
    boss = supporter.boss if supporter else None
    return FlatLine(
        id=line.id,
        buyer=customer.name,
        supporter=supporter.name if supporter else None,
        boss=boss.name if boss else None,
        track=chinook.FlatTrack(track.id, track.album.artist.name, track.album.title),
        lists={one.id: chinook.PlaylistName(one.id, one.name) for one in track.playlists},
    )
