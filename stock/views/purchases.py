"""Purchase orders: the list, one with all behind it, and what a person does with it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.access import requires
from config.errors import DomainError, NotFound
from stock.access import current_location, location_id
from stock.models import PurchaseOrderLine, Supplier
from stock.queries.nav import read_nav
from stock.queries.orders import OPEN, PAGE, SELECTIONS, find_order, order_rows, read_file
from stock.queries.sheet import SheetRow, order_sheet
from stock.services import (
    cancel_purchase_order,
    change_packs,
    close_short,
    confirm_purchase_order,
    order_packs,
    read_packs,
    receive_purchase_order,
    send_now,
)
from stock.views.answers import (
    answer_dialog,
    answer_page,
    done,
    form_key,
    refuse,
    typed_id,
    typed_quantity,
)

VIEW, CHANGE = "stock.view_purchaseorder", "stock.change_purchaseorder"


@requires(VIEW)
@require_GET
@never_cache
def orders_page(request: HttpRequest) -> HttpResponse:
    """Orders, newest first; `?status=`, `?supplier=` and `?before=` an order's id narrow them."""
    return answer_page(request, "stock/orders.html", lambda: _read_orders(request))


@requires(VIEW)
@require_GET
@never_cache
def order_page(request: HttpRequest, order_id: int) -> HttpResponse:
    """An order with its lines, receipts and mails."""
    return answer_page(request, "stock/order.html", lambda: _read_order(request, order_id))


@requires(VIEW)
@require_GET
def order_pdf(request: HttpRequest, order_id: int) -> HttpResponse:
    """The order as the supplier gets it."""
    # The library and its fonts would cost every web process memory from its start; few ask for it.
    from stock.pdf import purchase_order_pdf

    order = find_order(current_location(request), order_id, at=timezone.now()).order
    pdf = purchase_order_pdf(order, list(order.lines.all()))
    name = f'inline; filename="{order.number}.pdf"'
    return HttpResponse(pdf, "application/pdf", headers={"Content-Disposition": name})


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
@never_cache
def new_order_page(request: HttpRequest) -> HttpResponse:
    """Choose a supplier, then packs of each item; what is low is filled in."""
    location = current_location(request)
    supplier = Supplier.objects.filter(pk=typed_id(request.GET.get("supplier"))).first()
    error = None
    if request.method == "POST":
        try:
            packs = {k: n for k, text in _typed(request, "packs-") if (n := read_packs(text))}
            orders = order_packs(
                location_id=location.pk,
                packs=packs,
                user_id=request.user.pk,
                key=request.POST.get("key", ""),
            )
            one = len(orders) == 1
            return redirect("stock:order", orders[0].pk) if one else redirect("stock:orders")
        except NotFound:
            raise
        except DomainError as refused:
            error = refused
    context = {
        "location": location,
        "nav": read_nav(location, at=timezone.now()),
        "suppliers": Supplier.objects.all(),
        "supplier": supplier,
        "sheet": _sheet(request, location.pk, supplier) if supplier else [],
        "error": error,
        "form_key": form_key(request),
    }
    return render(request, "stock/new_order.html", context, status=error.status if error else 200)


@requires(CHANGE)
@require_POST
def send(request: HttpRequest, order_id: int) -> HttpResponse:
    """Send a draft now, or again."""
    return _act(request, send_now, order_id, "It is on its way to the mail server")


@requires(CHANGE)
@require_POST
def confirm(request: HttpRequest, order_id: int) -> HttpResponse:
    """Note that the supplier has agreed."""
    return _act(request, confirm_purchase_order, order_id, "Noted as confirmed")


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def cancel_dialog(request: HttpRequest, order_id: int) -> HttpResponse:
    """Ask whether the order shall be cancelled; cancel it."""
    row = find_order(current_location(request), order_id, at=timezone.now())

    def act() -> HttpResponse:
        cancel_purchase_order(order_id=order_id, location_id=row.order.location_id)
        return done(f"{row.order.number} is cancelled")

    return answer_dialog(request, "stock/cancel.html", {"row": row}, act)


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def close_dialog(request: HttpRequest, order_id: int) -> HttpResponse:
    """Ask whether the rest of a partly received order will not come; close the order."""
    row = find_order(current_location(request), order_id, at=timezone.now())

    def act() -> HttpResponse:
        close_short(order_id=order_id, location_id=row.order.location_id)
        return done(f"{row.order.number} is closed")

    return answer_dialog(request, "stock/close.html", {"row": row}, act)


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def receive_dialog(request: HttpRequest, order_id: int) -> HttpResponse:
    """Ask what arrived of each line, in base units; book it in.

    More than was ordered is shown first and booked once that is confirmed.
    """
    location = current_location(request)
    row = find_order(location, order_id, at=timezone.now())
    typed = dict(_typed(request, "line-"))
    fields = [(line, typed.get(line.pk, f"{line.outstanding or ''}")) for line in row.lines]
    context = {"row": row, "fields": fields}

    def act() -> HttpResponse:
        order = receive_purchase_order(
            order_id=order_id,
            location_id=location.pk,
            quantities=_arrived(request, row.lines),
            user_id=request.user.pk,
            key=request.POST.get("key", ""),
            accept_more="accept" in request.POST,
        )
        complete = order.status == order.Status.RECEIVED
        return done(f"{order.number}: {'all is in' if complete else 'booked, more is to come'}")

    return answer_dialog(request, "stock/receive.html", context, act)


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def line_dialog(request: HttpRequest, order_id: int, line_id: int) -> HttpResponse:
    """Ask how many packs of a draft's line to order, none to remove it; change it."""
    row = find_order(current_location(request), order_id, at=timezone.now())
    line = next((line for line in row.lines if line.pk == line_id), None)
    if line is None:
        raise NotFound("There is no such line on this order.")

    def act() -> HttpResponse:
        packs = 0 if "remove" in request.POST else read_packs(request.POST.get("packs", ""))
        order = change_packs(
            order_id=order_id, location_id=row.order.location_id, line_id=line_id, packs=packs
        )
        emptied = order.status == order.Status.CANCELLED
        return done(
            f"{order.number} {'had no other line and is cancelled' if emptied else 'saved'}"
        )

    return answer_dialog(request, "stock/line.html", {"row": row, "line": line}, act)


def _read_orders(request: HttpRequest) -> dict[str, Any]:
    location = current_location(request)
    status = request.GET.get("status", OPEN)
    supplier_id, before = (typed_id(request.GET.get(name)) for name in ("supplier", "before"))
    rows = order_rows(
        location,
        at=timezone.now(),
        selection=status if status in dict(SELECTIONS) else OPEN,
        supplier_id=supplier_id,
        before=before,
    )
    return {
        "rows": rows,
        "selections": SELECTIONS,
        "status": status,
        "supplier_id": supplier_id,
        "suppliers": Supplier.objects.all(),
        "is_full": len(rows) == PAGE,
        "before": before,
    }


def _read_order(request: HttpRequest, order_id: int) -> dict[str, Any]:
    file = read_file(current_location(request), order_id, at=timezone.now())
    return {"file": file, "row": file.row}


def _sheet(
    request: HttpRequest, location_id: int, supplier: Supplier
) -> list[tuple[SheetRow, str]]:
    """Each item with what was typed for it, or what is suggested."""
    typed = dict(_typed(request, "packs-"))
    rows = order_sheet(location_id, supplier.pk)
    return [(row, typed.get(row.item.pk, f"{row.suggested or ''}")) for row in rows]


def _act(request: HttpRequest, service: Callable, order_id: int, text: str) -> HttpResponse:
    try:
        service(order_id=order_id, location_id=location_id(request))
    except NotFound:
        raise
    except DomainError as error:
        return refuse(error)
    return done(text)


def _typed(request: HttpRequest, prefix: str) -> list[tuple[int, str]]:
    """Fields named by `prefix` and an id."""
    fields = [field for field in request.POST.items() if field[0].startswith(prefix)]
    found = [(typed_id(name.removeprefix(prefix)), text) for name, text in fields]
    return [(key, text) for key, text in found if key is not None]


def _arrived(request: HttpRequest, lines: list[PurchaseOrderLine]) -> dict[int, Decimal]:
    names = {line.pk: line.ingredient.name for line in lines}
    return {
        key: typed_quantity(text, label=names.get(key, "Quantity"))
        for key, text in _typed(request, "line-")
        if text.strip()
    }
