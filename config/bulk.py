"""Inserting many rows: what `bulk_create` does, without its price for every single value."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from typing import Any

from django.db import connection
from django.db.models import Field, Model

# A statement of the wire protocol takes 65,535 values; this many rows stay far below.
MAX_BATCH = 500
# Any database driver takes these as they are, whatever the column.
_PLAIN = frozenset({int, str, bool, type(None)})


def insert_instances(instances: Sequence[Model]) -> None:
    """Insert unsaved `instances` of one model in few statements and give them their keys.

    Foreign keys must be set by id. Runs in the caller's transaction.
    """
    if not instances:
        return
    model = type(instances[0])
    names = [field.attname for field in _fields(model)]
    rows = [[getattr(instance, name) for name in names] for instance in instances]
    for instance, key in zip(instances, insert_rows(model, names, rows), strict=True):
        instance.pk = key
        instance._state.adding = False


def insert_rows(
    model: type[Model], names: Sequence[str], rows: Sequence[Sequence[Any]]
) -> list[int]:
    """Insert `rows` of values for the fields `names`; returns the new keys in their order.

    Columns that are left out must have a default in the database.
    """
    by_name = {field.attname: field for field in _fields(model)}
    fields = [by_name[name] for name in names]
    prepare = [_preparer(field) for field in fields]
    keys: list[int] = []
    with connection.cursor() as cursor:
        for batch in _batches(rows, fields):
            values = [p(v) for row in batch for p, v in zip(prepare, row, strict=True)]
            cursor.execute(_statement(model, fields, len(batch)), values)
            keys += [key for (key,) in cursor.fetchall()]
    return keys


def _fields(model: type[Model]) -> list[Field]:
    return [field for field in model._meta.concrete_fields if not field.primary_key]


def _preparer(field: Field) -> Callable[[Any], Any]:
    convert = partial(field.get_db_prep_save, connection=connection)
    remembered = lru_cache(4096)(convert)

    def prepare(value: Any) -> Any:
        kind = type(value)
        if kind in _PLAIN:
            return value
        return convert(value) if kind is dict else remembered(value)

    return prepare


def _batches(rows: Sequence, fields: Sequence[Field]) -> Iterator[Sequence]:
    size = min(MAX_BATCH, connection.ops.bulk_batch_size(fields, rows))
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _statement(model: type[Model], fields: Sequence[Field], count: int) -> str:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    places = "(" + ", ".join(["%s"] * len(fields)) + ")"
    return (
        f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES "
        f"{', '.join([places] * count)} RETURNING {quote(model._meta.pk.column)}"
    )
