"""`taskbound migrate`: synchronous SQLAlchemy to asynchronous, in the source of a project.

`migration.py` has the steps. `project`, `names`, `models`, `inference` and `colour` say what the code is
and what has to wait in it; `rewrite/` has the changes, a file for each kind of them.
"""

from __future__ import annotations

from taskbound.migrate.migration import migrate
from taskbound.migrate.outcome import Left, Migrated, Outcome

__all__ = ["Left", "Migrated", "Outcome", "migrate"]
