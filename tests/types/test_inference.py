"""What mypy and pyright infer of reads, and what they refuse."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent
INFERRED = HERE / "inferred.py"
REFUSED = HERE / "refused.py.txt"
PROJECT = HERE.parent.parent


def _mypy(file: Path, _folder: Path) -> set[int]:
    """The lines of a file that mypy has an error on."""
    command = [sys.executable, "-m", "mypy", "--no-error-summary", "--no-pretty", str(file)]
    ended = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert ended.returncode in {0, 1}, ended.stdout + ended.stderr
    found = re.findall(rf"{re.escape(file.name)}:(\d+): error", ended.stdout)
    return {int(number) for number in found}


def _pyright(file: Path, folder: Path) -> set[int]:
    """The lines of a file that pyright, in the form of basedpyright, has an error on."""
    # A hidden folder, as the temporary one may be in, is left out unless it is named.
    settings = {
        "include": [str(file)],
        "exclude": [],
        "extraPaths": [str(PROJECT), str(PROJECT / "src")],
    }
    configuration = folder / "pyrightconfig.json"
    configuration.write_text(json.dumps(settings))
    program = Path(sys.executable).parent / "basedpyright"
    command = [str(program), "--outputjson", "--project", str(configuration)]
    command += ["--pythonpath", sys.executable]
    ended = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    answer = json.loads(ended.stdout)
    assert answer["summary"]["filesAnalyzed"] == 1
    return {
        each["range"]["start"]["line"] + 1
        for each in answer["generalDiagnostics"]
        if each["severity"] == "error" and each["rule"] in _OF_TYPES
    }


# basedpyright has rules of style of its own, which are not asked for here.
_OF_TYPES = {
    "reportArgumentType",
    "reportAssertTypeFailure",
    "reportAssignmentType",
    "reportAttributeAccessIssue",
    "reportCallIssue",
    "reportGeneralTypeIssues",
    "reportOptionalMemberAccess",
}
CHECKERS = pytest.mark.parametrize("errors", [_mypy, _pyright], ids=["mypy", "pyright"])


@pytest.mark.timeout(300)
@CHECKERS
def test_the_type_of_an_answer_is_that_of_the_dto(
    errors: Callable[[Path, Path], set[int]], tmp_path: Path
) -> None:
    assert errors(INFERRED, tmp_path) == set()


@pytest.mark.timeout(300)
@CHECKERS
def test_what_does_not_fit_is_refused_before_it_runs(
    errors: Callable[[Path, Path], set[int]], tmp_path: Path
) -> None:
    text = REFUSED.read_text()
    file = tmp_path / "refused.py"
    file.write_text(text)
    lines = {number for number, line in enumerate(text.splitlines(), 1) if "# refused" in line}

    assert errors(file, tmp_path) == lines
