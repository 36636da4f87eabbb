"""What a screen shows, as a browser would have it after every frame, and what it should show."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.template.loader import render_to_string

from kds.queries import read_board, read_ready
from reports.queries import read_revenue_board

Tickets = dict[int, tuple[int, str]]


@dataclass
class Kitchen:
    """The tickets of a station: revision and status by order id, oldest first."""

    tickets: Tickets = field(default_factory=dict)
    positions: dict[int, int] = field(default_factory=dict)

    def apply(self, frame: str) -> None:
        _Frame(self).feed(frame)

    @property
    def shown(self) -> Tickets:
        order = sorted(self.tickets, key=lambda key: (self.positions[key], key))
        return {key: self.tickets[key] for key in order}


def kitchen_shown(frames: list[str]) -> Tickets:
    """What is on the display after `frames`."""
    kitchen = Kitchen()
    for frame in frames:
        kitchen.apply(frame)
    return kitchen.shown


def kitchen_truth(location_id: int, slug: str) -> Tickets:
    """What the database says the display should show."""
    board = read_board(location_id, slug)
    return {t.order.id: (t.order.revision, str(t.order.status)) for t in board.tickets}


def ready_shown(frames: list[str]) -> list[list[int]]:
    """Numbers in progress and ready, of the last frame."""
    going, _, done = frames[-1].partition('id="ready-done"')
    return [[int(n) for n in re.findall(r"<strong>(\d+)", part)] for part in (going, done)]


def ready_truth(location_id: int) -> list[list[int]]:
    """What the order-ready screen should show."""
    board = read_ready(location_id)
    return [[order.number for order in orders] for orders in (board.going, board.ready)]


def figures_shown(frames: list[str]) -> list[str]:
    """Revenue, orders, average ticket, in progress, of the last frame."""
    return re.findall(r'class="figure-value">([^<]*)<', frames[-1])


def figures_truth(location_id: int) -> list[str]:
    """What the revenue board should show."""
    board = read_revenue_board(location_id)
    return figures_shown([render_to_string("reports/live.html#region", {"board": board})])


class _Frame(HTMLParser):
    def __init__(self, kitchen: Kitchen) -> None:
        super().__init__()
        self.kitchen = kitchen

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if values.get("id") == "tickets":
            self.kitchen.tickets.clear()
        if tag != "article":
            return
        key = int(values["id"].removeprefix("ticket-"))
        if "data-gone" in values:
            self.kitchen.tickets.pop(key, None)
        else:
            self.kitchen.tickets[key] = (int(values["data-revision"]), values["data-state"])
            self.kitchen.positions[key] = int(values["data-order"])
