"""Reads a sales file line by line: each becomes a `SaleLine`, or a `Reject` with its reason.

The file is CSV in UTF-8 (a byte-order mark is fine), its fields parted by comma, semicolon or tab,
its columns in any order under a header. Every line stands alone, so that a stray quotation mark
spoils one line and not the rest of the file.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path

from sales.pricing import CENT

REQUIRED = ("datetime", "order", "product", "quantity", "unit_price")
OPTIONAL = ("size", "category", "modifiers")
DELIMITERS = ",;\t"
# Longest texts, as the tables keep them.
LIMITS = {"order": 80, "product": 80, "size": 20, "category": 60, "modifiers": 600}
MODIFIER_LIMIT = 60
MAX_QUANTITY = 99_999
MAX_PRICE = Decimal(10_000_000)
EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_UNDECODED = re.compile(r"[\ud800-\udfff]")


class UnreadableFile(Exception):
    """The file as a whole cannot be read; the text says why."""


class _Rejected(Exception):
    """A line that cannot be read; the text says why."""


@dataclass(frozen=True, slots=True)
class SaleLine:
    """One line sold. `at` is naive where the file gives no offset: the café's own clock."""

    number: int
    raw: str
    at: datetime
    order: str
    product: str
    quantity: int
    unit_price: Decimal
    size: str
    category: str
    modifiers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reject:
    """A line left out: where it stands, why, and to which order it belongs if that is legible."""

    number: int
    raw: str
    reason: str
    order: str = ""
    at: datetime | None = None


class SalesFile:
    """An open sales file; iterating it yields `SaleLine | Reject`, and keeps none.

    Raises UnreadableFile if it is missing, not text, or lacks a required column.
    """

    def __init__(self, path: Path, *, now: datetime) -> None:
        self._latest = now + timedelta(days=1)
        try:
            self._file = path.open(encoding="utf-8-sig", errors="surrogateescape", newline=None)
        except OSError as error:
            raise UnreadableFile(f"{path} cannot be opened: {error.strerror}.") from error
        try:
            self.header = self._file.readline().rstrip("\n")
            self.delimiter = max(DELIMITERS, key=self.header.count)
            self._columns = _columns(self.header, self.delimiter)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> "SalesFile":
        return self

    def __exit__(self, *_exc: object) -> None:
        self._file.close()

    def __iter__(self) -> Iterator[SaleLine | Reject]:
        for number, raw in enumerate(self._file, start=2):
            line = raw.rstrip("\n")
            if line.strip(self.delimiter + " "):
                yield self._read(number, line)

    def _read(self, number: int, raw: str) -> SaleLine | Reject:
        fields: dict[str, str] = {}
        at = None
        try:
            fields = self._split(raw)
            at = self._read_time(fields["datetime"])
            return SaleLine(
                number=number,
                raw=raw,
                at=at,
                order=_required(fields, "order"),
                product=_required(fields, "product"),
                quantity=_read_quantity(fields["quantity"]),
                unit_price=_read_price(fields["unit_price"]),
                size=_text(fields, "size"),
                category=_text(fields, "category"),
                modifiers=_read_modifiers(_text(fields, "modifiers")),
            )
        except _Rejected as reason:
            return Reject(number, raw, str(reason), _legible(fields.get("order", "")), at)

    def _split(self, raw: str) -> dict[str, str]:
        if _UNDECODED.search(raw):
            raise _Rejected("it is not UTF-8")
        try:
            [values] = csv.reader([raw], delimiter=self.delimiter, strict=True)
        except (csv.Error, ValueError) as error:
            if len(raw) > csv.field_size_limit():
                raise _Rejected("it has a field that is far too long") from error
            raise _Rejected("its quotation marks do not match") from error
        if len(values) != len(self._columns):
            raise _Rejected(f"it has {len(values)} fields instead of {len(self._columns)}")
        return dict(zip(self._columns, map(str.strip, values), strict=True))

    def _read_time(self, text: str) -> datetime:
        try:
            at = datetime.fromisoformat(text)
        except ValueError as error:
            raise _Rejected(
                f"datetime {text!a} is not ISO 8601, such as 2025-03-31T08:15:00"
            ) from error
        moment = at if at.tzinfo else at.replace(tzinfo=UTC)
        if len(text) <= len("2025-03-31"):
            raise _Rejected(f"datetime {text!a} has no time of day")
        if not EARLIEST <= moment <= self._latest:
            raise _Rejected(f"datetime {text!a} lies in the future or before 1980")
        return at


def _columns(header: str, delimiter: str) -> list[str]:
    try:
        [names] = csv.reader([header], delimiter=delimiter, strict=True)
    except (csv.Error, ValueError) as error:
        raise UnreadableFile("The first line is not a CSV header.") from error
    columns = [name.strip().casefold() for name in names]
    if missing := [name for name in REQUIRED if name not in columns]:
        raise UnreadableFile(
            f"The header lacks {', '.join(missing)}. Needed: {', '.join(REQUIRED)};"
            f" welcome: {', '.join(OPTIONAL)}."
        )
    known = [name for name in columns if name in (*REQUIRED, *OPTIONAL)]
    if len(set(known)) != len(known):
        raise UnreadableFile("The header names a column twice.")
    return columns


def _text(fields: dict[str, str], name: str) -> str:
    text = " ".join(fields.get(name, "").split())
    if len(text) > LIMITS[name]:
        raise _Rejected(f"{name} is longer than {LIMITS[name]} characters")
    if _CONTROL.search(text):
        raise _Rejected(f"{name} has a control character")
    return text


def _required(fields: dict[str, str], name: str) -> str:
    if text := _text(fields, name):
        return text
    raise _Rejected(f"{name} is empty")


def _legible(order: str) -> str:
    return order if order.isprintable() and len(order) <= LIMITS["order"] else ""


def _read_quantity(text: str) -> int:
    quantity = _read_decimal(text, "quantity")
    if quantity != quantity.to_integral_value() or not 1 <= quantity <= MAX_QUANTITY:
        raise _Rejected(f"quantity {text!a} is not a whole number from 1 to {MAX_QUANTITY}")
    return int(quantity)


def _read_price(text: str) -> Decimal:
    price = _read_decimal(text, "unit_price")
    if not 0 <= price < MAX_PRICE or price != price.quantize(CENT):
        raise _Rejected(f"unit_price {text!a} is not an amount of money with two decimals")
    return price.quantize(CENT)


def _read_decimal(text: str, name: str) -> Decimal:
    """The number, whose decimals a semicolon file may part with a comma."""
    number = text.replace(",", ".") if "." not in text else text
    try:
        value = Decimal(number)
    except InvalidOperation as error:
        raise _Rejected(f"{name} {text!a} is not a number") from error
    if not value.is_finite():
        raise _Rejected(f"{name} {text!a} is not a number")
    return value


def _read_modifiers(text: str) -> tuple[str, ...]:
    """Names parted by `|` or `;`."""
    names = tuple(name.strip() for name in text.replace(";", "|").split("|") if name.strip())
    if any(len(name) > MODIFIER_LIMIT for name in names):
        raise _Rejected(f"a modifier is longer than {MODIFIER_LIMIT} characters")
    return names
