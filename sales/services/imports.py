"""Booking another till's past sales: products it lacks, then orders, each of them once."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Max

from config.live import broadcast_on_commit
from sales.imports.staging import StagedLine, StagedOrder, Staging
from sales.models import Modifier, Order
from sales.pricing import MAX_AMOUNT, share_tax
from sales.services.catalogue import Catalogue, complete_catalogue
from sales.services.history import PastModifier, PastOrder, save_past_orders
from stock.models import Location
from stock.services import raise_revision

# Orders in one transaction: few enough that a live till hardly waits for it.
BATCH = 500


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: orders, lines and money it booked, and orders it found booked before."""

    orders: int = 0
    lines: int = 0
    total: Decimal = Decimal("0.00")
    known: int = 0
    refused: int = 0
    products: int = 0
    sizes: int = 0

    def __add__(self, other: "Imported") -> "Imported":
        names = self.__slots__
        return Imported(**{name: getattr(self, name) + getattr(other, name) for name in names})


def import_sales(
    *,
    location: Location,
    staging: Staging,
    source: str,
    on_sale: bool,
    report: Callable[[Imported], None],
    refuse: Callable[[StagedOrder, str], None],
) -> Imported:
    """Book the staged orders as completed and paid history of `location`.

    Amounts are in its currency, tax included. No stock moves, no drawer and no live feed is
    touched. Each transaction raises the location's revision, so that totals built before know of
    it however the import ends. An order booked before is left alone, so an import that was stopped
    goes on where it ended; `refuse` hears of one that has changed since. `report` hears of the
    progress after each transaction.
    """
    catalogue = complete_catalogue(staging.products(), on_sale=on_sale)
    done = Imported(products=catalogue.new_products, sizes=catalogue.new_sizes)
    for orders in _batches(staging.orders()):
        done += _import_batch(location.pk, orders, source, catalogue, refuse)
        report(done)
    return done


def _batches(orders: Iterator[StagedOrder]) -> Iterator[list[StagedOrder]]:
    while batch := list(islice(orders, BATCH)):
        yield batch


@transaction.atomic
def _import_batch(
    location_id: int,
    orders: Iterable[StagedOrder],
    source: str,
    catalogue: Catalogue,
    refuse: Callable[[StagedOrder, str], None],
) -> Imported:
    # Holds off live orders, which take their numbers from the same row, and another import.
    location = Location.objects.select_for_update().get(pk=location_id)
    known = _known(location_id, [_key(source, order) for order in orders])
    fresh, same, refused = [], 0, 0
    for order in orders:
        reason = _refusal(order, known.get(_key(source, order)))
        if reason:
            refuse(order, reason)
            refused += 1
        elif _key(source, order) in known:
            same += 1
        else:
            fresh.append(order)
    past = list(_past_orders(location, fresh, source, catalogue))
    if past:
        _announce(location_id, past)
    save_past_orders(past)
    return Imported(
        orders=len(past),
        lines=sum(len(order.lines) for order in past),
        total=sum((order.order.total for order in past), Decimal("0.00")),
        known=same,
        refused=refused,
    )


def _refusal(order: StagedOrder, known_hash: str | None) -> str:
    if order.total > MAX_AMOUNT:
        return f"the order's total passes {MAX_AMOUNT}"
    if known_hash is not None and known_hash != _fingerprint(order):
        return "this order was imported before with other lines; it stays as it was"
    return ""


def _known(location_id: int, keys: list[str]) -> dict[str, str]:
    return dict(
        Order.objects.filter(location_id=location_id, idempotency_key__in=keys)
        .order_by()
        .values_list("idempotency_key", "request_hash")
    )


def _key(source: str, order: StagedOrder) -> str:
    return f"import:{source}:{order.day}:{order.name}"


def _fingerprint(order: StagedOrder) -> str:
    lines = [
        (
            line.product,
            line.size,
            line.category,
            line.quantity,
            str(line.unit_price),
            line.modifiers,
        )
        for line in order.lines
    ]
    content = json.dumps([order.at.astimezone(UTC).isoformat(), lines])
    return hashlib.sha256(content.encode()).hexdigest()


def _past_orders(
    location: Location, orders: Iterable[StagedOrder], source: str, catalogue: Catalogue
) -> Iterator[PastOrder]:
    modifiers = {m.name.casefold(): m for m in Modifier.objects.select_related("group")}
    numbers: dict[date, int] = {}
    for order in orders:
        numbers[order.day] = _next_number(location.pk, order.day, numbers)
        yield _past_order(location, order, numbers[order.day], source, catalogue, modifiers)
    if location.serial_day in numbers:
        location.serial = numbers[location.serial_day]
        location.save(update_fields=["serial"])


def _next_number(location_id: int, day: date, numbers: dict[date, int]) -> int:
    if day in numbers:
        return numbers[day] + 1
    given = Order.objects.filter(location_id=location_id, business_day=day)
    return (given.aggregate(last=Max("number"))["last"] or 0) + 1


def _past_order(
    location: Location,
    staged: StagedOrder,
    number: int,
    source: str,
    catalogue: Catalogue,
    modifiers: dict[str, Modifier],
) -> PastOrder:
    rates = [catalogue.tax_rate(line.product, location.tax_rate) for line in staged.lines]
    totals = [line.unit_price * line.quantity for line in staged.lines]
    taxes = share_tax(totals, rates, inclusive=True)
    order = _order(location, staged, number, source)
    order.tax = sum(taxes, Decimal("0.00"))
    amounts = zip(totals, rates, taxes, strict=True)
    return PastOrder(
        order,
        lines=[
            _line_row(position, line, catalogue, *amount)
            for position, (line, amount) in enumerate(
                zip(staged.lines, amounts, strict=True), start=1
            )
        ],
        modifiers=[
            _modifier(position, name, modifiers)
            for position, line in enumerate(staged.lines, start=1)
            for name in line.modifiers
        ],
    )


def _order(location: Location, staged: StagedOrder, number: int, source: str) -> Order:
    return Order(
        location_id=location.pk,
        number=number,
        business_day=staged.day,
        hour=staged.at.hour,
        weekday=staged.day.weekday(),
        status=Order.Status.COMPLETED,
        source=Order.Source.IMPORT,
        currency=location.currency,
        subtotal=staged.total,
        tax_inclusive=True,
        total=staged.total,
        paid=True,
        idempotency_key=_key(source, staged),
        request_hash=_fingerprint(staged),
        created_at=staged.at,
        completed_at=staged.at,
    )


def _line_row(
    position: int,
    line: StagedLine,
    catalogue: Catalogue,
    total: Decimal,
    tax_rate: Decimal,
    tax: Decimal,
) -> tuple[Any, ...]:
    """The values of LINE_FIELDS; what it was made of is not known."""
    category_id, category_name = catalogue.category(line.product, line.category)
    return (
        position,
        catalogue.product_id(line.product),
        category_id,
        line.product,
        category_name,
        line.size,
        line.quantity,
        line.unit_price,
        total,
        tax_rate,
        tax,
        {},
        Decimal(0),
        "",
    )


def _modifier(position: int, name: str, modifiers: dict[str, Modifier]) -> PastModifier:
    known = modifiers.get(name.casefold())
    if known is None:
        return PastModifier(position, None, name, "", Decimal(0))
    return PastModifier(position, known.pk, name, known.group.name, Decimal(0))


def _announce(location_id: int, past: Iterable[PastOrder]) -> None:
    revision = raise_revision(location_id)
    for one in past:
        one.order.revision = revision
    broadcast_on_commit(location_id, revision=revision)
