"""The live hub's sending half: one hint per committed change, and nothing else sends.

The database is the truth; a message only says "location 1 is at revision 4711, order 812 changed".
"""

import logging

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

logger = logging.getLogger(__name__)


def location_group(location_id: int) -> str:
    """The channel-layer group of a location's screens."""
    return f"location.{location_id}"


def broadcast_on_commit(location_id: int, *, revision: int, order_id: int | None = None) -> None:
    """Tell the location's screens after the commit; a broken channel layer never fails a sale."""
    message = {"type": "live.changed", "revision": revision, "order_id": order_id}
    transaction.on_commit(
        lambda: async_to_sync(get_channel_layer().group_send)(location_group(location_id), message),
        robust=True,
    )
