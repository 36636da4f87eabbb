"""Inserting rows: what `bulk_create` does, without its price for every single value.

The order path and imports write through here, because there the ORM would take more time than the
database.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any

from django.db import connection
from django.db.models import BooleanField, DateTimeField, Field, JSONField, Model

from config.fields import QuantityField, to_micro

# A statement of the wire protocol takes 65,535 values; this many rows stay far below.
MAX_BATCH = 500


class Insert:
    """INSERT INTO the table of `model`: rows are tuples of values for the fields `names`.

    Values of the fields `shared` are the same in every row and sent once. `tail` is what follows
    the rows, such as ON CONFLICT … RETURNING. Columns left out need a default in the database.
    """

    def __init__(
        self,
        model: type[Model],
        names: Sequence[str],
        *,
        shared: Sequence[str] = (),
        tail: str = "",
    ) -> None:
        by_name = {field.attname: field for field in model._meta.concrete_fields}
        self._fields = [by_name[name] for name in (*shared, *names)]
        self._shared = [(name, _writer(by_name[name])) for name in shared]
        self._writers = [_writer(by_name[name]) for name in names]
        columns = ", ".join(field.column for field in self._fields)
        self._head = f"INSERT INTO {model._meta.db_table} ({columns}) VALUES "
        self._tail = tail
        self._statements: dict[int, tuple[str, list[str]]] = {}

    def run(self, rows: Sequence[Sequence[Any]], **shared: Any) -> list[tuple]:
        """Insert `rows` in the caller's transaction; returns what RETURNING gives, in their order.

        One statement for up to `MAX_BATCH` rows. Raises IntegrityError like the ORM.
        """
        common = {
            name: None if shared[name] is None else write(shared[name])
            for name, write in self._shared
        }
        returned: list[tuple] = []
        size = min(MAX_BATCH, connection.ops.bulk_batch_size(self._fields, rows))
        with connection.cursor() as cursor:
            for start in range(0, len(rows), size):
                batch = rows[start : start + size]
                statement, places = self._statement(len(batch))
                cursor.execute(
                    statement, common | dict(zip(places, self._values(batch), strict=True))
                )
                if cursor.description:
                    returned += cursor.fetchall()
        return returned

    def _values(self, rows: Sequence[Sequence[Any]]) -> list[Any]:
        return [
            None if value is None else write(value)
            for row in rows
            for write, value in zip(self._writers, row, strict=True)
        ]

    def _statement(self, count: int) -> tuple[str, list[str]]:
        """The SQL for `count` rows and the names of its places."""
        if count not in self._statements:
            width = len(self._writers)
            places = [f"v{n}" for n in range(count * width)]
            common = [name for name, _ in self._shared]
            rows = (
                common + places[start : start + width] for start in range(0, len(places), width)
            )
            marked = ("(" + ", ".join(f"%({place})s" for place in row) + ")" for row in rows)
            self._statements[count] = f"{self._head}{', '.join(marked)} {self._tail}", places
        return self._statements[count]


def insert_instances(instances: Sequence[Model]) -> None:
    """Insert unsaved `instances` of one model in few statements and give them their keys.

    Foreign keys must be set by id. Runs in the caller's transaction.
    """
    if not instances:
        return
    insert, values_of = _insert_of(type(instances[0]))
    keys = insert.run([values_of(instance) for instance in instances])
    for instance, (key,) in zip(instances, keys, strict=True):
        instance.pk = key
        instance._state.adding = False


def insert_rows(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert any number of `rows` of values for the fields `names`, in the caller's transaction.

    One statement prepared once and run for each row: the fastest way where no key is wanted back.
    Columns left out need a default in the database.
    """
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    writers = [_writer(by_name[name]) for name in names]
    columns = ", ".join(by_name[name].column for name in names)
    places = ", ".join(["%s"] * len(names))
    # All before the statement begins: making the rows may need the same connection.
    values = [
        [None if v is None else write(v) for write, v in zip(writers, row, strict=True)]
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({places})", values
        )


@lru_cache
def _insert_of(model: type[Model]) -> tuple[Insert, Callable[[Model], tuple]]:
    names = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
    tail = f"RETURNING {model._meta.pk.column}"
    return Insert(model, names, tail=tail), attrgetter(*names)


def _writer(field: Field) -> Callable[[Any], Any]:
    """How a value that is not None goes to the driver: as text, for its column to read.

    Drivers type a number by its size, and a server prepares a statement anew for each combination
    of types; with text one statement is prepared once.
    """
    if isinstance(field, QuantityField):
        return lambda value: str(to_micro(value))
    if isinstance(field, DateTimeField):
        return _adapt_datetime
    if isinstance(field, BooleanField):
        return lambda value: "1" if value else "0"
    if isinstance(field, JSONField):
        return json.dumps
    return str


@lru_cache(maxsize=64)
def _adapt_datetime(value: datetime) -> Any:
    # The rows of one order share their time, and reading it against a time zone is dear.
    return connection.ops.adapt_datetimefield_value(value)
