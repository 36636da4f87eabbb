"""Changes to the kitchen's displays."""

from collections.abc import Iterable

from django.db import transaction

from config.live import broadcast_on_commit
from kds.models import Station
from sales.models import Category
from stock.services import raise_revision


@transaction.atomic
def show_new_categories(*, location_id: int, category_ids: Iterable[int]) -> list[str]:
    """Let every station show those of the categories that none of the location's shows yet.

    So that nothing sold goes unmade until someone decides who makes it. Returns their names. A
    station without categories shows everything already.
    """
    stations = Station.objects.filter(location_id=location_id)
    if not stations.exists() or stations.filter(categories=None).exists():
        return []
    new = Category.objects.filter(pk__in=category_ids).exclude(stations__in=stations)
    names = [category.name for category in new]
    for station in stations:
        station.categories.add(*new)
    if names:
        broadcast_on_commit(location_id, revision=raise_revision(location_id))
    return names
