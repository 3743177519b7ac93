"""The text of a file and the encoding that it is written in, so that it can be written back the same."""

from __future__ import annotations

import io
import tokenize


def decoded(content: bytes) -> tuple[str, str]:
    """The text with its line ends as they are, and its encoding: "utf-8-sig" where it begins with a mark.

    Raises SyntaxError or UnicodeDecodeError where it is no text.
    """
    encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    return content.decode(encoding), encoding
