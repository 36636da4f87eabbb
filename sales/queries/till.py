"""What a till must know before it may sell, in one query."""

from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from sales import errors
from sales.menu import Menu
from sales.queries.menu import menu_for

# Plain SQL: it runs for every order, and compiling a queryset would cost more than running it.
_TILL = """
    SELECT location.id, location.menu_revision, shift.id, placed.id, location.revision
    FROM stock_location location
    LEFT JOIN sales_shift shift ON shift.location_id = location.id AND shift.closed_at IS NULL
    LEFT JOIN sales_order placed
        ON placed.location_id = location.id AND placed.idempotency_key = %s
    {where} LIMIT 2
"""
_THE_ONLY_ONE = _TILL.format(where="")
_BY_ID = _TILL.format(where="WHERE location.id = %s")
_BY_SLUG = _TILL.format(where="WHERE location.slug = %s")


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


_found: dict[int, Till] = {}


def find_till(location: int | str | None = None, *, key: str | None = None) -> Till:
    """The till at a location: by id, by slug, or the only one there is.

    Raises UnknownLocation, or LocationRequired when there are several and none was named. A key
    that cannot be kept, such as one with a NUL, has placed nothing.
    """
    statement, values = _locate(location)
    known_key = key if key and key.isprintable() else ""
    with connection.cursor() as cursor:
        cursor.execute(statement, [known_key, *values])
        rows = cursor.fetchall()
    if not rows:
        raise errors.UnknownLocation
    if len(rows) > 1:
        raise errors.LocationRequired
    till = Till(*rows[0])
    _found[till.location_id] = replace(till, placed_order_id=None)
    return till


def recall_till(location: int | str | None) -> Till | None:
    """The till at a location given by id, as this process last found it, without a query.

    What it says may be out of date. A sale that relies on it must check, with the location's row
    held, that menu revision and shift are still the same, and that its key is new.
    """
    return _found.get(location) if isinstance(location, int) else None


def forget_tills() -> None:
    """Drop what is recalled, as after restoring a database."""
    _found.clear()


def _locate(location: int | str | None) -> tuple[str, list[Any]]:
    if location is None:
        return _THE_ONLY_ONE, []
    return (_BY_ID if isinstance(location, int) else _BY_SLUG), [location]
