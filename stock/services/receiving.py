"""Goods coming in against a purchase order."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from config.errors import NotFound
from config.fields import SCALE
from stock import errors
from stock.models import PurchaseOrder, PurchaseOrderLine, StockItem, StockMovement
from stock.services.counting import read_quantity
from stock.services.forms import is_handled
from stock.services.ledger import Balance, record_movements
from stock.services.locks import lock_purchase_order
from stock.services.revisions import publish_stock

Status = PurchaseOrder.Status
COST = Decimal("0.000001")


@transaction.atomic
def receive_purchase_order(
    *,
    order_id: int,
    location_id: int,
    quantities: Mapping[int, Decimal],
    user_id: int | None,
    key: str = "",
    at: datetime | None = None,
    accept_more: bool = True,
) -> PurchaseOrder:
    """Book what arrived (`quantities` in base units by line id) into stock, at its pack price.

    The order closes when every line is in. More than is outstanding is kept, or MoreThanOrdered
    raised without `accept_more`. A `key` that booked before books nothing.
    Raises NotFound, PurchaseStateInvalid, EmptyPurchase when nothing arrived, and QuantityInvalid.
    """
    at = at or timezone.now()
    order = lock_purchase_order(order_id, location_id=location_id)
    if is_handled(key, order):
        return order
    if order.status not in PurchaseOrder.RECEIVABLE:
        raise errors.PurchaseStateInvalid(
            f"{order.number} is {order.get_status_display().lower()}; nothing can be received."
        )
    lines = {line.pk: line for line in order.lines.select_related("ingredient")}
    if not lines.keys() >= quantities.keys():
        raise NotFound("There is no such line on this order.")
    read = {
        lines[key]: read_quantity(quantity, label=lines[key].ingredient.name, decimals=SCALE)
        for key, quantity in quantities.items()
    }
    arrived = {line: quantity for line, quantity in read.items() if quantity}
    _check_arrived(arrived, accept_more=accept_more)
    _book(order, arrived, user_id=user_id, at=at)
    _close_if_complete(order, list(lines.values()), at=at)
    publish_stock(location_id, "menu")  # which prices what a sale takes at its average cost
    return order


@transaction.atomic
def close_short(*, order_id: int, location_id: int, at: datetime | None = None) -> None:
    """Close a partly received order: the rest will not come and is no longer on order.

    Raises NotFound and PurchaseStateInvalid.
    """
    order = lock_purchase_order(order_id, location_id=location_id)
    if order.status != Status.PARTLY_RECEIVED:
        raise errors.PurchaseStateInvalid(f"{order.number} is not partly received.")
    order.status, order.closed_at = Status.RECEIVED, at or timezone.now()
    order.save(update_fields=["status", "closed_at"])
    publish_stock(location_id)


def _check_arrived(arrived: Mapping[PurchaseOrderLine, Decimal], *, accept_more: bool) -> None:
    if not arrived:
        raise errors.EmptyPurchase("Enter what arrived.")
    more = [line for line, quantity in arrived.items() if quantity > line.outstanding]
    if more and not accept_more:
        raise errors.MoreThanOrdered(more)


def _book(
    order: PurchaseOrder,
    arrived: Mapping[PurchaseOrderLine, Decimal],
    *,
    user_id: int | None,
    at: datetime,
) -> None:
    costs = {line.ingredient_id: (line.price / line.pack_size).quantize(COST) for line in arrived}
    quantities = {line.ingredient_id: quantity for line, quantity in arrived.items()}
    balances = record_movements(
        location_id=order.location_id,
        quantities=quantities,
        reason=StockMovement.Reason.RECEIPT,
        reference=f"purchase:{order.pk}",
        at=at,
        user_id=user_id,
        unit_costs=costs,
    )
    for line, quantity in arrived.items():
        line.received += quantity
        line.save(update_fields=["received"])
    _average_costs(order.location_id, quantities, balances, costs)


def _average_costs(
    location_id: int,
    quantities: Mapping[int, Decimal],
    balances: Mapping[int, Balance],
    costs: Mapping[int, Decimal],
) -> None:
    """The moving average: old stock at its cost and new at its price, over both."""
    for item in StockItem.objects.filter(location_id=location_id, ingredient_id__in=quantities):
        key = item.ingredient_id
        before = max(balances[key].on_hand - quantities[key], Decimal(0))
        value = before * item.average_unit_cost + quantities[key] * costs[key]
        item.average_unit_cost = (value / (before + quantities[key])).quantize(COST)
        item.save(update_fields=["average_unit_cost"])


def _close_if_complete(
    order: PurchaseOrder, lines: list[PurchaseOrderLine], *, at: datetime
) -> None:
    complete = all(line.received >= line.quantity for line in lines)
    order.status = Status.RECEIVED if complete else Status.PARTLY_RECEIVED
    order.closed_at = at if complete else None
    order.save(update_fields=["status", "closed_at"])
