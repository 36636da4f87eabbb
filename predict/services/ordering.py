"""From a forecast to purchase orders."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from predict.errors import NothingToOrder
from predict.queries.tomorrow import Tomorrow, read_tomorrow
from stock.models import Ingredient, PurchaseOrder
from stock.services import order_packs


@transaction.atomic
def order_ingredients(
    *,
    location_id: int,
    ingredient_ids: Collection[int],
    user_id: int | None,
    at: datetime | None = None,
) -> list[PurchaseOrder]:
    """Order what tomorrow's forecast lacks of the ingredients, in whole packs, of each supplier.

    Covers 1.5 times the forecast of all products, less what is there and on order; so a second call
    raises NothingToOrder, as for ingredients nobody delivers.
    """
    at = at or timezone.now()
    # Held till the commit, so that two taps at once become one order. Not the stock rows, which
    # ingredients never stocked lack; and no lock that a sale's foreign keys would wait for.
    held = Ingredient.objects.select_for_update(no_key=True).filter(pk__in=ingredient_ids)
    list(held.order_by("pk"))
    outlook = read_tomorrow(location_id, at=at)
    supplies = [outlook.supplies[key] for key in ingredient_ids if key in outlook.supplies]
    packs = {supply.item.pk: supply.packs for supply in supplies if supply.packs}
    if not packs:
        raise NothingToOrder(_why_nothing(outlook, ingredient_ids))
    return order_packs(location_id=location_id, packs=packs, user_id=user_id, at=at)


def _why_nothing(outlook: Tomorrow, ingredient_ids: Collection[int]) -> str:
    if outlook.run is None:
        return "There is no forecast to order by."
    supplies = [outlook.supplies[key] for key in ingredient_ids if key in outlook.supplies]
    if not supplies:
        return "The forecast takes none of it."
    if all(supply.item is None and supply.missing > 0 for supply in supplies):
        return "Nobody delivers it."
    return "There is enough, or enough is on order."
