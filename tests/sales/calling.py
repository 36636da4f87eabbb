"""Calling the API in tests."""

import json

from django.test import Client

from sales.services.tokens import create_token

LATTE = {"items": [{"name": "Latte"}]}


class Caller:
    """A program with a token."""

    def __init__(self, user, scopes=()) -> None:
        token = create_token(user=user, scopes=scopes)
        self.client = Client(headers={"Authorization": f"Bearer {token}"})

    def post(self, path: str, body, **headers: str):
        raw = body if isinstance(body, str | bytes) else json.dumps(body)
        return self.client.post(path, raw, content_type="application/json", headers=headers)

    def order(self, body, *, key: str | None = None, query: str = ""):
        headers = {"Idempotency-Key": key} if key else {}
        return self.post(f"/api/orders{query}", body, **headers)

    def get(self, path: str):
        return self.client.get(path)


def assert_problem(response, status: int, code: str) -> dict:
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert (response.status_code, problem["code"]) == (status, code), problem
    assert problem["status"] == status
    assert problem["type"] == f"urn:smart-coffee:problem:{code}"
    assert problem["title"]
    assert problem["detail"]
    return problem


def item(**changes) -> dict:
    return {"items": [{"name": "Latte"} | changes]}


HUGE = 10**30
