"""Weeks, months, quarters and years, and the period before each. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

DAY = timedelta(days=1)
# Sales imported from another till begin here.
EARLIEST = date(1980, 1, 1)


class PeriodKind(StrEnum):
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `start` to `end`, both included."""

    kind: PeriodKind
    start: date
    end: date

    @property
    def previous(self) -> "Period":
        """The period of the same kind that ends the day before this one starts."""
        return period_of(self.kind, self.start - DAY)

    @property
    def next(self) -> "Period":
        """The period of the same kind that starts the day after this one ends."""
        return period_of(self.kind, self.end + DAY)

    @property
    def label(self) -> str:
        """The period as people name it: week 47, November 2026, Q4 2026, 2026."""
        match self.kind:
            case PeriodKind.WEEK:
                year, week, _ = self.start.isocalendar()
                return f"Week {week}, {year}"
            case PeriodKind.MONTH:
                return f"{self.start:%B %Y}"
            case PeriodKind.QUARTER:
                return f"Q{(self.start.month + 2) // 3} {self.start.year}"
            case _:
                return str(self.start.year)

    def buckets(self) -> list["Bucket"]:
        """The points of a chart: days of a week or month, weeks of a quarter, months of a year."""
        buckets: list[Bucket] = []
        day = self.start
        while day <= self.end:
            end = min(self._bucket_end(day), self.end)
            buckets.append(Bucket(day, end, self._bucket_label(day)))
            day = end + DAY
        return buckets

    def _bucket_end(self, day: date) -> date:
        if self.kind is PeriodKind.QUARTER:
            return day + DAY * (6 - day.weekday())
        if self.kind is PeriodKind.YEAR:
            return period_of(PeriodKind.MONTH, day).end
        return day

    def _bucket_label(self, day: date) -> str:
        match self.kind:
            case PeriodKind.WEEK:
                return f"{day:%a} {day.day}"
            case PeriodKind.MONTH:
                return str(day.day)
            case PeriodKind.QUARTER:
                return f"{day.day} {day:%b}"
            case _:
                return f"{day:%b}"


@dataclass(frozen=True, slots=True)
class Bucket:
    """One point of a chart: the days from `start` to `end`, both included."""

    start: date
    end: date
    label: str


def period_of(kind: PeriodKind, day: date) -> Period:
    """The period of `kind` that `day` lies in; weeks begin on Monday (ISO 8601)."""
    match kind:
        case PeriodKind.WEEK:
            start = day - DAY * day.weekday()
            return Period(kind, start, start + DAY * 6)
        case PeriodKind.MONTH:
            start = day.replace(day=1)
            return Period(kind, start, _months_on(start, 1) - DAY)
        case PeriodKind.QUARTER:
            start = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
            return Period(kind, start, _months_on(start, 3) - DAY)
        case _:
            return Period(kind, date(day.year, 1, 1), date(day.year, 12, 31))


def _months_on(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
