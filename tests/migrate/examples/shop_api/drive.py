"""Asks the shop what a browser would, and prints every answer."""

import json

from fastapi.testclient import TestClient
from shop_api.main import app

REQUESTS = [
    ("POST", "/users/", {"email": "ada@example.org", "password": "x"}),
    ("POST", "/users/", {"email": "ada@example.org", "password": "x"}),
    ("POST", "/users/", {"email": "bob@example.org", "password": "y"}),
    ("POST", "/users/1/items/", {"title": "Tea", "price": 3, "tags": ["drink", "hot"]}),
    ("POST", "/users/1/items/", {"title": "Cup", "price": 9, "tags": ["hot"]}),
    ("POST", "/users/1/items/", {"title": "Sugar", "price": 1}),
    ("GET", "/users/", None),
    ("GET", "/users/1", None),
    ("GET", "/users/7", None),
    ("GET", "/users/owners", None),
    ("GET", "/users/taken?email=bob@example.org", None),
    ("GET", "/users/taken?email=eve@example.org", None),
    ("GET", "/items/", None),
    ("GET", "/items/?q=u", None),
    ("GET", "/items/?tag=hot", None),
    ("GET", "/items/count?tag=hot", None),
    ("GET", "/items/totals", None),
    ("GET", "/items/2/owner", None),
    ("GET", "/items/99/owner", None),
    ("POST", "/items/prices?by=2", None),
    ("DELETE", "/items/1", None),
    ("DELETE", "/items/1", None),
    ("DELETE", "/items/?below=4", None),
    ("GET", "/items/", None),
    ("GET", "/health", None),
]

with TestClient(app) as client:
    for method, path, body in REQUESTS:
        answer = client.request(method, path, json=body)
        print(method, path, answer.status_code, json.dumps(answer.json()))
