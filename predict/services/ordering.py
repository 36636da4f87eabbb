"""From a forecast to a purchase order."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from predict.errors import NothingToOrder
from predict.queries.tomorrow import read_tomorrow
from stock.models import Ingredient, PurchaseOrder
from stock.services import order_packs


@transaction.atomic
def order_ingredient(
    *, location_id: int, ingredient_id: int, user_id: int | None, at: datetime | None = None
) -> PurchaseOrder:
    """Order what tomorrow's forecast lacks of an ingredient, in whole packs.

    Covers 1.5 times the forecast of all products, less what is there and on order; so a second call
    raises NothingToOrder, as for an ingredient nobody delivers.
    """
    at = at or timezone.now()
    # Held till the commit, so that two taps at once become one order. Not the stock row, which an
    # ingredient never stocked lacks; and no lock that a sale's foreign keys would wait for.
    Ingredient.objects.select_for_update(no_key=True).filter(pk=ingredient_id).first()
    supply = read_tomorrow(location_id, at=at).supplies.get(ingredient_id)
    if supply is None or not supply.packs:
        raise NothingToOrder("There is enough, or enough is on order.")
    [order] = order_packs(
        location_id=location_id, packs={supply.item.pk: supply.packs}, user_id=user_id, at=at
    )
    return order
