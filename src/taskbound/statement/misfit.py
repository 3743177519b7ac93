"""What the database writes in place of a value whose JSON it is not sure of."""

from __future__ import annotations

# Stands in JSON for a value that the library would refuse, or write in a way of its own: NaN, a year before
# 1, text in a column of numbers. Where a user's text is the same one, nothing is lost but time.
MISFIT = "taskbound: left to the library of the DTO"
