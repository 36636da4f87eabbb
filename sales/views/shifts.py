"""The shift at the till: float in, figures so far, cash in and out, count and close."""

from collections.abc import Callable
from decimal import Decimal

from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from config.access import requires
from config.errors import DomainError
from sales import errors
from sales.access import current_location
from sales.models import Shift
from sales.services import close_shift, open_shift, record_cash_movement
from sales.services.shifts import count_drawer
from sales.views.answers import redirect_page, typed_amount
from stock.models import Location

CONFIRM = "Sales went on meanwhile, so the figures are new. Look again, then confirm."


@requires("sales.run_shift")
@require_GET
def shift_page(request: HttpRequest) -> HttpResponse:
    """The open shift so far, or the way to open one."""
    location = current_location(request)
    shift = _shifts(location).filter(closed_at=None).first()
    last = None if shift else _shifts(location).first()
    return render(request, "sales/shift.html", _figures(location, shift) | {"last": last})


@requires("sales.run_shift")
@require_GET
def shift_result(request: HttpRequest, shift_id: int) -> HttpResponse:
    """The figures of a closed shift."""
    location = current_location(request)
    shift = _shifts(location).filter(pk=shift_id).exclude(closed_at=None).first()
    if shift is None:
        raise Http404
    return render(request, "sales/shift.html", _figures(location, shift))


@requires("sales.run_shift")
@require_http_methods(["GET", "POST"])
def open_dialog(request: HttpRequest) -> HttpResponse:
    """Ask for the float; with it, open the shift and go to the till."""

    def run(location: Location) -> HttpResponse:
        open_shift(
            location_id=location.pk,
            opening_float=typed_amount(request.POST.get("opening_float", "")),
            user_id=request.user.pk,
        )
        return redirect_page(reverse("sales:pos"))

    return _dialog(request, "sales/shift_open.html", run)


@requires("sales.run_shift")
@require_http_methods(["GET", "POST"])
def cash_dialog(request: HttpRequest) -> HttpResponse:
    """Ask what goes into the drawer or out of it, and why; book it."""

    def run(location: Location) -> HttpResponse:
        record_cash_movement(
            location_id=location.pk,
            amount=typed_amount(request.POST.get("amount", "")),
            paid_in=request.POST.get("direction") == "in",
            reason=request.POST.get("reason", ""),
            user_id=request.user.pk,
        )
        return redirect_page(reverse("sales:shift"))

    return _dialog(request, "sales/shift_cash.html", run)


@requires("sales.run_shift")
@require_http_methods(["GET", "POST"])
def close_dialog(request: HttpRequest) -> HttpResponse:
    """Ask for the count, show it against what is expected, and close once that is confirmed."""

    def run(location: Location) -> HttpResponse:
        counted = typed_amount(request.POST.get("counted", ""))
        shift = _shifts(location).filter(closed_at=None).first()
        if shift is None:
            raise errors.ShiftClosed
        figures = _figures(location, shift)
        expected = figures["drawer"].expected
        if request.POST.get("expected") != str(expected):
            figures |= {"counted": counted, **_difference(counted, expected)}
            figures["notice"] = CONFIRM if "expected" in request.POST else ""
            return render(request, "sales/shift_close.html", figures)
        close_shift(location_id=location.pk, counted_cash=counted, user_id=request.user.pk)
        return redirect_page(reverse("sales:shift-result", args=[shift.pk]))

    return _dialog(request, "sales/shift_close.html", run)


def _dialog(
    request: HttpRequest, template: str, run: Callable[[Location], HttpResponse]
) -> HttpResponse:
    """The dialog; on POST what `run` answers, or the dialog again with what it refused."""
    location = current_location(request)
    error = None
    if request.method == "POST":
        try:
            return run(location)
        except DomainError as refused:
            error = refused
    context = {"location": location, "error": error, "typed": request.POST}
    return render(request, template, context, status=error.status if error else 200)


def _shifts(location: Location):
    return Shift.objects.filter(location=location).select_related("opened_by", "closed_by")


def _figures(location: Location, shift: Shift | None) -> dict:
    context = {"location": location, "shift": shift}
    if shift is None:
        return context
    movements = list(shift.cash_movements.select_related("user"))
    drawer = count_drawer(shift)
    context |= {"drawer": drawer, "movements": movements}
    context["given_back"] = shift.refunds.aggregate(total=Sum("amount"))["total"] or Decimal(0)
    context["taken"] = drawer.cash_sales + drawer.card_sales - context["given_back"]
    context["orders"] = shift.orders.exclude(status="cancelled").count()
    if shift.closed_at:
        context |= _difference(shift.counted_cash, shift.expected_cash)
    return context


def _difference(counted: Decimal, expected: Decimal) -> dict[str, Decimal]:
    return {"difference": counted - expected, "off_by": abs(counted - expected)}
