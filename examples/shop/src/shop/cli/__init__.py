"""The `shop` command, one file a command."""

from __future__ import annotations

import typer

from shop.cli.load import load
from shop.cli.seed import seed
from shop.cli.serve import serve

app = typer.Typer(
    help="A shop on FastAPI and taskbound.",
    no_args_is_help=True,
    add_completion=False,
    # Local variables hold passwords.
    pretty_exceptions_show_locals=False,
    # The boxes of the rich form call every flag a <bool>.
    rich_markup_mode=None,
)
app.command()(serve)
app.command()(seed)
app.command()(load)
