"""Staff and customers who could exist."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any, NamedTuple
from unicodedata import normalize

from shop.seed.calendar import moment_before

CUSTOMERS = 240

FIRST_NAMES = (
    "Ada Aiko Amara Anna Bruno Camille Carlos Chloé Daniel Elif Emma Erik Fatima Freya Giulia Hannah "
    "Hugo Ines Isaac Jana João Kofi Lars Leila Liam Lucía Luís Magnus Mei Mia Noah Nora Olga Omar "
    "Paula Priya Rafael Ruth Sami Sofia Søren Tom Uma Viktor Wanda Yusuf Zoë Łukasz"
).split()
LAST_NAMES = (
    "Adeyemi Andersson Bauer Bianchi Carvalho Chen Costa Dubois Eriksen Fischer García Gonçalves "
    "Haddad Hansen Horvat Ito Jansen Johnson Kaya Kowalski Kumar Lefèvre López Martin Meyer Murphy "
    "Mwangi Nakamura Novák Nowak O'Brien Okafor Olsen Petrov Popescu Rossi Sato Schneider Silva Smith "
    "Suzuki Tanaka Tremblay Weber Wójcik Yılmaz Öztürk"
).split()
STREETS = "Church High Mill Park School Station Victoria Garden Bridge River Market Orchard".split()
COMPANIES = ("Harbour Radio", "Nordlicht GmbH", "Café Central", "Blue Door Studio", "Lumen Ltd")


class Town(NamedTuple):
    """Where people live."""

    city: str
    state: str | None
    country: str
    postal_code: str
    dial: str


TOWNS = (
    Town("London", None, "United Kingdom", "SW1Y 4JH", "+44 20"),
    Town("Manchester", None, "United Kingdom", "M1 1AE", "+44 161"),
    Town("Berlin", None, "Germany", "10117", "+49 30"),
    Town("Köln", None, "Germany", "50667", "+49 221"),
    Town("Paris", None, "France", "75004", "+33 1"),
    Town("Lyon", None, "France", "69002", "+33 4"),
    Town("Lisboa", None, "Portugal", "1100-148", "+351 21"),
    Town("São Paulo", "SP", "Brazil", "01310-100", "+55 11"),
    Town("Kraków", None, "Poland", "31-042", "+48 12"),
    Town("København", None, "Denmark", "1050", "+45 33"),
    Town("Oslo", None, "Norway", "0150", "+47 22"),
    Town("Madrid", None, "Spain", "28013", "+34 91"),
    Town("Milano", "MI", "Italy", "20121", "+39 02"),
    Town("Boston", "MA", "USA", "02108", "+1 617"),
    Town("Chicago", "IL", "USA", "60601", "+1 312"),
    Town("Toronto", "ON", "Canada", "M5H 2N2", "+1 416"),
    Town("Sydney", "NSW", "Australia", "2000", "+61 2"),
    Town("東京", None, "Japan", "100-0001", "+81 3"),
)

# First name, last name, title, manager: the shop's own people.
STAFF = (
    ("Marta", "Lindqvist", "General Manager", None),
    ("Samuel", "Osei", "Sales Manager", 1),
    ("Claire", "Moreau", "Sales Support Agent", 2),
    ("Tomasz", "Zieliński", "Sales Support Agent", 2),
    ("Yuki", "Mori", "Sales Support Agent", 2),
    ("Peter", "van Dijk", "IT Manager", 1),
    ("Aisha", "Rahman", "IT Staff", 6),
)
# Who looks after customers: the sales support agents.
SUPPORT = (3, 4, 5)


def staff_rows(chance: Random) -> list[dict[str, Any]]:
    """The rows of the staff, managers before their reports."""
    return [
        {
            "id": number,
            "first_name": first,
            "last_name": last,
            "title": title,
            "manager_id": manager,
            "email": f"{_plain(first)}@shop.example",
            "birth_date": date(1965, 1, 1) + timedelta(days=chance.randrange(12_000)),
            "hire_date": date(2015, 1, 1) + timedelta(days=chance.randrange(3_000)),
            **_address(chance, chance.choice(TOWNS)),
        }
        for number, (first, last, title, manager) in enumerate(STAFF, 1)
    ]


def customer_rows(chance: Random) -> list[dict[str, Any]]:
    """The rows of the customers."""
    return [_customer(chance, number) for number in range(1, CUSTOMERS + 1)]


def _customer(chance: Random, number: int) -> dict[str, Any]:
    first, last = chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES)
    return {
        "id": number,
        "first_name": first,
        "last_name": last,
        "email": f"{_plain(first)}.{_plain(last)}.{number}@example.org",
        "company": chance.choice(COMPANIES) if chance.random() < 0.15 else None,
        "note": "Please ring twice." if chance.random() < 0.05 else None,
        "preferences": {"newsletter": chance.random() < 0.4, "language": chance.choice(LANGUAGES)},
        "created_at": moment_before(chance, days=(760, 1100)),
        "support_rep_id": chance.choice(SUPPORT),
        **_address(chance, chance.choice(TOWNS)),
    }


def _plain(name: str) -> str:
    """The letters of a name as an e-mail address has them: `Łukasz O'Neil` is `lukaszoneil`."""
    taken_apart = normalize("NFKD", name.lower().translate(_UNDIVIDED))
    return "".join(letter for letter in taken_apart if letter.isascii() and letter.isalpha())


# Letters of the names above that Unicode does not take apart into a letter and its accent.
_UNDIVIDED = str.maketrans({"ı": "i", "ł": "l", "ø": "o"})

LANGUAGES = ("en", "de", "fr", "pt", "es", "pl", "ja")


def _address(chance: Random, town: Town) -> dict[str, Any]:
    return {
        "address": f"{chance.randrange(1, 200)} {chance.choice(STREETS)} Street",
        "city": town.city,
        "state": town.state,
        "country": town.country,
        "postal_code": town.postal_code,
        "phone": f"{town.dial} {chance.randrange(1_000_000, 10_000_000)}",
        "fax": None,
    }
