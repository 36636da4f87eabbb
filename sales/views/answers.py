"""What the till's views answer with, and how they read what was typed."""

import json
import re
from collections.abc import Sequence
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config.errors import quoted
from sales import errors
from sales.pricing import read_amount
from sales.queries.grid import Grid
from sales.services import Tender
from sales.tillcart import CartView

METHODS = ("cash", "card", "split")
_GROUPED = re.compile(r"[.,]\d{3}")


def answer_cart(
    request: HttpRequest,
    cart: CartView,
    *,
    notices: Sequence[str] = (),
    beside: bool = False,
    grid: Grid | None = None,
) -> HttpResponse:
    """The cart's fragment, 422 with notices; `beside` another target, with the grid if given."""
    context = {"cart": cart, "notices": notices, "oob": beside, "grid": grid}
    template = "sales/refused.html" if beside else "sales/pos.html#cart"
    return render(request, template, context, status=422 if notices else 200)


def answer_toast(text: str, *, status: int) -> HttpResponse:
    """Nothing but a message; swapped into the dialogs' place it closes what was open."""
    return trigger(HttpResponse(status=status), "toast", {"text": text, "kind": "error"})


def trigger(response: HttpResponse, event: str, detail: object = "") -> HttpResponse:
    """`response`, raising `event` in the page that receives it."""
    response["HX-Trigger"] = json.dumps({event: detail})
    return response


def redirect_page(url: str) -> HttpResponse:
    """Have htmx leave for `url`."""
    return HttpResponse(status=204, headers={"HX-Redirect": url})


def typed_amount(text: str) -> Decimal:
    """An amount as people type it: spaces ignored, comma or point. Raises InvalidAmount.

    As for a comma or point that may be meant to group thousands: 20,000 is not 20.
    """
    typed = "".join(text.split())
    if _GROUPED.search(typed):
        raise errors.InvalidAmount(
            f"{quoted(typed)} could be thousands: type them without a comma or point."
        )
    return read_amount(typed.replace(",", "."))


def read_tenders(method: str, tendered: str, due: Decimal) -> tuple[Tender, ...]:
    """What the payment sheet says was handed over for `due`.

    Written one way, so that the same payment sent again is equal. Raises InvalidChoice and
    InvalidAmount.
    """
    if not due:
        return ()
    if method not in METHODS:
        raise errors.InvalidChoice(f"{method!a} is not a way to pay.", field="method")
    if method == "card":
        return (Tender("card", due),)
    cash = typed_amount(tendered)
    if method == "cash" or cash >= due:
        return (Tender("cash", cash),)
    return (Tender("cash", cash), Tender("card", due - cash))
