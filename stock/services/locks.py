"""Rows held while they are changed."""

from config.errors import NotFound
from stock.models import PurchaseOrder


def lock_purchase_order(order_id: int, *, location_id: int) -> PurchaseOrder:
    """The order, its row held till the commit. Raises NotFound."""
    order = (
        PurchaseOrder.objects.select_for_update()
        .filter(pk=order_id, location_id=location_id)
        .first()
    )
    if order is None:
        raise NotFound("There is no such purchase order.")
    return order
