"""What the commands say of themselves."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from shop.cli import app


@pytest.mark.parametrize("command", ["serve", "seed", "load"])
def test_the_help_names_flags_without_a_type_and_the_default_database(command: str) -> None:
    said = CliRunner().invoke(app, [command, "--help"], terminal_width=100).output

    assert "bool" not in said
    assert "without one, SQLite in var/shop.db below the current folder." in " ".join(said.split())


def test_the_list_of_commands_is_not_cut_off() -> None:
    said = CliRunner().invoke(app, ["--help"]).output

    assert "..." not in said.partition("Commands:")[2]
