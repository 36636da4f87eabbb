"""Opens the demo café: its books read as if it had sold for thirteen weeks until this minute."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db import transaction

from sales.demo.days import Cafe, Visit, record_day
from sales.demo.history import SEED, draw_day, draw_guest
from sales.demo.menu import create_menu
from sales.demo.purchases import create_purchases, create_suppliers
from sales.demo.staff import create_staff
from sales.demo.stockroom import StockRoom, create_ingredients
from sales.models import Category, ModifierGroup, Order, Product
from sales.queries.menu import load_menu
from stock.models import Ingredient, Location
from stock.services import publish_menu, raise_revision

Status = Order.Status
Report = Callable[[str], None]

DAYS = 91
OPENS, CLOSES = time(6, 45), time(22, 15)
# The orders at work right now, oldest first: minutes old, how far, and what comes first in them.
AT_WORK = (
    (9, Status.READY, "Coffee"),
    (7, Status.READY, "Bakery"),
    (5, Status.PREPARING, "Coffee"),
    (4, Status.PREPARING, "Kitchen"),
    (2, Status.PENDING, "Kitchen"),
    (1, Status.PENDING, "Coffee"),
    (0.5, Status.PENDING, "Cold drinks"),
)
# By then the slowest order is handed over.
SETTLED = timedelta(minutes=12)


def is_needed() -> bool:
    """Whether the database is empty: no café, menu or stock yet, and nobody who signed up."""
    return not any(
        model.objects.exists()
        for model in (Location, Category, Product, ModifierGroup, Ingredient, User)
    )


@transaction.atomic
def create_cafe(*, now: datetime, days: int = DAYS, report: Report = lambda text: None) -> Location:
    """Create the café, its people, menu, stock, orders and history, with a shift open, or nothing.

    Only for an empty database (`is_needed`). The history of `days` whole days depends on their
    dates alone; today's part of it ends at `now`. `report` is told of progress.
    """
    location = Location.objects.create(
        name="Smart Coffee",
        slug="almaty",
        time_zone="Asia/Almaty",
        currency="KZT",
        tax_rate=12,
        address="Abay Avenue 17, Almaty",
    )
    staff = create_staff()
    ingredients = create_ingredients(location.pk)
    suppliers = create_suppliers(ingredients)
    create_menu(ingredients)
    report(f"Menu, recipes and staff are ready; now {days} days of sales.")
    cafe = Cafe(
        location_id=location.pk,
        menu=load_menu(location.pk, revision=0),
        staff=staff,
        room=StockRoom(location.pk, ingredients),
    )
    today = location.business_day(now)
    _record_past(cafe, today, days, report)
    location.serial = _record_today(cafe, today, now)
    location.serial_day = today
    location.save(update_fields=["serial", "serial_day"])
    create_purchases(location, suppliers, staff["manager"], now=now)
    report(f"Today: {location.serial} orders so far, {len(AT_WORK)} of them at work.")
    publish_menu()
    return location


def _record_past(cafe: Cafe, today: date, days: int, report: Report) -> None:
    manager, orders = cafe.staff["manager"].pk, 0
    for age in range(days, 0, -1):
        day = today - timedelta(days=age)
        morning = _at(cafe, day, time(6, 30))
        if age == days:
            cafe.room.count(morning, manager)
        else:
            cafe.room.receive(morning, manager)
        visits = [Visit(guest) for guest in draw_day(day, cafe.menu, age=age)]
        orders += record_day(
            cafe, visits, opened_at=_at(cafe, day, OPENS), closed_at=_at(cafe, day, CLOSES)
        )
        if age % 7 == 1:
            cafe.room.save()
            report(f"{orders:,} orders up to {day}, {age - 1} days to go.")


def _record_today(cafe: Cafe, today: date, now: datetime) -> int:
    at_work = list(_at_work(cafe, today, now))
    opened_at = min(_at(cafe, today, OPENS), at_work[0].guest.at - timedelta(minutes=5))
    cafe.room.receive(opened_at, cafe.staff["manager"].pk, everything=True)
    settled = [
        Visit(guest) for guest in draw_day(today, cafe.menu, age=0) if guest.at <= now - SETTLED
    ]
    count = record_day(cafe, settled + at_work, opened_at=opened_at, closed_at=None)
    cafe.room.spoil(now, cafe.staff["manager"].pk)
    cafe.room.save()
    return count


def _at_work(cafe: Cafe, today: date, now: datetime) -> Iterator[Visit]:
    rng = Random(f"{SEED} {today} at work")
    day_began = _at(cafe, today, cafe.menu.business_day_start)
    for minutes, status, first in AT_WORK:
        at = max(day_began, now - timedelta(minutes=minutes))
        guest = draw_guest(at, cafe.menu, rng, first=first)
        yield Visit(guest, status, raise_revision(cafe.location_id))


def _at(cafe: Cafe, day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=ZoneInfo(cafe.menu.time_zone))
