"""The server: checks the folders of an editor when a file is opened or saved, and tells what it finds."""

from __future__ import annotations

import os
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from taskbound.check.cache import FOLDER
from taskbound.check.checker import Checker
from taskbound.check.config import ConfigRefused, find_config
from taskbound.check.lines import Lines
from taskbound.check.lsp.shown import diagnostic, quick_fix, uri_of
from taskbound.check.lsp.wire import Message, receive, send

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO

    from taskbound.check.finding import Finding

_UNKNOWN_METHOD = -32601
_WARNING = 2
_WATCHED = ("textDocument/didOpen", "textDocument/didSave")


class Server:
    """Speaks on two streams until it is told to exit.

    What is checked is what lies on disk, so a file with changes that are not saved has no quick fixes.
    """

    def __init__(self, reader: IO[bytes], writer: IO[bytes]) -> None:
        self._reader = reader
        self._writer = writer
        self._roots: list[Path] = []
        self._checkers: dict[Path, Checker] = {}
        self._found: dict[str, list[Finding]] = {}
        self._changed: set[str] = set()
        self._lines = Lines()
        self._stopped = False

    def serve(self) -> int:
        """Answer messages. The exit code is 0 where a shutdown came before the exit, by the protocol."""
        while (message := receive(self._reader)) is not None:
            if message.get("method") == "exit":
                break
            self._take(message)
        return 0 if self._stopped else 1

    def _take(self, message: Message) -> None:
        method, parameters = message.get("method", ""), message.get("params") or {}
        if "id" not in message:
            self._note(method, parameters)
            return
        answers: dict[str, Callable[[dict[str, Any]], Any]] = {
            "initialize": self._initialize,
            "shutdown": self._shut_down,
            "textDocument/codeAction": self._offer,
        }
        if method in answers:
            send(self._writer, {"id": message["id"], "result": answers[method](parameters)})
        elif method:
            error = {"code": _UNKNOWN_METHOD, "message": f"{method} is not known here"}
            send(self._writer, {"id": message["id"], "error": error})

    def _note(self, method: str, parameters: dict[str, Any]) -> None:
        uri = parameters.get("textDocument", {}).get("uri", "")
        if method == "textDocument/didChange":
            self._changed.add(uri)
        elif method == "textDocument/didClose":
            self._changed.discard(uri)
        elif method in _WATCHED:
            self._changed.discard(uri)
            self._check(_path(uri))
        elif method == "initialized":
            self._check(None)

    def _initialize(self, parameters: dict[str, Any]) -> dict[str, Any]:
        folders = [one["uri"] for one in parameters.get("workspaceFolders") or ()]
        if not folders and parameters.get("rootUri"):
            folders = [parameters["rootUri"]]
        self._roots = [_path(uri) for uri in folders]
        if self._roots:
            os.chdir(self._roots[0])
        return {
            "serverInfo": {"name": "taskbound", "version": version("taskbound")},
            "capabilities": {
                "textDocumentSync": {"openClose": True, "change": 1, "save": True},
                "codeActionProvider": {"codeActionKinds": ["quickfix"]},
            },
        }

    def _shut_down(self, _: dict[str, Any]) -> None:
        self._stopped = True

    def _check(self, file: Path | None) -> None:
        """Check the folders; without any, the file that was opened."""
        paths = self._roots or ([file] if file else [])
        self._lines = Lines()
        found: dict[str, list[Finding]] = {}
        for path in paths:
            for finding in self._findings(path):
                found.setdefault(finding.path, []).append(finding)
        for name in sorted(self._found.keys() | found.keys()):
            self._publish(name, found.get(name, []))
        self._found = found

    def _findings(self, path: Path) -> tuple[Finding, ...]:
        try:
            config = find_config([path])
        except ConfigRefused as error:
            told = {"type": _WARNING, "message": f"taskbound: {error}"}
            send(self._writer, {"method": "window/showMessage", "params": told})
            return ()
        known = self._checkers.setdefault(
            path, Checker(config, cache_folder=config.root / FOLDER if self._roots else None)
        )
        known.config = config
        return known.check([path]).findings

    def _publish(self, name: str, findings: list[Finding]) -> None:
        shown = [diagnostic(finding, self._lines) for finding in findings]
        told = {"uri": uri_of(name), "diagnostics": shown}
        send(self._writer, {"method": "textDocument/publishDiagnostics", "params": told})

    def _offer(self, parameters: dict[str, Any]) -> list[dict[str, Any]]:
        uri, asked = parameters["textDocument"]["uri"], parameters["range"]
        first, last = asked["start"]["line"] + 1, asked["end"]["line"] + 1
        return [
            quick_fix(finding, finding.fix, self._lines)
            for name, findings in self._found.items()
            for finding in findings
            if uri_of(name) == uri and uri not in self._changed
            if finding.fix and first <= finding.line <= last
        ]


def _path(uri: str) -> Path:
    return Path(url2pathname(urlsplit(uri).path))
