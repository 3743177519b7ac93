"""The changes of one file: a file here for each kind of them."""

from __future__ import annotations
