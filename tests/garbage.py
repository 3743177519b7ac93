"""What tests leave to Python's collector of garbage."""

from __future__ import annotations

import gc
import warnings


def sweep() -> None:
    """Collect what is there in silence, so that it is not told of in a test that has not left it."""
    with warnings.catch_warnings(action="ignore"):
        gc.collect()
