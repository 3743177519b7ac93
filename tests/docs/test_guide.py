"""The guide's tables and the tour agree with the code."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from taskbound import Database, DatabaseSettings
from tests.docs.page import ROOT, Page, pages

_SETTINGS = Page(ROOT / "docs" / "guide" / "settings.md")
_ENGINES = Page(ROOT / "docs" / "guide" / "engines.md")
_TOUR = Page(ROOT / "docs" / "tour.md")
_PACKAGE = ROOT / "src" / "taskbound"
_ROW = re.compile(r"^\| `(\w+)` \|[^|]*\| ([^|]+?) \|", re.MULTILINE)
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


def test_the_settings_are_listed_with_their_defaults() -> None:
    shown = {name: default.strip("`") for name, default in _ROW.findall(_SETTINGS.text)}

    assert shown == {
        f"TASKBOUND_{name.upper()}": "required"
        if field.is_required()
        else str(field.default).lower()
        for name, field in DatabaseSettings.model_fields.items()
    }


def test_the_pool_is_described_with_the_defaults_of_database() -> None:
    parameters = inspect.signature(Database).parameters

    shown = dict(_ROW.findall(_ENGINES.text))

    assert shown == {name: _as_shown(parameters[name].default) for name in shown}
    assert shown.keys() >= {name for name in parameters if name.startswith("pool_")}


def test_every_setting_of_database_is_a_setting_of_the_environment() -> None:
    named = {
        name
        for name, parameter in inspect.signature(Database).parameters.items()
        if parameter.kind is not parameter.VAR_KEYWORD and name != "connect_args"
    }

    assert named == set(DatabaseSettings.model_fields)


def test_the_tour_lists_every_module_outside_driver() -> None:
    modules = {path.relative_to(_PACKAGE).as_posix() for path in _PACKAGE.rglob("*.py")}
    own = {name for name in modules if "__init__" not in name and "driver/" not in name}

    listed = re.findall(r"^\| `([\w/]+\.py)` \|", _TOUR.text, re.MULTILINE)

    assert sorted(listed) == sorted(own)


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_link_to_a_file_leads_to_one(page: Page) -> None:
    linked = [(page.path.parent / Path(target)) for target in _LINK.findall(page.text)]

    assert [path for path in linked if not path.exists()] == []


def _as_shown(default: float | bool) -> str:
    return str(default) if isinstance(default, bool) else f"{default:g}"
