"""The problems of a route, for OpenAPI."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from shop.errors import ShopError
from shop.problems import MEDIA_TYPE, Problem, status_of

Responses = dict[int | str, dict[str, Any]]

_SCHEMA = {"$ref": "#/components/schemas/Problem"}

INVALID = {
    "type": "/problems/invalid-request",
    "title": "Invalid request",
    "status": 422,
    "detail": "path/id: Input should be greater than or equal to 1",
    "instance": "/",
    "errors": [{"where": "path/id", "what": "Input should be greater than or equal to 1"}],
}


def problems(*refusals: type[ShopError]) -> Responses:
    """The `responses` of a route that refuses with these errors, or because of invalid input."""
    responses: Responses = {422: _response({"invalid-request": INVALID}, "Invalid request")}
    for refusal in refusals:
        status = status_of(refusal)
        response = responses.setdefault(status, _response({}, ""))
        response["content"][MEDIA_TYPE]["examples"][refusal.kind] = {"value": _example(refusal)}
        titles = (response["description"], refusal.title)
        response["description"] = ", or: ".join(title for title in titles if title)
    return responses


def _response(examples: dict[str, Any], description: str) -> dict[str, Any]:
    values = {name: {"value": example} for name, example in examples.items()}
    content = {MEDIA_TYPE: {"schema": _SCHEMA, "examples": values}}
    return {"description": description, "content": content}


def _example(refusal: type[ShopError]) -> dict[str, Any]:
    return {
        "type": f"/problems/{refusal.kind}",
        "title": refusal.title,
        "status": status_of(refusal),
        "detail": (refusal.__doc__ or "").partition("\n")[0],
        "instance": "/",
    }


def openapi_with_problems(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of `app`, with the schema that its problem responses point to."""
    document = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = document["components"]["schemas"]
    schemas.update(schema.pop("$defs", {}))
    schemas["Problem"] = schema
    return document
