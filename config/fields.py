"""Exact decimal columns on every database."""

from decimal import Decimal
from typing import Any

from django.core import exceptions
from django.db import models

SCALE = 6
_UNIT = Decimal(10) ** SCALE


def to_micro(quantity: Decimal | int) -> int:
    """`quantity` in millionths, as stored. Raises ValueError if it is finer than a millionth."""
    micro = Decimal(quantity) * _UNIT
    whole = int(micro)
    if whole != micro:
        raise ValueError(f"{quantity} has more than {SCALE} decimals")
    return whole


def from_micro(stored: int) -> Decimal:
    """The quantity behind a stored integer, without trailing zeros: 23400000 is Decimal('23.4')."""
    return plain(Decimal(int(stored)).scaleb(-SCALE))


def plain(value: Decimal) -> Decimal:
    """`value` without trailing zeros and never in exponent notation."""
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()


class QuantityField(models.DecimalField):
    """A decimal stored as a 64-bit integer of millionths, so that sums are exact.

    SQLite keeps decimals as binary floats, where 0.1 + 0.2 is not 0.3; a stock ledger must add up.
    Python sees `Decimal`; raw SQL sees integers (`to_micro`, `from_micro`). In an expression wrap a
    constant as `Value(Decimal(5), QuantityField())`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_digits"], kwargs["decimal_places"] = 18, SCALE
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_digits"], kwargs["decimal_places"]
        return name, path, args, kwargs

    def get_internal_type(self) -> str:
        return "BigIntegerField"

    def from_db_value(self, value, expression, connection):
        return None if value is None else from_micro(value)

    def get_db_prep_value(self, value, connection, prepared=False):
        if value is None or hasattr(value, "resolve_expression"):
            return value
        try:
            return to_micro(self.to_python(value))
        except ValueError as error:
            raise exceptions.ValidationError(str(error)) from error

    get_db_prep_save = get_db_prep_value

    def get_prep_value(self, value):
        return self.to_python(value)

    def to_python(self, value):
        if value is None or isinstance(value, Decimal):
            return value
        return super().to_python(value)
