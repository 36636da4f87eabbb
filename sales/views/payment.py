"""Paying at the till: the only step that writes, and safe to send again."""

from decimal import Decimal

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from config.access import requires
from config.errors import DomainError
from config.money import format_money
from sales import errors, tillcart
from sales.access import location_id
from sales.banknotes import quick_amounts
from sales.menu import Menu
from sales.pricing import read_amount
from sales.queries.grid import product_grid
from sales.queries.orders import order_by_id
from sales.queries.shortages import require_stock
from sales.queries.till import Till, find_till
from sales.recipes import portion
from sales.services import OrderRequest, place_order
from sales.tillcart import CartView, TillCart
from sales.views.answers import answer_cart, answer_toast, read_tenders, trigger
from stock.errors import OutOfStock


class TotalChanged(DomainError):
    """The menu changed between the payment sheet and the payment."""

    code, title, status = "total_changed", "The total has changed", 409


ABOUT_MONEY = (
    TotalChanged,
    errors.InvalidAmount,
    errors.InvalidChoice,
    errors.PaymentOver,
    errors.PaymentShort,
)


@requires("sales.add_order")
@require_POST
def payment(request: HttpRequest) -> HttpResponse:
    """The payment sheet for the cart as it stands.

    A cart whose answer was lost on the way is sold already: with the payment it was sent with
    (`due`, `method`, `tendered`) the answer is given again.
    """
    till = find_till(location_id(request), key=request.POST.get("key"))
    if till.placed_order_id:
        return pay(request) if "due" in request.POST else _taken(request, till)
    try:
        cart = _read(request.POST, till.menu)
    except DomainError as error:
        return answer_toast(str(error), status=error.status)
    if not cart.payable:
        return answer_cart(request, cart, notices=[_missing(cart)], beside=True)
    try:
        _check_bookable(till, cart)
    except DomainError as error:
        return _refuse(request, till, error)
    return _sheet(request, cart)


@requires("sales.add_order")
@require_POST
def pay(request: HttpRequest) -> HttpResponse:
    """Sell the cart. Sent again with its key, the same sale answers with the same order."""
    till = find_till(location_id(request), key=request.POST.get("key"))
    try:
        cart = _read(request.POST, till.menu)
        due = read_amount(request.POST.get("due"))
        if not till.placed_order_id:
            _check_total(cart, due)
        placed = place_order(
            request=_order_request(request.POST, cart, due),
            location=till.location_id,
            key=cart.cart.key,
            user_id=request.user.pk,
        )
    except DomainError as error:
        return _refuse(request, till, error)
    empty = tillcart.view_cart(TillCart(tillcart.new_key()), till.menu)
    context = {"order": placed.order, "cart": empty, "oob": True}
    return trigger(render(request, "sales/paid.html", context), "order-placed")


def sheet_context(
    total: Decimal, currency: str, *, action: str, data: QueryDict | None = None
) -> dict:
    """What the payment sheet shows; `data` is a refused attempt to start from."""
    data = data or QueryDict()
    return {
        "total": total,
        "currency": currency,
        "action": action,
        "quick": quick_amounts(total, currency),
        "method": data.get("method") or "cash",
        "tendered": data.get("tendered", ""),
    }


def _read(data: QueryDict, menu: Menu) -> CartView:
    cart = tillcart.loads(data.get("cart", ""), key=data.get("key", ""))
    return tillcart.view_cart(cart, menu)


def _check_bookable(till: Till, cart: CartView) -> None:
    """Raise what would refuse the sale, before anybody charges a card for it."""
    if till.shift_id is None:
        raise errors.ShiftClosed("No shift is open; open one to sell.")
    require_stock(till.menu, (line.line for line in cart.lines))


def _check_total(cart: CartView, due: Decimal) -> None:
    if cart.payable and cart.price.total != due:
        now, shown = (format_money(amount, cart.currency) for amount in (cart.price.total, due))
        raise TotalChanged(f"The menu changed: it is {now} now, not {shown}. Nothing was taken.")


def _order_request(data: QueryDict, cart: CartView, due: Decimal) -> OrderRequest:
    return OrderRequest(
        items=cart.cart.requests(),
        payments=read_tenders(data.get("method", ""), data.get("tendered", ""), due),
        order_type=data.get("order_type", ""),
        customer_name=data.get("customer_name", ""),
        note=data.get("note", ""),
    )


def _refuse(request: HttpRequest, till: Till, error: DomainError) -> HttpResponse:
    """Say what was refused where it can be mended: on the sheet, in the cart, or by the order."""
    if isinstance(error, errors.KeyReused):
        return _taken(request, find_till(till.location_id, key=request.POST.get("key")))
    try:
        cart = _read(request.POST, till.menu)
    except DomainError as unreadable:
        return answer_toast(str(unreadable), status=unreadable.status)
    if isinstance(error, ABOUT_MONEY) and cart.payable:
        return _sheet(request, cart, error=error)
    if isinstance(error, OutOfStock):
        cart = tillcart.mark(cart, _short_lines(cart, error, till.menu))
    notices = [f"{error} Nothing was sold or taken; the order is kept."]
    if request.POST.get("method") in ("card", "split"):
        notices.append("If the card was charged already, reverse that on the terminal.")
    grid = product_grid(till.location_id)
    return answer_cart(request, cart, notices=notices, beside=True, grid=grid)


def _taken(request: HttpRequest, till: Till) -> HttpResponse:
    order = order_by_id(till.placed_order_id, location_id=till.location_id)
    return render(request, "sales/taken.html", {"order": order}, status=409)


def _sheet(request: HttpRequest, cart: CartView, *, error: DomainError | None = None):
    data = request.POST if error else None
    context = sheet_context(cart.price.total, cart.currency, action=reverse("sales:pay"), data=data)
    context |= {"keyed": True, "error": error}
    return render(request, "sales/pay.html", context, status=error.status if error else 200)


def _short_lines(cart: CartView, error: OutOfStock, menu: Menu) -> dict[int, str]:
    """Which lines take something that is short, by line id, and what."""
    short = {s.ingredient: s for s in error.shortages}
    problems = {}
    for line in cart.lines:
        names = [menu.ingredients[key].name for key in portion(line.line)] if line.line else []
        missing = [short[name] for name in names if name in short]
        if missing:
            problems[line.id] = "; ".join(
                f"{s.ingredient}: {s.needed} {s.unit} needed in all, {s.on_hand} {s.unit} on hand"
                for s in missing
            )
    return problems


def _missing(cart: CartView) -> str:
    if not cart.lines:
        return "The order has no items."
    return "Change or remove the marked lines, then pay."
