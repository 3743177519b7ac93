"""How much of what is drawn at random a run looks at."""

from __future__ import annotations

import os

USUAL = 600
# Cases of the comparison with the ORM, for each driver.
CASES = int(os.environ.get("TASKBOUND_TRUTH_CASES", str(USUAL)))


def examples(usual: int) -> int:
    """Examples for a test that usually draws so many: as many more, or fewer, as there are cases."""
    return max(1, usual * CASES // USUAL)
