"""A file that is no Chinook data set is refused, and the message says where and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from shop.chinook.loading import read
from shop.chinook.malformed import Malformed
from tests.shop.chinook_file import REMOVED, changed, small, written

FAULTS: list[tuple[tuple[str | int, ...], object, str]] = [
    (("Invoice",), REMOVED, 'file: has no table "Invoice"'),
    (("Invoices",), [], 'file: has an unknown table "Invoices"'),
    (("Genre",), {}, "Genre: must be a list, is an object"),
    (("Genre", 0), 5, "Genre[0]: must be an object, is 5"),
    (("Genre", 0, "Name"), REMOVED, 'Genre[0]: has no column "Name"'),
    (("Genre", 0, "Mood"), 1, 'Genre[0]: has an unknown column "Mood"'),
    (("Genre", 0, "Name"), None, "Genre[0].Name: must be text, is null"),
    (("Genre", 0, "Name"), [1], "Genre[0].Name: must be text, is a list"),
    (("Genre", 0, "Name"), "x" * 201, "Genre[0].Name: must have 200 characters at most, has 201"),
    (
        ("Genre", 0, "Name"),
        "a\0\ud800",
        r'Genre[0].Name: holds a character that databases do not keep: "a\u0000\ud800"',
    ),
    (("Genre", 0, "GenreId"), "1", 'Genre[0].GenreId: must be a whole number, is "1"'),
    (("Genre", 0, "GenreId"), True, "Genre[0].GenreId: must be a whole number, is true"),
    (("Genre", 0, "GenreId"), 1.5, "Genre[0].GenreId: must be a whole number, is 1.5"),
    (
        ("Genre", 0, "GenreId"),
        0,
        "Genre[0].GenreId: must be between 1 and 2147483647, is 0",
    ),
    (
        ("Track", 1, "Milliseconds"),
        2**31,
        "Track[1].Milliseconds: must be between 0 and 2147483647, is 2147483648",
    ),
    (
        ("Track", 1, "UnitPrice"),
        "0.99",
        'Track[1].UnitPrice: must be an amount of money, is "0.99"',
    ),
    (
        ("Track", 1, "UnitPrice"),
        0.995,
        "Track[1].UnitPrice: must have two decimal places at most, is 0.995",
    ),
    (
        ("Track", 1, "UnitPrice"),
        -1,
        "Track[1].UnitPrice: must be between 0 and 99999999.99, is -1",
    ),
    (
        ("Track", 1, "UnitPrice"),
        float("nan"),
        "Track[1].UnitPrice: must be an amount of money, is NaN",
    ),
    (
        ("Invoice", 0, "InvoiceDate"),
        "2021-02-30",
        'Invoice[0].InvoiceDate: must be a date and time, is "2021-02-30"',
    ),
    (
        ("Invoice", 0, "InvoiceDate"),
        20210101,
        "Invoice[0].InvoiceDate: must be a date and time, is 20210101",
    ),
    (
        ("Invoice", 0, "InvoiceDate"),
        "9999-12-31T23:59:59-12:00",
        'Invoice[0].InvoiceDate: must be a date and time, is "9999-12-31T23:59:59-12:00"',
    ),
    (
        ("Employee", 0, "BirthDate"),
        "1973-08-29T10:00:00",
        'Employee[0].BirthDate: must be a date, is "1973-08-29T10:00:00"',
    ),
    (("Track", 1, "TrackId"), 1, "Track[1]: TrackId 1 is in Track[0] already"),
    (
        ("PlaylistTrack", 1, "TrackId"),
        1,
        "PlaylistTrack[1]: PlaylistId 1, TrackId 1 is in PlaylistTrack[0] already",
    ),
    (
        ("Customer",),
        [
            *small()["Customer"],
            {**small()["Customer"][0], "CustomerId": 2, "Email": "LUÍS@EXAMPLE.ORG"},
        ],
        r'Customer[1]: Email "LU\u00cdS@EXAMPLE.ORG" is in Customer[0] already',
    ),
    (("Track", 1, "AlbumId"), 7, "Track[1].AlbumId: 7 is no AlbumId"),
    (("Employee", 0, "ReportsTo"), 9, "Employee[0].ReportsTo: 9 is no EmployeeId"),
    (("Employee", 1, "ReportsTo"), 1, "Employee[0].ReportsTo: 2 leads round in a circle"),
    (("Employee", 1, "ReportsTo"), 2, "Employee[1].ReportsTo: 2 leads round in a circle"),
    (("InvoiceLine", 1, "InvoiceId"), 2, "InvoiceLine[1].InvoiceId: 2 is no InvoiceId"),
    (
        ("InvoiceLine", 1, "Quantity"),
        0,
        "InvoiceLine[1].Quantity: must be between 1 and 2147483647, is 0",
    ),
    (("Invoice", 0, "Total"), 3.58, "Invoice[0].Total: is 3.58, but the lines add up to 3.57"),
]


@pytest.mark.parametrize(
    ("place", "value", "message"), FAULTS, ids=[message[:40] for *_, message in FAULTS]
)
def test_a_fault_is_refused_with_its_place(
    tmp_path: Path, place: tuple[str | int, ...], value: object, message: str
) -> None:
    file = written(tmp_path / "bad.json", changed(place, value))

    with pytest.raises(Malformed) as refused:
        read(file)
    assert message == str(refused.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "line 1 column 1: Expecting value"),
        (b'{"Genre": [\n  {"GenreId" 1}\n]}', "line 2 column 14: Expecting ':' delimiter"),
        (b'{"Genre": [\n"\xff"]}', "line 2: is not UTF-8"),
        (b"[" * 100_000, "file: is nested too deeply"),
        (b'\xef\xbb\xbf{"Genre": [], "Genre": []}', 'file: has the table "Genre" twice'),
        (b'"Genre"', 'file: must be an object, is "Genre"'),
    ],
    ids=["empty", "no colon", "not UTF-8", "deep", "table twice", "text"],
)
def test_a_file_that_is_no_such_json_is_refused_with_the_line(
    tmp_path: Path, content: bytes, message: str
) -> None:
    (tmp_path / "bad.json").write_bytes(content)

    with pytest.raises(Malformed) as refused:
        read(tmp_path / "bad.json")
    assert message == str(refused.value)


@pytest.mark.parametrize("digits", ["9" * 5000, "1e9999999999999999999", "1e999999", "1e-999999"])
def test_a_number_beyond_measure_is_refused_with_its_place(tmp_path: Path, digits: str) -> None:
    text = written(tmp_path / "bad.json", changed(("Invoice", 0, "Total"), 77777)).read_text()
    (tmp_path / "bad.json").write_text(text.replace("77777", digits))

    with pytest.raises(Malformed) as refused:
        read(tmp_path / "bad.json")
    assert "Invoice[0].Total" == refused.value.place
