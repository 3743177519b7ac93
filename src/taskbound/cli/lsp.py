"""`taskbound lsp`: the checker for editors."""

from __future__ import annotations

import sys

import typer


def lsp() -> None:
    """Speak the language server protocol on standard input and output, for editors.

    Findings appear when a file is opened or saved. docs/guide/checking.md shows the settings of editors.
    """
    from taskbound.check.lsp.server import Server  # no other command needs it

    raise typer.Exit(Server(sys.stdin.buffer, sys.stdout.buffer).serve())
