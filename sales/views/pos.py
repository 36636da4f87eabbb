"""The till: grid, cart and choices. A tap is a request that stores nothing."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from config.access import requires
from config.errors import DomainError
from sales import tillcart
from sales.access import current_location, location_id
from sales.cart import CartItem
from sales.menu import Menu
from sales.models import Order
from sales.queries.grid import product_grid
from sales.queries.sheet import product_sheet
from sales.queries.till import find_till
from sales.tillcart import CartView, TillCart
from sales.views.answers import answer_cart, answer_toast


@requires("sales.add_order")
@require_GET
def till_page(request: HttpRequest) -> HttpResponse:
    """The till with an empty order; the page brings back the one it was keeping."""
    location = current_location(request)
    grid = product_grid(location.pk)
    cart = tillcart.view_cart(TillCart(tillcart.new_key()), grid.menu)
    context = {"location": location, "grid": grid, "cart": cart, "order_types": Order.Type}
    return render(request, "sales/pos.html", context)


@requires("sales.add_order")
@require_POST
def change_cart(request: HttpRequest) -> HttpResponse:
    """The cart after the taps in `changes`."""
    menu = find_till(location_id(request)).menu
    cart, notices = _changed(request.POST, menu)
    return answer_cart(request, cart, notices=notices)


@requires("sales.add_order")
@require_GET
def pick(request: HttpRequest) -> HttpResponse:
    """The sheet of `product`, or of the cart's `line` with the choices in `item`."""
    try:
        sheet = product_sheet(find_till(location_id(request)), _asked(request.GET))
    except DomainError as error:
        return answer_toast(str(error), status=error.status)
    context = {"sheet": sheet, "line": request.GET.get("line", "")}
    return render(request, "sales/pick.html", context)


def _changed(data: QueryDict, menu: Menu) -> tuple[CartView, list[str]]:
    """The cart with each change the menu allows, and what it says about the others."""
    try:
        cart = tillcart.loads(data.get("cart", ""), key=data.get("key", ""))
        changes = tillcart.load_changes(data.get("changes", ""))
        view = tillcart.view_cart(cart, menu)
    except DomainError as error:
        empty = TillCart(tillcart.new_key())
        return tillcart.view_cart(empty, menu), [f"{error} It was emptied; enter it again."]
    notices = []
    for change in changes:
        try:
            changed = tillcart.change_cart(cart, change, menu)
            view, cart = tillcart.view_cart(changed, menu), changed
        except DomainError as error:
            notices.append(str(error))
    return view, notices


def _asked(data: QueryDict) -> CartItem:
    if "item" in data:
        return tillcart.load_choice(data["item"])
    product = data.get("product", "")
    return CartItem(int(product) if product.isdecimal() and len(product) < 19 else product)
