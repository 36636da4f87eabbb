"""Sockets of the kitchen: a station's tickets, and the order-ready screen."""

from collections.abc import Hashable
from typing import ClassVar

from django.template.loader import render_to_string

from config.consumers import LiveConsumer
from kds.fragments import render_board, render_change
from kds.models import Station
from kds.queries import find_station, read_board, read_ready


class StationConsumer(LiveConsumer):
    """The tickets of the station in the address. Raises NotFound for one there is not."""

    permission = "sales.move_order"
    # By kind. Fragments trust it: an edit of a station raises the revision, and so pushes regions.
    stations: ClassVar[dict[Hashable, Station]] = {}

    def prepare(self) -> None:
        self.stations[self.kind] = find_station(self.location_id, self.slug)

    @property
    def slug(self) -> str:
        return self.scope["url_route"]["kwargs"]["slug"]

    @property
    def kind(self) -> Hashable:
        return (*super().kind, self.slug)

    def region(self) -> tuple[int, str]:
        board = read_board(self.location_id, self.slug)
        self.stations[self.kind] = board.station
        return board.revision, render_board(board)

    def fragment(self, order_id: int | None) -> str | None:
        if order_id is None:
            return None
        return render_change(self.stations[self.kind], order_id)


class ReadyConsumer(LiveConsumer):
    """The order-ready screen: few and short lines, always pushed as a whole."""

    permission = "sales.view_order"

    def region(self) -> tuple[int, str]:
        board = read_ready(self.location_id)
        return board.revision, render_to_string("kds/ready.html#region", {"board": board})
