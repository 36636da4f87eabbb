"""An order's lines, modifiers and payments as they go into the database: one INSERT a table.

What is copied from the menu here is what the order keeps for ever.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from config.bulk import Insert
from sales.cart import CartLine
from sales.menu import Menu
from sales.models import OrderLine, OrderLineModifier, Payment
from sales.pricing import PricedLine
from sales.queries.orders import LineView, ModifierView
from sales.recipes import portion_cost

LINE_FIELDS = (
    "position",
    "product_id",
    "category_id",
    "product_name",
    "category_name",
    "size_name",
    "quantity",
    "unit_price",
    "total",
    "tax_rate",
    "tax",
    "consumption",
    "unit_cost",
    "note",
)
_LINES = Insert(OrderLine, LINE_FIELDS, shared=["order_id"], tail="RETURNING position, id")
_MODIFIERS = Insert(OrderLineModifier, ["line_id", "modifier_id", "name", "group_name", "price"])
_PAYMENTS = Insert(
    Payment, ["method", "amount", "change"], shared=["order_id", "shift_id", "created_at"]
)


@dataclass(frozen=True, slots=True)
class SoldLine:
    """A line with what one piece of it costs the customer and takes from the store room."""

    line: CartLine
    priced: PricedLine
    portion: dict[int, Decimal]


@dataclass(frozen=True, slots=True)
class Taken:
    """A tender as booked, with the change that goes back."""

    method: str
    amount: Decimal
    change: Decimal


def insert_lines(order_id: int, sold: Sequence[SoldLine], menu: Menu) -> tuple[LineView, ...]:
    """Insert the lines and their modifiers, in two statements."""
    rows = [line_row(position, line, menu) for position, line in enumerate(sold, start=1)]
    ids = [key for _, key in sorted(_LINES.run(rows, order_id=order_id))]
    modifiers = [
        (key, m.id, m.name, m.group_name, m.price)
        for key, row in zip(ids, sold, strict=True)
        for m in row.line.modifiers
    ]
    if modifiers:
        _MODIFIERS.run(modifiers)
    return tuple(_line_view(key, row) for key, row in zip(ids, sold, strict=True))


def insert_payments(
    order_id: int, taken: Sequence[Taken], *, shift_id: int | None, at: datetime
) -> None:
    """Book what was taken, if anything, in one statement."""
    if taken:
        rows = [(t.method, t.amount, t.change) for t in taken]
        _PAYMENTS.run(rows, order_id=order_id, shift_id=shift_id, created_at=at)


def line_row(position: int, sold: SoldLine, menu: Menu) -> tuple[Any, ...]:
    """The values of LINE_FIELDS."""
    line, priced = sold.line, sold.priced
    return (
        position,
        line.product.id,
        line.product.category.id,
        line.product.name,
        line.product.category.name,
        line.size_name,
        line.quantity,
        priced.unit_price,
        priced.total,
        priced.tax_rate,
        priced.tax,
        {str(key): f"{q * line.quantity:f}" for key, q in sold.portion.items()},
        portion_cost(sold.portion, menu),
        line.note,
    )


def _line_view(line_id: int, sold: SoldLine) -> LineView:
    line, priced = sold.line, sold.priced
    return LineView(
        id=line_id,
        product_id=line.product.id,
        category_id=line.product.category.id,
        name=line.product.name,
        size=line.size_name,
        quantity=line.quantity,
        unit_price=priced.unit_price,
        total=priced.total,
        note=line.note,
        modifiers=tuple(ModifierView(m.name, m.group_name, m.price) for m in line.modifiers),
    )
