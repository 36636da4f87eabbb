"""What a kitchen display and the order-ready screen show."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from config.errors import NotFound
from kds.models import Station
from sales.models import Order, OrderLine
from sales.queries.orders import LineView, OrderView, active_orders, order_by_id, views_of
from stock.models import Location

WARN_SECONDS = 5 * 60
LATE_SECONDS = 10 * 60
# How long a cancelled order stays to be seen, so that it is not mistaken for a served one.
CANCELLED_SECONDS = 2 * 60
NEWEST = 500
NEXT = {Order.Status.PENDING: "preparing", Order.Status.PREPARING: "ready"}


@dataclass(frozen=True, slots=True)
class Ticket:
    """An order as one station sees it: its own lines, and what others prepare of it."""

    order: OrderView
    lines: tuple[LineView, ...]
    elsewhere: tuple[LineView, ...]
    now: datetime

    @property
    def position(self) -> int:
        """Ascends with age: oldest first. Microseconds since 1970."""
        return round(self.order.created_at.timestamp() * 1_000_000)

    @property
    def since(self) -> datetime:
        """When the running wait began: to be made, to be fetched, or to be forgotten."""
        return self.order.cancelled_at or self.order.ready_at or self.order.created_at

    @property
    def seconds(self) -> int:
        return max(0, int((self.now - self.since).total_seconds()))

    @property
    def clock(self) -> str:
        """`seconds` as people read them: 4:07, 1 h 20. static/kds/board.js goes on from there."""
        minutes, seconds = divmod(self.seconds, 60)
        return f"{minutes}:{seconds:02}" if minutes < 60 else f"{minutes // 60} h {minutes % 60}"

    @property
    def age(self) -> str:
        """fresh, warn or late; only what is still to be made can be late."""
        if self.order.status not in NEXT or self.seconds < WARN_SECONDS:
            return "fresh"
        return "warn" if self.seconds < LATE_SECONDS else "late"

    @property
    def next_status(self) -> str:
        """Where the button moves it."""
        return NEXT.get(self.order.status, "completed")

    @property
    def is_shown(self) -> bool:
        """Whether it has a place on the station's display."""
        forgotten = self.order.cancelled_at and self.seconds >= CANCELLED_SECONDS
        done = self.order.status == Order.Status.COMPLETED
        return bool(self.lines) and not (forgotten or done)


@dataclass(frozen=True, slots=True)
class Share:
    """The `categories` a station prepares, or with `all_but` every one but these.

    What no station of the location prepares, such as a category just added, is on all of them: so
    nothing that is sold goes unmade.
    """

    categories: frozenset[int]
    all_but: bool

    def __contains__(self, category_id: int | None) -> bool:
        return (category_id in self.categories) != self.all_but

    @property
    def lines(self) -> Q:
        """The condition for order lines of these categories."""
        named = Q(category__in=self.categories)
        return ~named if self.all_but else named


@dataclass(frozen=True, slots=True)
class Board:
    """A station's tickets, oldest first, at least as new as `revision`."""

    station: Station
    revision: int
    tickets: tuple[Ticket, ...]
    recall: Order | None

    warn_seconds = WARN_SECONDS
    late_seconds = LATE_SECONDS
    cancelled_seconds = CANCELLED_SECONDS


@dataclass(frozen=True, slots=True)
class ReadyBoard:
    """Orders that customers wait for, oldest first, at least as new as `revision`."""

    revision: int
    going: tuple[Order, ...]
    ready: tuple[Order, ...]


def stations_at(location_id: int) -> QuerySet[Station]:
    """The location's displays in their order."""
    return Station.objects.filter(location_id=location_id)


def find_station(location_id: int, slug: str) -> Station:
    """The station, with its `share` of the menu. Raises NotFound."""
    station = stations_at(location_id).filter(slug=slug).select_related("location").first()
    if station is None:
        raise NotFound("There is no such station.")
    station.share = _share(station)
    return station


def read_board(location_id: int, slug: str) -> Board:
    """Everything the station shows, in a fixed number of queries. Raises NotFound."""
    revision = _revision(location_id)
    station = find_station(location_id, slug)
    now = timezone.now()
    orders = [*active_orders(location_id), *_just_cancelled(location_id, revision, now)]
    tickets = [_ticket(order, station.share, now) for order in orders]
    return Board(
        station=station,
        revision=revision,
        tickets=tuple(sorted((t for t in tickets if t.is_shown), key=_by_age)),
        recall=last_served(station),
    )


def read_ticket(station: Station, order_id: int) -> Ticket:
    """One order as the station sees it; without `lines` it is none of its business.

    Raises NotFound.
    """
    order = order_by_id(order_id, location_id=station.location_id)
    return _ticket(order, station.share, timezone.now())


def last_served(station: Station) -> Order | None:
    """Today's order last handed over with anything of this station: what a recall brings back."""
    served = Order.objects.live().filter(
        location_id=station.location_id,
        status=Order.Status.COMPLETED,
        business_day=station.location.business_day(timezone.now()),
    )
    lines = OrderLine.objects.filter(station.share.lines, order=OuterRef("pk"))
    served = served.filter(Exists(lines))
    return served.only("pk", "number").order_by("-revision").first()


def read_ready(location_id: int) -> ReadyBoard:
    """What the order-ready screen shows, in two queries."""
    revision = _revision(location_id)
    orders = Order.objects.filter(location_id=location_id, status__in=Order.ACTIVE)
    orders = list(
        orders.only("number", "customer_name", "status", "ready_at").order_by("created_at", "id")
    )
    ready = [order for order in orders if order.status == Order.Status.READY]
    return ReadyBoard(
        revision=revision,
        going=tuple(order for order in orders if order.status != Order.Status.READY),
        ready=tuple(sorted(ready, key=lambda order: (order.ready_at, order.pk))),
    )


def _revision(location_id: int) -> int:
    # Before the orders: what they show is then this revision or newer, never older.
    return Location.objects.values_list("revision", flat=True).get(pk=location_id)


def _just_cancelled(location_id: int, revision: int, now: datetime) -> list[OrderView]:
    """Orders cancelled lately, in one query where there are none."""
    orders = Order.objects.filter(
        location_id=location_id,
        revision__gt=max(0, revision - NEWEST),  # an index range; none of them lies further back
        status=Order.Status.CANCELLED,
        cancelled_at__gt=now - timedelta(seconds=CANCELLED_SECONDS),
    )
    return views_of(orders)


def _by_age(ticket: Ticket) -> tuple[datetime, int]:
    return ticket.order.created_at, ticket.order.id


def _share(station: Station) -> Share:
    links = stations_at(station.location_id).order_by().values_list("pk", "categories")
    shown = list(links)  # a station without categories has one row, without a category
    own = frozenset(category for shower, category in shown if shower == station.pk and category)
    if own and any(category is None for _, category in shown):
        return Share(own, all_but=False)
    others = frozenset(category for _, category in shown if category) - own
    return Share(others if own else frozenset(), all_but=True)


def _ticket(order: OrderView, share: Share, now: datetime) -> Ticket:
    own = [line.category_id in share for line in order.lines]
    return Ticket(
        order=order,
        lines=tuple(line for line, mine in zip(order.lines, own, strict=True) if mine),
        elsewhere=tuple(line for line, mine in zip(order.lines, own, strict=True) if not mine),
        now=now,
    )
