"""`taskbound check`: misuse of async SQLAlchemy, found in source before it runs.

Pure standard library; imports nothing of taskbound outside this room, and nothing of the user's.

What happens to a path, in order, each line its module:

- `discovery` finds the files, `relevance` tells from their bytes which of them need a parse, `source`
  parses.
- `index` reads what modules, classes and functions are; its `Project` resolves a name across modules,
  without an order.
- `trace` lowers each function once into a tree of events, with the kind (`kinds`) of each value in it.
- `summary` tells of each function what it does to the sessions it is given, through its calls; `Program`
  holds all of it.
- `rules` read events and summaries, one rule a file; `rules/__init__` says how to write one.
- `finding` is what comes out.
- `analysis` runs all rules over files that belong together. `once` does that one time: `check(paths) ->
  Outcome`. `checker` does it for people: `Checker` reads again what has changed, and minds settings and
  comments.
"""

from __future__ import annotations

from taskbound.check.finding import Confidence, Edit, Finding, Fix, Step
from taskbound.check.once import Outcome, check

__all__ = ["Confidence", "Edit", "Finding", "Fix", "Outcome", "Step", "check"]
