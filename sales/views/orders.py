"""Orders already placed, at the till: see them, take the money owed, cancel."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from config.access import requires
from config.errors import DomainError
from sales import errors
from sales.access import current_location, location_id
from sales.queries.orders import OrderView, order_by_id
from sales.queries.today import todays_orders
from sales.services import cancel_order, take_payment
from sales.views.answers import answer_toast, read_tenders, trigger
from sales.views.payment import sheet_context


@requires("sales.view_order")
@require_GET
def orders_dialog(request: HttpRequest) -> HttpResponse:
    """Today's orders, those still open first."""
    location = current_location(request)
    today = todays_orders(location.pk, day=location.business_day(timezone.now()))
    return render(request, "sales/orders.html", {"location": location, "today": today})


@requires("sales.add_order")
@require_http_methods(["GET", "POST"])
def pay_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """Ask how an unpaid order is paid, and book it; an order is paid once."""
    error = None
    if request.method == "POST":
        try:
            return _pay(request, order_id)
        except errors.AlreadyPaid:
            return render(request, "sales/paid.html", {"order": _order(request, order_id)})
        except DomainError as refused:
            error = refused
    try:
        order = _order(request, order_id)
    except DomainError as missing:
        return answer_toast(str(missing), status=409)
    action = reverse("sales:pay-order", args=[order.id])
    context = sheet_context(order.total, order.currency, action=action, data=request.POST)
    context |= {"order": order, "error": error}
    return render(request, "sales/pay.html", context, status=error.status if error else 200)


@requires("sales.cancel_order")
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, order_id: int) -> HttpResponse:
    """Ask what became of the ingredients, and cancel."""
    try:
        order = _order(request, order_id)
        if request.method == "GET":
            return render(request, "sales/cancel.html", {"order": order})
        cancel_order(
            order_id=order_id,
            location_id=location_id(request),
            as_waste=request.POST.get("ingredients") == "waste",
            user_id=request.user.pk,
        )
    except DomainError as error:
        return answer_toast(str(error), status=409)
    return trigger(HttpResponse(), "toast", {"text": f"Order {order.number} is cancelled"})


def _pay(request: HttpRequest, order_id: int) -> HttpResponse:
    order = _order(request, order_id)
    tenders = read_tenders(
        request.POST.get("method", ""), request.POST.get("tendered", ""), order.total
    )
    take_payment(order_id=order_id, location_id=order.location_id, tenders=tenders)
    return render(request, "sales/paid.html", {"order": _order(request, order_id)})


def _order(request: HttpRequest, order_id: int) -> OrderView:
    return order_by_id(order_id, location_id=location_id(request))
