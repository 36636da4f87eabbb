"""The socket of the revenue board."""

from django.template.loader import render_to_string

from config.consumers import LiveConsumer
from reports.queries import read_revenue_board


class BoardConsumer(LiveConsumer):
    """Every order changes every figure, so the board is always pushed as a whole.

    Also when nothing happens: the time it compares with moves on, and the business day ends.
    """

    permission = "sales.view_revenue"
    refresh_seconds = 30.0

    def region(self) -> tuple[int, str]:
        board = read_revenue_board(self.location_id)
        return board.revision, render_to_string("reports/live.html#region", {"board": board})
