"""What happened at a location since a revision, for programs that follow along."""

from typing import Any

from sales.models import Order
from sales.queries.orders import order_payload, views_of
from stock.models import Location

PAGE = 500
MARKS = {
    "menu_revision": "menu.changed",
    "stock_revision": "stock.changed",
    "shift_revision": "shift.changed",
}


def events_since(location_id: int, since: int) -> tuple[int, list[dict[str, Any]]]:
    """Events after `since` in ascending revision, and the revision to come back with.

    The latest state of everything that changed; states superseded meanwhile are left out. A change
    that commits during the reads is left to the next call. At most `PAGE` orders at once.
    """
    location = Location.objects.only("revision", *MARKS).get(pk=location_id)
    changed = Order.objects.live().filter(
        location_id=location_id, revision__gt=since, revision__lte=location.revision
    )
    orders = views_of(changed.order_by("revision")[:PAGE])
    upto = orders[-1].revision if len(orders) == PAGE else location.revision
    events = [
        {"revision": order.revision, "type": "order.changed", "order": order_payload(order)}
        for order in orders
    ]
    for mark, kind in MARKS.items():
        revision = getattr(location, mark)
        if since < revision <= upto:
            events.append({"revision": revision, "type": kind})
    return upto, sorted(events, key=lambda event: event["revision"])
