"""What the web needs of taskbound, for any framework that speaks ASGI.

What takes Starlette or FastAPI has to be imported from `taskbound.web.starlette`.
"""

from __future__ import annotations

from taskbound.web.commit_before_response import CommitBeforeResponse
from taskbound.web.problems import FieldProblem, Problem, problem_of

__all__ = ["CommitBeforeResponse", "FieldProblem", "Problem", "problem_of"]
