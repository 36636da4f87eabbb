"""The demo café's purchase orders: a month of deliveries, and one in each state today."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from django.contrib.auth.models import User

from config.money import format_money
from sales.demo.deliveries import BAKERY, DAIRY, PACKAGING, PRODUCE, ROASTERY, SUPPLIERS
from sales.demo.pantry import INGREDIENTS, IngredientSpec
from stock.models import (
    Ingredient,
    Location,
    MailAttempt,
    PurchaseOrder,
    PurchaseOrderLine,
    StockMovement,
    Supplier,
    SupplierItem,
)
from stock.services import check_stock, receive_purchase_order

Status = PurchaseOrder.Status
Mail = PurchaseOrder.Mail
DAYS = 28


def create_suppliers(ingredients: Mapping[str, Ingredient]) -> dict[str, Supplier]:
    """Create the suppliers, all of them ordered from by themselves; returns them by name."""
    specs = {spec.name: spec for spec in INGREDIENTS}
    suppliers = {}
    for supplier in SUPPLIERS:
        suppliers[supplier.name] = made = Supplier.objects.create(
            name=supplier.name,
            email=supplier.email,
            contact=supplier.contact,
            phone=supplier.phone,
            lead_time_days=supplier.lead_days,
            delivery_weekdays=list(supplier.weekdays),
            minimum_order=supplier.minimum,
            order_cap=supplier.cap,
            auto_order=Supplier.AutoOrder.SEND,
        )
        SupplierItem.objects.bulk_create(
            _item(made, ingredients[name], specs[name]) for name in supplier.delivers
        )
    return suppliers


def create_purchases(
    location: Location, suppliers: Mapping[str, Supplier], manager: User, *, now: datetime
) -> None:
    """Give the deliveries of the last weeks their orders, and today one in each state.

    The ledger must be written. What is low by then is ordered as a sale would have done it.
    """
    _explain_receipts(location, now)
    orders = _Orders(location, now)
    packaging, roastery = suppliers[PACKAGING], suppliers[ROASTERY]
    orders.sent(roastery, {"Coffee beans": 30, "Filter coffee": 6}, days_ago=1)
    orders.sent(packaging, {"Cup M": 20, "Lid 90 mm": 25}, days_ago=2, status=Status.CONFIRMED)
    partly = orders.sent(suppliers[DAIRY], {"Whole milk": 40, "Oat milk": 20}, days_ago=1)
    milk = partly.lines.get(ingredient__name="Whole milk")
    receive_purchase_order(
        order_id=partly.pk,
        location_id=location.pk,
        quantities={milk.pk: 25 * milk.pack_size},
        user_id=manager.pk,
        at=now,
    )
    orders.cancelled(suppliers[BAKERY], {"Baursak": 4}, days_ago=3)
    orders.cancelled(suppliers[PRODUCE], {"Mint": 2}, days_ago=6)
    orders.held(packaging, {"Cup L": 160, "Cold cup L": 60}, manager)
    check_stock(location_id=location.pk, at=now)


class _Orders:
    """Writes orders as they were left some days ago."""

    def __init__(self, location: Location, now: datetime) -> None:
        self._location, self._now = location, now

    def sent(
        self, supplier: Supplier, packs: dict[str, int], *, days_ago: int, status: str = Status.SENT
    ) -> PurchaseOrder:
        at = self._now - timedelta(days=days_ago)
        order = self._make(supplier, packs, at=at, status=status)
        _mark_sent(order, at + timedelta(minutes=1))
        order.save()
        MailAttempt.objects.create(
            order=order, at=order.sent_at, recipient=supplier.email, accepted=True
        )
        return order

    def cancelled(self, supplier: Supplier, packs: dict[str, int], *, days_ago: int) -> None:
        at = self._now - timedelta(days=days_ago)
        order = self._make(supplier, packs, at=at, status=Status.CANCELLED)
        order.closed_at = at + timedelta(minutes=20)
        order.save()

    def held(self, supplier: Supplier, packs: dict[str, int], author: User) -> None:
        """A draft that is too dear to go without a person."""
        at = self._now - timedelta(hours=2)
        order = self._make(supplier, packs, at=at, status=Status.DRAFT)
        order.created_by = author
        order.mail_error = (
            f"Above the cap of {format_money(supplier.order_cap, order.currency)} per order."
        )
        order.save()

    def _make(
        self, supplier: Supplier, packs: dict[str, int], *, at: datetime, status: str
    ) -> PurchaseOrder:
        order = PurchaseOrder.objects.create(
            location=self._location,
            supplier=supplier,
            status=status,
            currency=self._location.currency,
            created_at=at,
            expected_on=supplier.delivers_on(self._location.local(at).date()),
        )
        items = {item.ingredient.name: item for item in supplier.items.select_related("ingredient")}
        PurchaseOrderLine.objects.bulk_create(
            _line(order, items[name], count) for name, count in packs.items()
        )
        return order


def _explain_receipts(location: Location, now: datetime) -> None:
    """Write the orders that the last weeks' receipts answer, and refer the receipts to them."""
    items = {item.ingredient_id: item for item in SupplierItem.objects.select_related("supplier")}
    receipts = StockMovement.objects.filter(
        location=location,
        reason=StockMovement.Reason.RECEIPT,
        created_at__gt=now - timedelta(days=DAYS),
    ).order_by("created_at", "pk")
    deliveries: dict[tuple, list[StockMovement]] = defaultdict(list)
    for receipt in receipts:
        item = items.get(receipt.ingredient_id)
        if item is not None:
            deliveries[receipt.created_at, item.supplier_id].append(receipt)
    for (arrived_at, _), movements in deliveries.items():
        _explain(location, items, movements, arrived_at)


def _explain(
    location: Location,
    items: Mapping[int, SupplierItem],
    movements: list[StockMovement],
    arrived_at: datetime,
) -> None:
    supplier = items[movements[0].ingredient_id].supplier
    ordered_at = arrived_at - timedelta(days=supplier.lead_time_days, hours=9)
    order = PurchaseOrder(
        location=location,
        supplier=supplier,
        status=Status.RECEIVED,
        currency=location.currency,
        created_at=ordered_at,
        expected_on=location.local(arrived_at).date(),
        closed_at=arrived_at,
    )
    _mark_sent(order, ordered_at + timedelta(minutes=1))
    order.save()
    lines = []
    for movement in movements:
        item = items[movement.ingredient_id]
        line = _line(order, item, int(movement.quantity / item.pack_size))
        line.received = movement.quantity
        lines.append(line)
    PurchaseOrderLine.objects.bulk_create(lines)
    StockMovement.objects.filter(pk__in=[movement.pk for movement in movements]).update(
        reference=f"purchase:{order.pk}"
    )


def _mark_sent(order: PurchaseOrder, at: datetime) -> None:
    order.claimed_at = order.sent_at = at
    order.mail, order.mail_attempts = Mail.SENT, 1


def _line(order: PurchaseOrder, item: SupplierItem, packs: int) -> PurchaseOrderLine:
    return PurchaseOrderLine(
        order=order,
        ingredient_id=item.ingredient_id,
        packs=packs,
        pack_size=item.pack_size,
        pack_name=item.pack_name,
        sku=item.sku,
        price=item.price,
    )


def _item(supplier: Supplier, ingredient: Ingredient, spec: IngredientSpec) -> SupplierItem:
    return SupplierItem(
        supplier=supplier,
        ingredient=ingredient,
        pack_name=_pack_name(spec),
        pack_size=Decimal(spec.pack),
        sku=f"{supplier.name[:2].upper()}-{ingredient.pk:03}",
        price=Decimal(spec.cost) * spec.pack,
    )


def _pack_name(spec: IngredientSpec) -> str:
    if spec.unit == "pc":
        return f"box of {spec.pack}"
    if spec.pack < 1000:
        return f"{spec.pack} {spec.unit}"
    return f"{spec.pack / 1000:g} {'l' if spec.unit == 'ml' else 'kg'}"
