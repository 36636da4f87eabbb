"""The dashboard in the shapes its template needs. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from reports.dashboard import ZERO, Dashboard, Sales
from reports.periods import EARLIEST, Period
from reports.queries import Change, compare

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
# Shades of the hour table, from nothing to the busiest hour.
LEVELS = 6


@dataclass(frozen=True, slots=True)
class HeatCell:
    """An hour of a weekday; `level` from 0 (nothing sold) to LEVELS − 1 (the most)."""

    sales: Sales
    level: int


@dataclass(frozen=True, slots=True)
class DashboardPage:
    """A dashboard with its comparisons, neighbours and tables.

    Business days begin in `first_hour`: the hours after midnight come after those before it.
    """

    dashboard: Dashboard
    currency: str
    first_hour: int

    @property
    def period(self) -> Period:
        return self.dashboard.period

    @property
    def day(self) -> date:
        """The day that links ask for: today where it lies in the period, so that none drifts."""
        today = self.dashboard.today
        return today if self.period.start <= today <= self.period.end else self.dashboard.day

    @property
    def previous_date(self) -> date | None:
        """A day of the period before this one, or None where no sale can be that old."""
        previous = self.period.previous
        return max(previous.start, EARLIEST) if previous.end >= EARLIEST else None

    @property
    def next_date(self) -> date | None:
        """A day of the period after this one, or None while it has not begun."""
        following = self.period.next.start
        return following if following <= self.dashboard.today else None

    @property
    def compared_with(self) -> str:
        """What the figures stand beside."""
        before = self.dashboard.before
        if not self.dashboard.is_current:
            return before.label
        return f"{before.label} up to {before.end.day} {before.end:%B}"

    @property
    def revenue_change(self) -> Change:
        return compare(self.dashboard.total.revenue, self.dashboard.total_before.revenue)

    @property
    def orders_change(self) -> Change:
        return compare(self.dashboard.total.orders, self.dashboard.total_before.orders)

    @property
    def average_change(self) -> Change:
        return compare(self.dashboard.total.average, self.dashboard.total_before.average)

    @property
    def hours(self) -> list[int]:
        """The hours the table shows: from the first to the last of a business day with a sale."""
        after = [(hour - self.first_hour) % 24 for _, hour in self.dashboard.heat]
        if not after:
            return []
        return [(self.first_hour + n) % 24 for n in range(min(after), max(after) + 1)]

    @property
    def heat(self) -> list[tuple[str, list[HeatCell]]]:
        """A row for each weekday, a cell for each of `hours`."""
        hours, most = self.hours, self._most
        return [
            (name, [self._cell(weekday, hour, most) for hour in hours])
            for weekday, name in enumerate(WEEKDAYS)
        ]

    @property
    def best_bucket(self) -> str:
        """The bucket with the most revenue, in words; empty when nothing was sold."""
        sold = [point for point in self.dashboard.points if point.now and point.now.revenue]
        if not sold:
            return ""
        best = max(sold, key=lambda point: point.now.revenue).bucket
        if best.start == best.end:
            return f"{best.start:%A} {best.start.day} {best.start:%B}"
        if best.end - best.start > timedelta(days=7):
            return f"{best.start:%B}"
        return f"the week of {best.start.day} {best.start:%B}"

    @property
    def _most(self) -> Decimal:
        """The revenue of the busiest hour."""
        return max((sales.revenue for sales in self.dashboard.heat.values()), default=ZERO)

    def _cell(self, weekday: int, hour: int, most: Decimal) -> HeatCell:
        sales = self.dashboard.heat.get((weekday, hour), Sales())
        level = 0 if not sales.revenue else 1 + int((LEVELS - 2) * sales.revenue / most)
        return HeatCell(sales, level)
