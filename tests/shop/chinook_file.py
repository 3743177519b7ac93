"""Chinook files: the real one where it is, and a small one to break."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

# Beside the project, unless the environment names another place.
PLACE = Path(__file__).parents[3] / "shared" / "data" / "chinook.json"

REMOVED = object()


def real_file() -> Path:
    """The real data set. Where it is missing the test is skipped, or fails in CI."""
    path = Path(os.environ.get("TASKBOUND_CHINOOK") or PLACE)
    if path.is_file():
        return path
    said = f"the Chinook data set is not at {path}; TASKBOUND_CHINOOK may name another place"
    if os.environ.get("CI"):
        raise pytest.fail.Exception(said, pytrace=False)
    raise pytest.skip.Exception(said)


def plainly(path: Path) -> dict[str, list[dict[str, Any]]]:
    """The tables of a file by nothing but the standard library."""
    with path.open(encoding="utf-8") as text:
        content: dict[str, list[dict[str, Any]]] = json.load(text, parse_float=Decimal)
    return content


def written(path: Path, content: object) -> Path:
    """The file, after `content` has been written to it as JSON."""
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def changed(place: tuple[str | int, ...], value: object) -> Any:
    """The small data set with another value at this place; REMOVED takes it away."""
    content: Any = small()
    inner = content
    for step in place[:-1]:
        inner = inner[step]
    if value is REMOVED:
        del inner[place[-1]]
    else:
        inner[place[-1]] = value
    return content


def small() -> dict[str, list[dict[str, Any]]]:
    """Two products, two people on the staff, one customer who has bought both."""
    return {
        "Genre": [{"GenreId": 1, "Name": "Rock"}],
        "MediaType": [{"MediaTypeId": 1, "Name": "MPEG audio file"}],
        "Artist": [{"ArtistId": 1, "Name": "AC/DC"}],
        "Album": [{"AlbumId": 1, "Title": "Let There Be Rock", "ArtistId": 1}],
        "Track": [_track(1, "Go Down", 0.99), _track(2, "Dog Eat Dog", 1.29)],
        # The team stands before its manager.
        "Employee": [_employee(1, "Jane", 2), _employee(2, "Nancy", None)],
        "Customer": [
            {
                "CustomerId": 1,
                **_name("Luís"),
                "Company": None,
                **_address(),
                "SupportRepId": 1,
            }
        ],
        "Invoice": [
            {
                "InvoiceId": 1,
                "CustomerId": 1,
                "InvoiceDate": "2021-01-01T00:00:00",
                "BillingAddress": "Av. Paulista 1",
                "BillingCity": "São Paulo",
                "BillingState": "",
                "BillingCountry": "Brazil",
                "BillingPostalCode": None,
                "Total": 3.57,
            }
        ],
        "InvoiceLine": [_line(1, 1, 0.99, 1), _line(2, 2, 1.29, 2)],
        "Playlist": [{"PlaylistId": 1, "Name": "Music"}],
        "PlaylistTrack": [{"PlaylistId": 1, "TrackId": 1}, {"PlaylistId": 1, "TrackId": 2}],
    }


def _track(number: int, name: str, price: float) -> dict[str, Any]:
    return {
        "TrackId": number,
        "Name": name,
        "AlbumId": 1,
        "MediaTypeId": 1,
        "GenreId": 1,
        "Composer": None,
        "Milliseconds": 331180,
        "Bytes": 10847611,
        "UnitPrice": price,
    }


def _employee(number: int, first_name: str, manager: int | None) -> dict[str, Any]:
    return {
        "EmployeeId": number,
        **_name(first_name),
        "Title": "Agent",
        "ReportsTo": manager,
        "BirthDate": "1973-08-29T00:00:00",
        "HireDate": "2002-04-01",
        **_address(),
    }


def _name(first_name: str) -> dict[str, Any]:
    return {"FirstName": first_name, "LastName": "Peacock", "Email": f"{first_name}@example.org"}


def _address() -> dict[str, Any]:
    return {
        "Address": "1111 6 Ave SW",
        "City": "Calgary",
        "State": "AB",
        "Country": "Canada",
        "PostalCode": "T2P 5M5",
        "Phone": "+1 (403) 262-3443",
        "Fax": None,
    }


def _line(number: int, track: int, price: float, quantity: int) -> dict[str, Any]:
    return {
        "InvoiceLineId": number,
        "InvoiceId": 1,
        "TrackId": track,
        "UnitPrice": price,
        "Quantity": quantity,
    }
