"""What a forecast means for the store room. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum

# Stock below this many times the forecast is too close.
MARGIN = Decimal("1.5")


class Status(StrEnum):
    """How a product's stock stands to its forecast, most urgent first.

    NO_HISTORY is any product without one: not sold for long, or the café does not open that day.
    """

    CRITICAL = "CRITICAL"
    WARNING = "WARNING"
    OK = "OK"
    NO_HISTORY = "NO_HISTORY"


URGENCY = {status: rank for rank, status in enumerate(Status)}


@dataclass(frozen=True, slots=True)
class Portions:
    """How many whole portions stock allows, and the ingredient that runs out first.

    A `count` of None is without limit: there is no recipe. What was never stocked counts as none.
    """

    count: int | None = None
    scarcest: int | None = None


def portions_of(recipe: Mapping[int, Decimal], on_hand: Mapping[int, Decimal]) -> Portions:
    """Portions from `recipe`, base units of each ingredient in one. What is owed counts as none."""
    left = _left(recipe, on_hand)
    if not left:
        return Portions()
    scarcest = min(left, key=lambda key: (left[key], key))
    return Portions(_whole(left[scarcest], ROUND_FLOOR), scarcest)


def short_of(
    recipe: Mapping[int, Decimal], on_hand: Mapping[int, Decimal], forecast: Decimal
) -> list[int]:
    """The ingredients of which stock does not allow 1.5 times the forecast, the scarcest first."""
    left = _left(recipe, on_hand)
    short = [k for k, allowed in left.items() if _whole(allowed, ROUND_FLOOR) < MARGIN * forecast]
    return sorted(short, key=lambda key: (left[key], key))


def status_of(portions: int | None, forecast: Decimal | None) -> Status:
    """CRITICAL below the forecast, WARNING below 1.5 times it, else OK."""
    if forecast is None:
        return Status.NO_HISTORY
    if portions is None:
        return Status.OK
    if portions < forecast:
        return Status.CRITICAL
    return Status.WARNING if portions < MARGIN * forecast else Status.OK


def urgency(status: Status, portions: int | None, forecast: Decimal | None) -> tuple[int, Decimal]:
    """Sorts the most urgent first: by status, then by how far stock goes."""
    if portions is None or not forecast:
        return URGENCY[status], Decimal("Infinity")
    return URGENCY[status], portions / forecast


def wanted(
    forecasts: Iterable[tuple[Decimal, Mapping[int, Decimal]]],
) -> dict[int, Decimal]:
    """Base units of each ingredient that make all forecasts come out OK.

    Takes each product's forecast with its recipe; counts 1.5 times as many, in whole portions.
    """
    total: dict[int, Decimal] = {}
    for forecast, recipe in forecasts:
        count = _whole(MARGIN * forecast, ROUND_CEILING)
        for key, quantity in recipe.items():
            total[key] = total.get(key, Decimal(0)) + count * quantity
    return total


def _left(recipe: Mapping[int, Decimal], on_hand: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """How many portions each ingredient of the recipe allows by itself."""
    return {
        key: max(on_hand.get(key, Decimal(0)), Decimal(0)) / quantity
        for key, quantity in recipe.items()
    }


def _whole(value: Decimal, rounding: str) -> int:
    return int(value.to_integral_value(rounding))
