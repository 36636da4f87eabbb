"""Suppliers and their lists: an ingredient is ordered by itself from one supplier at most."""

from django.db import transaction

from config.errors import NotFound
from stock import errors
from stock.models import Supplier, SupplierItem


@transaction.atomic
def save_supplier_item(*, item: SupplierItem) -> None:
    """Save a checked item; when it is preferred, the ingredient is no longer so elsewhere."""
    if item.preferred:
        others = SupplierItem.objects.filter(ingredient_id=item.ingredient_id, preferred=True)
        others.exclude(pk=item.pk).update(preferred=False)
    item.save()


def remove_supplier_item(*, item_id: int, supplier_id: int) -> None:
    """Take an item off the supplier's list; past orders keep their lines. Raises NotFound."""
    deleted, _ = SupplierItem.objects.filter(pk=item_id, supplier_id=supplier_id).delete()
    if not deleted:
        raise NotFound("There is no such item in the supplier's list.")


@transaction.atomic
def remove_supplier(*, supplier_id: int) -> None:
    """Delete a supplier of whom nothing was ever ordered. Raises NotFound and SupplierInUse."""
    supplier = Supplier.objects.filter(pk=supplier_id).first()
    if supplier is None:
        raise NotFound("There is no such supplier.")
    if supplier.purchase_orders.exists():
        raise errors.SupplierInUse(
            f"There are purchase orders to {supplier}. Switch its automatic orders off instead."
        )
    supplier.delete()
