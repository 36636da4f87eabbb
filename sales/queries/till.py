"""What a till must know before it may sell, in one query."""

from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery

from sales import errors
from sales.menu import Menu
from sales.models import Order, Shift
from sales.queries.menu import menu_for
from stock.models import Location


@dataclass(frozen=True, slots=True)
class Till:
    """A location as a till finds it: its open shift, and the order its key already made."""

    location_id: int
    menu_revision: int
    shift_id: int | None
    placed_order_id: int | None
    revision: int

    @property
    def menu(self) -> Menu:
        return menu_for(self.location_id, revision=self.menu_revision)


def find_till(location: int | str | None = None, *, key: str | None = None) -> Till:
    """The till at a location: by id, by slug, or the only one there is.

    Raises UnknownLocation, or LocationRequired when there are several and none was named.
    """
    rows = list(_tills(_locations(location), key)[:2])
    if not rows:
        raise errors.UnknownLocation
    if len(rows) > 1:
        raise errors.LocationRequired
    return Till(*rows[0])


def _locations(location: int | str | None) -> QuerySet[Location]:
    if location is None:
        return Location.objects.all()
    if isinstance(location, int):
        return Location.objects.filter(pk=location)
    return Location.objects.filter(slug=location)


def _tills(locations: QuerySet[Location], key: str | None) -> QuerySet:
    open_shift = Shift.objects.filter(location=OuterRef("pk"), closed_at=None).order_by()
    placed = Order.objects.filter(location=OuterRef("pk"), idempotency_key=key or "").order_by()
    return (
        locations.order_by()
        .annotate(
            open_shift=Subquery(open_shift.values("pk")[:1]),
            placed=Subquery(placed.values("pk")[:1]),
        )
        .values_list("pk", "menu_revision", "open_shift", "placed", "revision")
    )
