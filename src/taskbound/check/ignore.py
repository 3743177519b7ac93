"""`# taskbound: ignore[CODE] reason`: findings that a line, or a file, has a reason for.

A comment covers the statement that it stands in, from its first line to its last, or else the next statement.
`ignore-file` covers the file. One that covers nothing, has no reason or names no code is a finding itself.
"""

from __future__ import annotations

import io
import re
import tokenize
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence, Edit, Finding, Fix

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

CODE = "TB790"
MARK = b"taskbound:"

_COMMENT = re.compile(
    r"#\s*taskbound:\s*(?P<form>ignore(?:-file)?)\b\s*(?P<list>\[(?P<codes>[^\]]*)\])?(?P<reason>[^#]*)"
)


@dataclass(slots=True)
class Ignore:
    """One comment. first, last: the lines that it covers, unless `whole`. used: the codes found there."""

    path: str
    line: int
    column: int
    end: int
    text: str
    codes: tuple[str, ...]
    reason: str
    whole: bool
    alone: bool
    first: int = 0
    last: int = 0
    used: set[str] = field(default_factory=set)

    def covers(self, finding: Finding) -> bool:
        """Does it speak of this finding?"""
        return finding.code in self.codes and (
            self.whole or self.first <= finding.line <= self.last
        )

    @property
    def shown(self) -> str:
        """The comment without its reason."""
        form = "ignore-file" if self.whole else "ignore"
        return f"# taskbound: {form}" + (f"[{', '.join(self.codes)}]" if self.codes else "")


class Ignores:
    """The comments of one file."""

    __slots__ = ("_found",)

    def __init__(self, path: str, text: str) -> None:
        self._found = list(_read(path, text)) if "taskbound:" in text else []

    def left(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings that no comment speaks of."""
        return [finding for finding in findings if not self._ignored(finding)]

    def findings(self, codes: Collection[str], *, unused: bool = True) -> Iterator[Finding]:
        """What is wrong with the comments themselves, after `left`.

        codes: all there are. unused: False where not every finding of the file could be seen.
        """
        for ignore in self._found:
            yield from _told(ignore, codes, unused=unused)

    def _ignored(self, finding: Finding) -> bool:
        covering = [ignore for ignore in self._found if ignore.covers(finding)]
        for ignore in covering:
            ignore.used.add(finding.code)
        return bool(covering)


def _read(path: str, text: str) -> Iterator[Ignore]:
    waiting: list[Ignore] = []  # those of this statement, and those above it
    first, decorator = 0, False
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            match token.type:
                case tokenize.COMMENT:
                    if ignore := _ignore(path, token):
                        yield ignore
                        waiting.append(ignore)
                case tokenize.NEWLINE:
                    _cover(waiting, first, token.start[0])
                    waiting, first = (waiting if decorator else []), 0
                case tokenize.NL | tokenize.INDENT | tokenize.DEDENT:
                    pass
                case _ if not first:
                    first, decorator = token.start[0], token.string == "@"
    except (tokenize.TokenError, SyntaxError):
        return


def _cover(ignores: list[Ignore], first: int, last: int) -> None:
    for ignore in ignores:
        ignore.first = ignore.first or first
        ignore.last = last


def _ignore(path: str, token: tokenize.TokenInfo) -> Ignore | None:
    found = _COMMENT.search(token.string)
    if found is None:
        return None
    listed = found["codes"] or ""
    line, column = token.start
    return Ignore(
        path=path,
        line=line,
        column=column + found.start(),
        end=column + found.end(),
        text=token.line,
        codes=tuple(dict.fromkeys(code.strip() for code in listed.split(",") if code.strip())),
        reason=found["reason"].strip(),
        whole=found["form"] == "ignore-file",
        alone=found.start() == 0 and not token.line[:column].strip(),
    )


def _told(ignore: Ignore, codes: Collection[str], *, unused: bool) -> Iterator[Finding]:
    if not ignore.codes:
        form = ignore.shown.removeprefix("# ")
        yield _finding(
            ignore,
            f"`{ignore.shown}` names no code and ignores nothing; write `# {form}[CODE] reason`",
        )
        return
    for code in ignore.codes:
        if code not in codes:
            yield _finding(
                ignore, f"`{ignore.shown}` names {code}, which is no code of a rule; correct it"
            )
    idle = [code for code in ignore.codes if code in codes and code not in ignore.used]
    if idle and unused:
        where = "this file" if ignore.whole else "what it covers"
        yield _finding(
            ignore,
            f"`{ignore.shown}` ignores nothing: there is no {' or '.join(idle)} in {where}; remove it",
            Fix("Remove what ignores nothing", (_without(ignore, idle),), safe=True),
        )
    elif not ignore.reason:
        yield _finding(
            ignore, f"`{ignore.shown}` does not say why; write the reason behind the bracket"
        )


def _finding(ignore: Ignore, message: str, fix: Fix | None = None) -> Finding:
    return Finding(
        CODE,
        ignore.path,
        ignore.line,
        ignore.column + 1,
        ignore.line,
        f"{message} ({CODE}, docs/errors/{CODE}.md)",
        Confidence.HIGH,
        fix=fix,
    )


def _without(ignore: Ignore, idle: list[str]) -> Edit:
    """The edit that takes codes out of a comment, and the comment away where none is left."""
    line, kept = ignore.line, [code for code in ignore.codes if code not in idle]
    if kept:
        start = ignore.text.index("[", ignore.column) + 1
        return Edit(
            ignore.path, (line, start), (line, ignore.text.index("]", start)), ", ".join(kept)
        )
    if ignore.alone and ignore.text[ignore.end :].strip() == "" and ignore.text.endswith("\n"):
        return Edit(ignore.path, (line, 0), (line + 1, 0), "")
    before = ignore.text[: ignore.column]
    return Edit(ignore.path, (line, len(before.rstrip())), (line, ignore.end), "")
