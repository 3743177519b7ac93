"""What the README says is there, is there."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace

import pytest

from taskbound import LazyRelationship
from taskbound.driver import DRIVERS
from tests.docs.page import ROOT, Page
from tests.docs.reader import Reader

_README = Page(ROOT / "README.md")
_CONTRIBUTING = Page(ROOT / "CONTRIBUTING.md")
_ENGINES = Page(ROOT / "docs" / "guide" / "engines.md")
# A line of a README is about as wide as a screen.
_SCREEN = 50


def test_the_first_part_fits_on_a_screen() -> None:
    first, _rest = _README.text.split("\n## ", 1)

    assert len(first.splitlines()) <= _SCREEN


def test_the_example_without_its_option_raises_the_message_that_is_shown(reader: Reader) -> None:
    example, message = _README.blocks("python")[0], _README.blocks("text")[0].source.rstrip("\n")
    option = "        statement = statement.options(selectinload(Customer.orders))\n"
    without = replace(example, source=example.source.replace(option, ""))

    with pytest.raises(LazyRelationship) as caught:
        reader.run(without)

    assert str(caught.value) == message


@pytest.mark.parametrize("page", [_README, _CONTRIBUTING], ids=lambda page: page.name)
def test_the_commands_are_targets_of_the_makefile(page: Page) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))

    commands = set(re.findall(r"\bmake (test|serve|check|help|[a-z]+(?=\s+#))", page.text))

    assert commands
    assert commands <= targets


@pytest.mark.parametrize("page", [_README, _ENGINES], ids=lambda page: page.name)
def test_the_table_of_engines_has_every_driver_with_its_extra(page: Page) -> None:
    rows = re.findall(r"^\| [\w, ]+ \| `([\w+]+)` \| (?:`(\w+)`|none)", page.text, re.MULTILINE)

    assert sorted(rows) == sorted(
        (name, "" if driver.extra == "sqlite" else driver.extra) for name, driver in DRIVERS.items()
    )


def test_every_extra_of_a_driver_installs_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    for driver in DRIVERS.values():
        (wanted,) = project["optional-dependencies"][driver.extra]
        assert re.match(r"\w+", wanted)[0] == driver.package  # type: ignore[index]
