"""The store room's pages in tests: their addresses, and what they answer."""

import json
import re

from django.test import Client

HTMX = {"HX-Request": "true"}


def item_url(cafe, name: str = "Milk", act: str = "") -> str:
    return f"/stock/items/{cafe.ingredients[name].pk}/{act}"


def order_url(order, act: str = "") -> str:
    return f"/stock/purchase-orders/{order.pk}/{act}"


def text_of(response) -> str:
    assert response.status_code == 200, response.content
    return response.content.decode()


def key_in(text: str) -> str:
    """What the form on a page carries so that it does its work once."""
    [key] = re.findall(r'name="key" value="([0-9a-f]{32})"', text)
    return key


def post(client: Client, url: str, status: int = 200, **fields) -> str:
    response = client.post(url, fields, headers=HTMX)
    assert response.status_code == status, response.content
    return response.content.decode()


def toast_of(response) -> dict:
    return json.loads(response["HX-Trigger"])["toast"]
