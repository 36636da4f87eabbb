"""Pieces of the kitchen display, the same for page, answer and push."""

from django.template.loader import render_to_string

from kds.models import Station
from kds.queries import Board, last_served, read_ticket
from sales.models import Order


def render_board(board: Board) -> str:
    """Everything on the screen that changes."""
    return render_to_string("kds/board.html#region", {"board": board, "station": board.station})


def render_change(station: Station, order_id: int) -> str:
    """What the change of one order changes at `station`; "" if it shows nothing of that order.

    Elements to be swapped out of band. Raises NotFound.
    """
    ticket = read_ticket(station, order_id)
    if not ticket.lines:
        return ""
    context = {"ticket": ticket, "station": station, "oob": True}
    partial = "ticket" if ticket.is_shown else "gone"
    changed = render_to_string(f"kds/board.html#{partial}", context)
    if ticket.order.status not in (Order.Status.COMPLETED, Order.Status.READY):
        return changed
    # Serving and recalling change which order is the last one served.
    context["recall"] = last_served(station)
    return changed + render_to_string("kds/board.html#recall", context)
