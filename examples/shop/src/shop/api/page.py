"""Routes for people: the page at `/`, and what each problem means."""

from __future__ import annotations

import base64
import re
from hashlib import sha256
from importlib.resources import files

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse, PlainTextResponse

from shop import errors

router = APIRouter(include_in_schema=False)

PAGE = files("shop.page").joinpath("index.html").read_text(encoding="utf-8")


def _hash(tag: str) -> str:
    """The source list entry that allows the page's own `tag`, and no other."""
    found = re.search(rf"<{tag}>(.*?)</{tag}>", PAGE, re.DOTALL)
    if found is None:
        raise ValueError(f"the page has no <{tag}>")
    return f"'sha256-{base64.b64encode(sha256(found[1].encode()).digest()).decode()}'"


POLICY = (
    f"default-src 'none'; script-src {_hash('script')}; style-src {_hash('style')}; "
    "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@router.get("/")
async def page() -> HTMLResponse:
    """The latest orders, and a form to place one."""
    return HTMLResponse(PAGE, headers={"Content-Security-Policy": POLICY})


@router.get("/problems/{kind}")
async def explain_problem(kind: str) -> PlainTextResponse:
    """What a problem's `type` means."""
    if kind not in MEANINGS:
        raise HTTPException(404, "There is no such problem.")
    return PlainTextResponse(MEANINGS[kind])


MEANINGS = {
    "invalid-request": "A part of the request does not fit; `errors` says which, and why.",
    "conflict": "The database refused the change because of other data. Nothing was saved.",
    "unfit-value": "The database refused a value, whatever other data there is. Nothing was saved.",
    "unavailable": "The database does not answer or is busy. Try again after `Retry-After` seconds.",
    "outcome-unknown": "The answer of the database was lost. Look whether it was saved before you repeat it.",
    "internal-error": "A fault of the shop. It has been written down.",
    **{
        refusal.kind: f"{refusal.title}: {(refusal.__doc__ or '').strip()}"
        for refusal in vars(errors).values()
        if isinstance(refusal, type)
        and issubclass(refusal, errors.ShopError)
        and hasattr(refusal, "kind")
    },
}
