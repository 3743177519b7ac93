"""Types the commands, one after the other."""

from stock.cli import app
from typer.testing import CliRunner

for line in (
    "init",
    "add B1 chair --quantity 4",
    "add B2 table",
    "add B3 chair",
    "bulk table --count 3",
    "show",
    "drop 2",
    "show",
):
    done = CliRunner().invoke(app, line.split())
    print(line, "->", done.exit_code, done.output.strip(), done.exception or "")
