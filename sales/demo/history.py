"""Draws a day of the demo café's guests: when they come, what they order and how they pay."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_CEILING, Decimal
from random import Random
from zoneinfo import ZoneInfo

from sales.cart import CartLine
from sales.demo.catalogue import GROUPS, PRODUCTS
from sales.menu import Menu, MenuGroup, MenuModifier, MenuProduct
from sales.models import Order, Payment
from sales.services.payments import Tender

SEED = "smart coffee"
ORDERS_A_DAY = 175
GROWTH_A_DAY = 0.0012

# Monday first.
WEEKDAYS = (0.92, 0.94, 0.97, 1.0, 1.14, 1.16, 1.03)
# Guests of each hour from 07:00 to 21:00.
WORKDAY_HOURS = (5, 13, 14, 10, 7, 9, 11, 8, 6, 6, 6, 7, 5, 3, 2)
WEEKEND_HOURS = (2, 4, 7, 11, 13, 12, 11, 9, 9, 8, 7, 6, 4, 3, 2)
OPENS = 7

# What one choice is drawn from, by the hour it begins at: shares of the categories.
DAYPARTS = (
    (0, {"Coffee": 66, "Tea": 12, "Cold drinks": 5, "Bakery": 12, "Kitchen": 5}),
    (11, {"Coffee": 42, "Tea": 13, "Cold drinks": 14, "Bakery": 13, "Kitchen": 18}),
    (15, {"Coffee": 40, "Tea": 17, "Cold drinks": 20, "Bakery": 19, "Kitchen": 4}),
    (19, {"Coffee": 28, "Tea": 28, "Cold drinks": 18, "Bakery": 18, "Kitchen": 8}),
)
LINES = (58, 30, 9, 3)
SIZES = {"S": 22, "M": 50, "L": 28}
NOTES = ("Extra hot, please", "No sugar", "Cut in half", "With a straw", "Less ice")
NAMES = (
    "Aru", "Dana", "Timur", "Alina", "Askar", "Madina", "Ivan", "Aliya", "Daniyar", "Sofia",
    "Nurlan", "Kamila", "Ruslan", "Zarina", "Marat", "Olga", "Yerlan", "Aizhan", "Pavel", "Saule",
)  # fmt: skip
BANKNOTES = (500, 1000, 2000, 5000)

_SHARES = {product.name: product.share for product in PRODUCTS}
_CHOICES = {m.id: m.share for group in GROUPS for m in group.modifiers}


@dataclass(frozen=True, slots=True)
class Guest:
    """An order as drawn, before it is priced."""

    at: datetime
    cart: tuple[CartLine, ...]
    order_type: str
    name: str
    note: str
    pays_cash: bool
    changes_mind: bool


def draw_day(day: date, menu: Menu, *, age: int) -> Iterator[Guest]:
    """The guests of `day`, earliest first; the same day always draws the same guests.

    `age` in days makes older days quieter, as for a café that grows.
    """
    rng = Random(f"{SEED} {day}")
    expected = ORDERS_A_DAY * WEEKDAYS[day.weekday()] * (1 - GROWTH_A_DAY * age)
    count = round(expected * rng.gauss(1, 0.06))
    for at in _arrivals(day, count, rng, ZoneInfo(menu.time_zone)):
        yield draw_guest(at, menu, rng)


def draw_guest(at: datetime, menu: Menu, rng: Random, *, first: str | None = None) -> Guest:
    """One guest who orders at `at` (aware), the `first` thing from that category if named."""
    to_go = rng.random() < 0.55
    hour = at.astimezone(ZoneInfo(menu.time_zone)).hour
    categories = [first or _draw_category(hour, rng)]
    categories += [_draw_category(hour, rng) for _ in range(_pick(rng, range(len(LINES)), LINES))]
    return Guest(
        at=at,
        cart=tuple(_draw_line(category, menu, rng) for category in categories),
        order_type=Order.Type.TO_GO if to_go else Order.Type.FOR_HERE,
        name=rng.choice(NAMES) if to_go and rng.random() < 0.8 else "",
        note=rng.choice(NOTES) if rng.random() < 0.02 else "",
        pays_cash=rng.random() < 0.3,
        changes_mind=rng.random() < 0.008,
    )


def draw_tender(total: Decimal, *, cash: bool, rng: Random) -> Tender:
    """How `total` is paid: exactly by card, or with whole banknotes."""
    if not cash:
        return Tender(Payment.Method.CARD, total)
    note = rng.choice(BANKNOTES)
    notes = (total / note).to_integral_value(ROUND_CEILING)
    return Tender(Payment.Method.CASH, notes * note)


def _arrivals(day: date, count: int, rng: Random, zone: ZoneInfo) -> list[datetime]:
    weights = WEEKEND_HOURS if day.weekday() >= 5 else WORKDAY_HOURS
    hours = rng.choices(range(OPENS, OPENS + len(weights)), weights, k=count)
    midnight = datetime.combine(day, time(), tzinfo=zone)
    offsets = sorted(timedelta(hours=hour, seconds=rng.randrange(3600)) for hour in hours)
    return [midnight + offset for offset in offsets]


def _draw_category(hour: int, rng: Random) -> str:
    shares = next(shares for start, shares in reversed(DAYPARTS) if hour >= start)
    return _pick(rng, list(shares), list(shares.values()))


def _draw_line(category: str, menu: Menu, rng: Random) -> CartLine:
    product = _draw_product(category, menu, rng)
    sizes = product.sizes
    return CartLine(
        product=product,
        size=_pick(rng, sizes, [SIZES.get(size.name, 50) for size in sizes]),
        modifiers=tuple(m for group in product.groups for m in _draw_modifiers(group, rng)),
        quantity=_pick(rng, (1, 2, 3), (92, 7, 1)),
    )


def _draw_product(category: str, menu: Menu, rng: Random) -> MenuProduct:
    products = [p for p in menu.on_sale if p.category.name == category]
    return _pick(rng, products, [_SHARES[p.name] for p in products])


def _draw_modifiers(group: MenuGroup, rng: Random) -> list[MenuModifier]:
    if group.minimum:
        return [_pick(rng, group.modifiers, [_CHOICES[m.id] for m in group.modifiers])]
    chosen = [m for m in group.modifiers if rng.random() * 100 < _CHOICES[m.id]]
    return chosen[: group.maximum]


def _pick(rng: Random, choices, weights):
    return rng.choices(choices, weights)[0]
