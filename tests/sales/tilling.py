"""A till in tests: what its page posts, and what it reads in the answer."""

import json
import re
import uuid
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from django.contrib.auth.models import Group, User
from django.http import HttpResponse
from django.test import Client

from stock.access import SESSION_KEY
from stock.models import Location
from tests.factories import Cafe

_HIDDEN = re.compile(r'name="(key|cart)" value="([^"]*)"')


@dataclass
class Tablet:
    """A signed-in till that carries key and cart from answer to answer, as the page does."""

    client: Client
    key: str = field(default_factory=lambda: str(uuid.uuid4()))
    cart: str = "[]"

    def tap(self, *changes: dict[str, Any]) -> HttpResponse:
        response = self._post("/pos/cart/", changes=json.dumps(changes))
        self._keep(response)
        return response

    def add(self, product, **choices: Any) -> HttpResponse:
        return self.tap({"do": "add", "item": {"product": product.pk, **choices}})

    def sheet(self, **fields: str) -> HttpResponse:
        return self._post("/pos/payment/", **fields)

    def pay(self, due: str, *, method: str = "cash", tendered: str = "", **fields) -> HttpResponse:
        """Pay, keeping key and cart as a till does whose answer is lost."""
        tendered = tendered or due
        form = {"order_type": "for_here", "customer_name": "", "note": "", **fields}
        return self._post("/pos/pay/", due=due, method=method, tendered=tendered, **form)

    @property
    def lines(self) -> list[dict[str, Any]]:
        return json.loads(self.cart)

    def _post(self, url: str, **fields: str) -> HttpResponse:
        form = {"key": self.key, "cart": self.cart, **fields}
        return self.client.post(url, form, headers={"HX-Request": "true"})

    def _keep(self, response: HttpResponse) -> None:
        hidden = dict(_HIDDEN.findall(response.content.decode()))
        self.key = hidden["key"]
        self.cart = unescape(hidden["cart"])


def signed_in(role: str = "Cashier") -> Client:
    """A browser as after signing in at the only café."""
    client = Client()
    user = User.objects.create(username=role.lower())  # hashing a password would take its time
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    session = client.session
    session[SESSION_KEY] = Location.objects.get().pk
    session.save()
    return client


def text_of(response: HttpResponse) -> str:
    """The words of an answer: tags out, white space single and plain."""
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(text.replace("\u202f", " ").replace("\xa0", " ").split())


def line(cafe: Cafe, name: str, **choices: Any) -> dict[str, Any]:
    return {"product": cafe.products[name].pk, **choices}
