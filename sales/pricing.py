"""Prices and tax of a cart. Pure functions; money is Decimal with two places.

Tax is computed once per rate over the whole cart and rounded half up, so that grouping lines
differently never changes a total; the lines then share it out to the cent.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from config.errors import quoted
from sales import errors
from sales.cart import CartLine
from sales.menu import Menu

CENT = Decimal("0.01")
MAX_AMOUNT = Decimal("9999999999.99")


@dataclass(frozen=True, slots=True)
class PricedLine:
    """`unit_price` includes modifiers; `total` = unit_price × quantity; `tax` is in or on top."""

    unit_price: Decimal
    total: Decimal
    tax_rate: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class Price:
    """`total` = `subtotal`, plus `tax` where the menu's prices exclude it."""

    lines: tuple[PricedLine, ...]
    subtotal: Decimal
    tax: Decimal
    total: Decimal


def read_amount(value: Any) -> Decimal:
    """`value` as money with two places. Raises InvalidAmount for NaN, negatives or fine parts."""
    readable = isinstance(value, Decimal | str | int) and not isinstance(value, bool)
    readable = readable and "_" not in str(value)  # Python would read 1_0 as 10
    try:
        amount = Decimal(value) if readable else Decimal("NaN")
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 <= amount <= MAX_AMOUNT:
        raise errors.InvalidAmount(f"{quoted(value)} is not an amount of money.")
    if amount != amount.quantize(CENT):
        raise errors.InvalidAmount(f"{quoted(value)} is finer than a hundredth.")
    return amount.quantize(CENT)


def price(cart: Iterable[CartLine], menu: Menu) -> Price:
    """The price of `cart`, from the menu alone. Raises OrderTooLarge beyond ten digits."""
    cart = tuple(cart)
    units = [unit_price(line) for line in cart]
    totals = [unit * line.quantity for unit, line in zip(units, cart, strict=True)]
    rates = [line.product.tax_rate for line in cart]
    subtotal = sum(totals, Decimal("0.00"))
    taxes = share_tax(totals, rates, inclusive=menu.tax_inclusive)
    tax = sum(taxes, Decimal("0.00"))
    total = subtotal if menu.tax_inclusive else subtotal + tax
    if total > MAX_AMOUNT:
        raise errors.OrderTooLarge(f"The total would pass {MAX_AMOUNT}.")
    lines = tuple(PricedLine(*row) for row in zip(units, totals, rates, taxes, strict=True))
    return Price(lines, subtotal, tax, total)


def unit_price(line: CartLine) -> Decimal:
    """One piece with its modifiers."""
    return sum((m.price for m in line.modifiers), line.size.price)


def tax_of(amount: Decimal, rate: Decimal, *, inclusive: bool) -> Decimal:
    """The tax at `rate` percent contained in (`inclusive`) or added to `amount`, unrounded."""
    return amount * rate / (100 + rate if inclusive else Decimal(100))


def share_tax(totals: list[Decimal], rates: list[Decimal], *, inclusive: bool) -> list[Decimal]:
    """The tax of each of `totals` at its rate in percent, in cents.

    Rounded once for each rate, so that the parts add up to the tax of the whole.
    """
    by_rate: dict[Decimal, list[int]] = defaultdict(list)
    for index, rate in enumerate(rates):
        by_rate[rate].append(index)
    shares = [Decimal("0.00")] * len(totals)
    for rate, indexes in by_rate.items():
        exact = [tax_of(totals[i], rate, inclusive=inclusive) for i in indexes]
        whole = tax_of(sum(totals[i] for i in indexes), rate, inclusive=inclusive)
        parts = _share_out(whole.quantize(CENT, ROUND_HALF_UP), exact)
        for index, part in zip(indexes, parts, strict=True):
            shares[index] = part
    return shares


def _share_out(due: Decimal, exact: list[Decimal]) -> list[Decimal]:
    """Round `exact` to cents that add up to `due` (largest remainder)."""
    parts = [part.quantize(CENT, ROUND_DOWN) for part in exact]
    missing = int((due - sum(parts, Decimal(0))) / CENT)
    by_remainder = sorted(range(len(exact)), key=lambda i: parts[i] - exact[i])
    for index in by_remainder[:missing]:
        parts[index] += CENT
    return parts
