"""What is on hand, what led to it, and corrections by hand."""

from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from config.access import requires
from config.errors import DomainError, NotFound
from config.money import format_quantity
from stock import errors
from stock.access import current_location, location_id
from stock.models import StockItem, SupplierItem
from stock.queries.nav import failing_mails
from stock.queries.onhand import Level, StockRow, has_older, ledger_page, stock_row, stock_rows
from stock.queries.orders import lines_on_order
from stock.services import count_stock, record_waste, set_limits
from stock.services.counting import WASTE_REASONS
from stock.views.answers import (
    answer_dialog,
    answer_page,
    done,
    typed_id,
    typed_quantity,
    wants_region,
)

VIEW, CHANGE = "stock.view_stockitem", "stock.change_stockitem"
MOVEMENTS = 50


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rows are shown: a level or all, and words of the name."""

    show: str
    words: str

    def admits(self, row: StockRow) -> bool:
        levels = {"low": (Level.LOW, Level.OUT), "out": (Level.OUT,)}.get(self.show, tuple(Level))
        name = row.name.casefold()
        return row.level in levels and all(word in name for word in self.words.casefold().split())


@requires(VIEW)
@require_GET
@never_cache
def on_hand_page(request: HttpRequest) -> HttpResponse:
    """Every ingredient kept here, what needs someone first; `?show=low|out&q=` narrows it."""
    return answer_page(request, "stock/on_hand.html", lambda: _read_on_hand(request))


@requires(VIEW)
@require_GET
@never_cache
def item_page(request: HttpRequest, ingredient_id: int) -> HttpResponse:
    """An ingredient and the movements behind its figure.

    `?before=` a movement's id, older ones; with `&until=` another, all between, and the page around
    them: so a reader who went back keeps what is shown when it is read again.
    """
    goes_back = "before" in request.GET and "until" not in request.GET
    if goes_back and wants_region(request):
        movements = _read_movements(request, ingredient_id)
        return render(request, "stock/item.html#movements", movements)
    return answer_page(request, "stock/item.html", lambda: _read_item(request, ingredient_id))


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def waste_dialog(request: HttpRequest, ingredient_id: int) -> HttpResponse:
    """Ask how much was thrown away and why; book it."""
    item = _find(request, ingredient_id)

    def act() -> HttpResponse:
        name, unit = item.ingredient.name, item.ingredient.unit
        quantity = typed_quantity(request.POST.get("quantity", ""), label=name)
        booked = record_waste(
            location_id=item.location_id,
            ingredient_id=ingredient_id,
            quantity=quantity,
            reason=_waste_reason(request.POST.get("reason", ""), request.POST.get("note", "")),
            user_id=request.user.pk,
            key=request.POST.get("key", ""),
        )
        lost = f"{format_quantity(quantity, unit)} of {name} booked out"
        return done(lost if booked else f"{name}: booked already")

    context = {"item": item, "reasons": WASTE_REASONS}
    return answer_dialog(request, "stock/waste.html", context, act)


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def count_dialog(request: HttpRequest, ingredient_id: int) -> HttpResponse:
    """Ask what was counted; book the difference."""
    item = _find(request, ingredient_id)

    def act() -> HttpResponse:
        difference = count_stock(
            location_id=item.location_id,
            ingredient_id=ingredient_id,
            counted=typed_quantity(request.POST.get("counted", ""), label=item.ingredient.name),
            reason=request.POST.get("reason", ""),
            user_id=request.user.pk,
            key=request.POST.get("key", ""),
        )
        return done(f"{item.ingredient.name}: {_count_words(difference, item.ingredient.unit)}")

    return answer_dialog(request, "stock/count.html", {"item": item}, act)


@requires(CHANGE)
@require_GET
@never_cache
def difference(request: HttpRequest, ingredient_id: int) -> HttpResponse:
    """What `?counted=` differs by from what is on hand now; nothing for what is no number."""
    item = _find(request, ingredient_id)
    context = {"item": item, "difference": None}
    with suppress(DomainError):
        counted = typed_quantity(request.GET.get("counted", ""), label="Counted")
        context["difference"] = counted - item.on_hand
    return render(request, "stock/count.html#difference", context)


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def limits_dialog(request: HttpRequest, ingredient_id: int) -> HttpResponse:
    """Ask for the critical limit and the par level; set them."""
    item = _find(request, ingredient_id)

    def act() -> HttpResponse:
        set_limits(
            location_id=item.location_id,
            ingredient_id=ingredient_id,
            reorder_point=typed_quantity(
                request.POST.get("reorder_point", ""), label="Critical limit"
            ),
            par_level=typed_quantity(request.POST.get("par_level", ""), label="Par level"),
        )
        return done(f"Limits of {item.ingredient.name} saved")

    return answer_dialog(request, "stock/limits.html", {"item": item}, act)


def _read_on_hand(request: HttpRequest) -> dict[str, Any]:
    location = current_location(request)
    rows = stock_rows(location.pk, at=timezone.now())
    chosen = Filter(request.GET.get("show", ""), request.GET.get("q", ""))
    return {
        "rows": [row for row in rows if chosen.admits(row)],
        "filter": chosen,
        "kept": len(rows),
        "low": sum(row.level == Level.LOW for row in rows),
        "out": sum(row.level == Level.OUT for row in rows),
        "failing": failing_mails(location),
    }


def _read_item(request: HttpRequest, ingredient_id: int) -> dict[str, Any]:
    deliveries = SupplierItem.objects.filter(ingredient_id=ingredient_id)
    return _read_movements(request, ingredient_id) | {
        "deliveries": deliveries.select_related("supplier"),
        "coming": lines_on_order(current_location(request).pk, ingredient_id),
    }


def _read_movements(request: HttpRequest, ingredient_id: int) -> dict[str, Any]:
    location = current_location(request)
    before, until = (typed_id(request.GET.get(name)) for name in ("before", "until"))
    ledger = ledger_page(location.pk, ingredient_id, before=before, until=until, size=MOVEMENTS)
    return {
        "location": location,
        "row": stock_row(location.pk, ingredient_id, at=timezone.now()),
        "ledger": ledger,
        "has_older": has_older(location.pk, ingredient_id, ledger),
        "before": before,
        "went_back": before is not None or until is not None,
    }


def _find(request: HttpRequest, ingredient_id: int) -> StockItem:
    item = (
        StockItem.objects.select_related("ingredient")
        .filter(location_id=location_id(request), ingredient_id=ingredient_id)
        .first()
    )
    if item is None:
        raise NotFound("This ingredient is not kept here.")
    return item


def _count_words(difference: Decimal | None, unit: str) -> str:
    if difference is None:
        return "booked already"
    if not difference:
        return "the count matches, nothing to book"
    return f"{'+' if difference > 0 else '−'}{format_quantity(abs(difference), unit)} booked"


def _waste_reason(reason: str, note: str) -> str:
    if reason not in WASTE_REASONS:
        raise errors.ReasonMissing("Choose why it was thrown away.")
    return f"{reason}: {note.strip()}" if note.strip() else reason
