"""Making menu changes known."""

from django.db import transaction

from config.live import broadcast_on_commit
from stock.models import Location
from stock.services import raise_revision


@transaction.atomic
def publish_menu() -> None:
    """Make every location read its menu afresh and tell its screens.

    Call in the transaction of any change to the menu, a recipe, a cost or a location's settings.
    """
    for location_id in Location.objects.order_by("pk").values_list("pk", flat=True):
        revision = raise_revision(location_id, touched="menu")
        broadcast_on_commit(location_id, revision=revision)
