"""Gathers the lines of a sales file into orders, in a database of its own on disk.

So a file of any length takes little memory, an order's lines may stand anywhere in it, and the days
come out in their order however the file was sorted.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sales.imports.reading import Reject, SaleLine

Clock = Callable[[datetime], datetime]
Calendar = Callable[[datetime], date]

# A reject without a legible time holds back its order if that stands this close to it.
NEAR = 20

_SCHEMA = """
    CREATE TABLE line (number INTEGER PRIMARY KEY, day TEXT, name TEXT, at TEXT, sort REAL,
        product TEXT, quantity INTEGER, unit_price TEXT, size TEXT, category TEXT, modifiers TEXT,
        raw TEXT, held INTEGER);
    CREATE TABLE reject (number INTEGER PRIMARY KEY, reason TEXT, name TEXT, day TEXT, raw TEXT);
"""
_HOLD_BACK = f"""
    UPDATE line SET held = (
        SELECT min(reject.number) FROM reject WHERE reject.name = line.name AND (
            reject.day = line.day
            OR reject.day IS NULL AND abs(reject.number - line.number) <= {NEAR}))
    WHERE name IN (SELECT name FROM reject WHERE name <> '')
"""
_REJECTS = """
    SELECT number, reason, raw FROM reject
    UNION ALL SELECT number, 'held back with line ' || held || ' of the same order', raw
    FROM line WHERE held IS NOT NULL ORDER BY number
"""


@dataclass(frozen=True, slots=True)
class StagedLine:
    product: str
    quantity: int
    unit_price: Decimal
    size: str
    category: str
    modifiers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StagedOrder:
    """An order of the file: `name` is its own, `at` aware or as the `clock` made it."""

    name: str
    day: date
    at: datetime
    first_line: int
    lines: tuple[StagedLine, ...]

    @property
    def total(self) -> Decimal:
        return sum((line.unit_price * line.quantity for line in self.lines), Decimal("0.00"))


@dataclass(frozen=True, slots=True)
class StagedProduct:
    """A product and size of the file with its first category and its latest price."""

    product: str
    size: str
    category: str
    unit_price: Decimal


class Staging:
    """The file's orders. An order is its name on one business day; tills count anew each day.

    `clock` turns a line's time into the café's wall-clock time, `calendar` that into a business
    day. Use as a context manager; nothing remains of it.
    """

    def __init__(self, *, clock: Clock, calendar: Calendar) -> None:
        self._clock, self._calendar = clock, calendar
        # An empty name is a private file that SQLite removes by itself.
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.executescript(_SCHEMA)

    def __enter__(self) -> "Staging":
        return self

    def __exit__(self, *_exc: object) -> None:
        self._db.close()

    def take(self, entries: Iterable[SaleLine | Reject]) -> None:
        """Take in the whole file. An order with a rejected line is held back whole."""
        self._db.execute("BEGIN")
        for entry in entries:
            if isinstance(entry, Reject):
                self._take_reject(entry)
            else:
                self._take_line(entry)
        self._db.execute(_HOLD_BACK)
        self._db.execute("CREATE INDEX line_day ON line (day, number)")
        self._db.execute("COMMIT")

    def orders(self, day: date | None = None) -> Iterator[StagedOrder]:
        """The accepted orders (of one day), earliest first; holds one day in memory."""
        for one in [day] if day else self.days():
            yield from self._orders_of(one)

    def days(self) -> list[date]:
        """The business days that have accepted orders."""
        rows = self._db.execute("SELECT DISTINCT day FROM line WHERE held IS NULL ORDER BY day")
        return [date.fromisoformat(day) for (day,) in rows]

    def busiest_day(self) -> date | None:
        """The day with the most accepted orders, the first of several; None without any."""
        row = self._db.execute(
            "SELECT day FROM line WHERE held IS NULL GROUP BY day"
            " ORDER BY count(DISTINCT name) DESC, day LIMIT 1"
        ).fetchone()
        return date.fromisoformat(row[0]) if row else None

    def products(self) -> Iterator[StagedProduct]:
        """Every product and size in accepted orders, in the order of their first lines."""
        # SQLite takes the bare columns from the row that holds the maximum.
        rows = self._db.execute(
            "SELECT product, size, unit_price, max(sort), min(number) FROM line"
            " WHERE held IS NULL GROUP BY product, size ORDER BY min(number)"
        ).fetchall()
        categories = self._categories()
        for product, size, unit_price, _latest, _first in rows:
            category = categories.get(product, "")
            yield StagedProduct(product, size, category, Decimal(unit_price))

    def count(self) -> tuple[int, int]:
        """Lines accepted, and lines rejected or held back."""
        accepted, held = self._db.execute(
            "SELECT count(*) FILTER (WHERE held IS NULL), count(held) FROM line"
        ).fetchone()
        [rejected] = self._db.execute("SELECT count(*) FROM reject").fetchone()
        return accepted, held + rejected

    def rejects(self) -> Iterator[tuple[int, str, str]]:
        """Line number, reason and text of everything left out, in the file's order."""
        yield from self._db.execute(_REJECTS)

    def _take_reject(self, reject: Reject) -> None:
        day = self._calendar(self._clock(reject.at)).isoformat() if reject.at else None
        self._db.execute(
            "INSERT INTO reject VALUES (?, ?, ?, ?, ?)",
            (reject.number, reject.reason, reject.order, day, _storable(reject.raw)),
        )

    def _take_line(self, line: SaleLine) -> None:
        at = self._clock(line.at)
        self._db.execute(
            "INSERT INTO line VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
            (
                line.number,
                self._calendar(at).isoformat(),
                line.order,
                at.isoformat(),
                at.timestamp(),
                line.product,
                line.quantity,
                str(line.unit_price),
                line.size,
                line.category,
                json.dumps(line.modifiers),
                line.raw,
            ),
        )

    def _categories(self) -> dict[str, str]:
        rows = self._db.execute(
            "SELECT product, category, min(number) FROM line"
            " WHERE category <> '' AND held IS NULL GROUP BY product"
        )
        return {product: category for product, category, _first in rows}

    def _orders_of(self, day: date) -> Iterator[StagedOrder]:
        rows = self._db.execute(
            "SELECT name, number, at, product, quantity, unit_price, size, category, modifiers"
            " FROM line WHERE day = ? AND held IS NULL ORDER BY number",
            (day.isoformat(),),
        )
        by_name: dict[str, list[tuple]] = {}
        for name, *row in rows:
            by_name.setdefault(name, []).append(row)
        orders = [_order(name, day, lines) for name, lines in by_name.items()]
        yield from sorted(orders, key=lambda order: (order.at, order.first_line))


def _order(name: str, day: date, rows: list[tuple]) -> StagedOrder:
    return StagedOrder(
        name=name,
        day=day,
        at=min(datetime.fromisoformat(row[1]) for row in rows),
        first_line=rows[0][0],
        lines=tuple(
            StagedLine(product, quantity, Decimal(price), size, category, tuple(json.loads(mods)))
            for _number, _at, product, quantity, price, size, category, mods in rows
        ),
    )


def _storable(text: str) -> str:
    return text.encode(errors="surrogateescape").decode(errors="replace")
