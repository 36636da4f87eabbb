"""The socket of the store room."""

import asyncio

from django.template.loader import render_to_string
from django.utils import timezone

from config.consumers import LiveConsumer
from stock.models import Location
from stock.queries.nav import read_nav

PACE_SECONDS = 1.0


class StockConsumer(LiveConsumer):
    """Tells its pages that stock or purchases changed, at most once in `PACE_SECONDS`.

    A frame is only the badge of the navigation with its mark. A page whose mark differs fetches its
    own part again, with its own filter (static/stock/stock.js): so one socket serves them all.
    """

    permission = "stock.view_stockitem"
    _paced = 0.0

    async def catch_up(self) -> None:
        clock = asyncio.get_running_loop().time
        await asyncio.sleep(max(0.0, self._paced + PACE_SECONDS - clock()))
        self._paced = clock()
        await super().catch_up()

    def region(self) -> tuple[int, str]:
        location = Location.objects.get(pk=self.location_id)
        nav = read_nav(location, at=timezone.now())
        return nav.revision, render_to_string("stock/nav.html#badge", {"nav": nav, "oob": True})
