"""An editor that talks to the server over its two streams."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from taskbound.check.lsp.wire import receive, send
from tests.check.findings import written

_APP = """\
import asyncio

from sqlalchemy.ext.asyncio import AsyncSession


async def both(db: AsyncSession) -> None:
    "𝄞"; await asyncio.gather(db.execute("a"), db.execute("b"))


x = 1  # taskbound: ignore[TB405] why
"""


class Editor:
    """The other end of a server."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin and process.stdout
        self._to, self._from = process.stdin, process.stdout
        self._last = 0

    def ask(self, method: str, **parameters: Any) -> Any:
        """Ask something and return the answer; notifications before it are skipped."""
        self._last += 1
        send(self._to, {"id": self._last, "method": method, "params": parameters})
        while (message := self.hear()).get("id") != self._last:
            pass
        return message.get("result", message.get("error"))

    def tell(self, method: str, **parameters: Any) -> None:
        """Tell something, which has no answer."""
        send(self._to, {"method": method, "params": parameters})

    def hear(self) -> dict[str, Any]:
        """The next message."""
        message = receive(self._from)
        assert message is not None
        return message

    def diagnostics(self) -> dict[str, Any]:
        """The next diagnostics of a file."""
        while (message := self.hear())["method"] != "textDocument/publishDiagnostics":
            pass
        parameters: dict[str, Any] = message["params"]
        return parameters


@pytest.fixture
def app(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("[tool.taskbound.check]\n", encoding="utf-8")
    return written(tmp_path, app=_APP) / "app.py"


def test_findings_come_with_places_in_utf_16_and_go_when_they_are_mended(app: Path) -> None:
    with _server() as editor:
        _initialize(editor, app.parent)
        first = editor.diagnostics()
        app.write_text("import sqlalchemy\n", encoding="utf-8")
        editor.tell("textDocument/didSave", textDocument={"uri": app.as_uri()})
        second = editor.diagnostics()

    shared, _ = first["diagnostics"]
    assert first["uri"] == app.as_uri()
    assert shared["range"] == {
        "start": {"line": 6, "character": 16},
        "end": {"line": 6, "character": 64},
    }
    assert (shared["code"], shared["source"], shared["severity"]) == ("TB101", "taskbound", 1)
    assert {one["location"]["uri"] for one in shared["relatedInformation"]} == {app.as_uri()}
    assert second == {"uri": app.as_uri(), "diagnostics": []}


def test_a_fix_is_offered_on_its_line_and_not_in_a_file_with_changes(app: Path) -> None:
    document = {"uri": app.as_uri()}
    line = {"start": {"line": 9, "character": 0}, "end": {"line": 9, "character": 0}}
    with _server() as editor:
        _initialize(editor, app.parent)
        (offered,) = editor.ask("textDocument/codeAction", textDocument=document, range=line)
        elsewhere = {"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 0}}
        none = editor.ask("textDocument/codeAction", textDocument=document, range=elsewhere)
        editor.tell("textDocument/didChange", textDocument=document)
        changed = editor.ask("textDocument/codeAction", textDocument=document, range=line)

    assert offered["title"] == "Remove what ignores nothing"
    assert offered["edit"] == {
        "changes": {
            app.as_uri(): [
                {
                    "range": {
                        "start": {"line": 9, "character": 5},
                        "end": {"line": 9, "character": 37},
                    },
                    "newText": "",
                }
            ]
        }
    }
    assert (none, changed) == ([], [])


def test_a_file_without_a_folder_is_checked_when_it_is_opened(app: Path) -> None:
    with _server() as editor:
        editor.ask("initialize", rootUri=None, workspaceFolders=None)
        editor.tell("initialized")
        editor.tell("textDocument/didOpen", textDocument={"uri": app.as_uri(), "text": _APP})
        told = editor.diagnostics()

    assert [one["code"] for one in told["diagnostics"]] == ["TB101", "TB790"]


def test_settings_that_are_wrong_are_shown(app: Path) -> None:
    settings = app.with_name("pyproject.toml")
    settings.write_text("[tool.taskbound.check]\nselct = []\n", encoding="utf-8")
    with _server() as editor:
        _initialize(editor, app.parent)
        message = editor.hear()

    assert message["method"] == "window/showMessage"
    assert message["params"]["message"].startswith("taskbound: 'selct' is no setting of ")


def test_what_is_not_known_is_answered_with_an_error() -> None:
    with _server() as editor:
        editor.ask("initialize")

        answer = editor.ask("textDocument/hover")

    assert answer == {"code": -32601, "message": "textDocument/hover is not known here"}


def test_an_exit_without_a_shutdown_is_a_failure() -> None:
    with _process() as process:
        Editor(process).tell("exit")

        assert process.wait(timeout=60) == 1


def test_the_server_ends_with_its_editor() -> None:
    with _process() as process:
        assert process.stdin
        process.stdin.close()

        assert process.wait(timeout=60) == 1


def _initialize(editor: Editor, folder: Path) -> None:
    told = editor.ask("initialize", workspaceFolders=[{"uri": folder.as_uri(), "name": "app"}])
    assert told["capabilities"]["textDocumentSync"] == {
        "openClose": True,
        "change": 1,
        "save": True,
    }
    editor.tell("initialized")


@contextmanager
def _server() -> Iterator[Editor]:
    """An editor with its server, which is shut down as the protocol wants it."""
    with _process() as process:
        editor = Editor(process)
        yield editor
        assert editor.ask("shutdown") is None
        editor.tell("exit")
        assert process.wait(timeout=60) == 0


@contextmanager
def _process() -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "taskbound", "lsp"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()
