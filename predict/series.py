"""A product's daily sales as a value that forecasters read. Pure."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Series:
    """`units[i]` were sold on `days[i]`: every day the café was open, ascending, zeros included.

    It begins with the product's first sale; earlier days say nothing about it. A day missing
    between two others is one on which the café was closed.
    """

    days: tuple[date, ...] = ()
    units: tuple[int, ...] = ()

    def before(self, day: date) -> "Series":
        """What was known when `day` began."""
        end = bisect_left(self.days, day)
        return Series(self.days[:end], self.units[:end])

    def units_on(self, day: date) -> int | None:
        """Sold on `day`; None if the café was closed or the product not yet sold."""
        at = bisect_left(self.days, day)
        return self.units[at] if at < len(self.days) and self.days[at] == day else None


def make_series(sold: dict[date, int], open_days: list[date]) -> Series:
    """The series of a product that sold `sold` on some of the ascending `open_days`.

    Empty if it never sold.
    """
    first = min((day for day, units in sold.items() if units), default=None)
    if first is None:
        return Series()
    days = tuple(day for day in open_days if day >= first)
    return Series(days, tuple(sold.get(day, 0) for day in days))
