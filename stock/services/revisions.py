"""The location's revision: the counter every live screen follows."""

from typing import Literal

from django.db import connection, transaction

from config.live import broadcast_on_commit
from stock.models import Location

Mark = Literal["menu", "stock", "shift"]


def raise_revision(location_id: int, *touched: Mark) -> int:
    """Raise the location's revision by one and return it, holding its row till the commit.

    Call near the end of the transaction. `touched` also marks what changed besides orders.
    """
    mark = "".join(f", {name}_revision = revision + 1" for name in touched)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE stock_location SET revision = revision + 1{mark}"
            " WHERE id = %s RETURNING revision",
            [location_id],
        )
        return cursor.fetchone()[0]


def publish_stock(location_id: int, *also: Mark) -> None:
    """Raise the revision and tell the screens that stock or purchases changed, and what `also`."""
    broadcast_on_commit(location_id, revision=raise_revision(location_id, "stock", *also))


@transaction.atomic
def publish_menu() -> None:
    """Make every location read its menu afresh and tell its screens.

    Call in the transaction of any change to the menu, a recipe, a cost or a location's settings.
    """
    for location_id in Location.objects.order_by("pk").values_list("pk", flat=True):
        revision = raise_revision(location_id, "menu")
        broadcast_on_commit(location_id, revision=revision)
