"""The command `taskbound`. It needs the extra `cli`; nothing else of taskbound does."""

from __future__ import annotations

import sys

MISSING = """\
The command `taskbound` needs typer and rich, which come with an extra:

    pip install "taskbound[cli]"
"""


def main() -> None:
    """Run the command with the process's arguments. Without the extra it says how to get it; exit code 2."""
    try:
        from taskbound.cli.app import app  # it needs what may not be installed
    except ModuleNotFoundError as error:
        if error.name not in {"typer", "rich", "click"}:
            raise
        sys.stderr.write(MISSING)
        sys.exit(2)
    app()
