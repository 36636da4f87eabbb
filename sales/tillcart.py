"""The cart a till carries between taps: text in the page, read and changed without a database.

Nothing in it is trusted: products, sizes, modifiers and prices come from the menu each time.
"""

import json
import uuid
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from config.errors import DomainError
from sales import errors
from sales.cart import MAX_LINES, MAX_QUANTITY, CartItem, CartLine, read_item
from sales.menu import Menu, MenuModifier
from sales.pricing import Price, price, read_amount, unit_price

MAX_ID = 10**9  # beyond what anybody taps, below what Python writes out


@dataclass(frozen=True, slots=True)
class TillItem:
    """What was asked for; `id` stays the line's own, `seen` is the unit price last shown."""

    id: int
    asked: CartItem
    seen: Decimal | None = None


@dataclass(frozen=True, slots=True)
class TillCart:
    """Lines in the order they were tapped, and the key under which they will be sold."""

    key: str
    items: tuple[TillItem, ...] = ()

    def dumps(self) -> str:
        """The items as `loads` reads them."""
        return json.dumps([_row(item) for item in self.items], separators=(",", ":"))

    def requests(self) -> tuple[CartItem, ...]:
        return tuple(item.asked for item in self.items)


@dataclass(frozen=True, slots=True)
class TillLine:
    """A line as shown. Without a `line` it is not on the menu as asked for, and has no price."""

    id: int
    asked: CartItem
    name: str
    line: CartLine | None = None
    unit_price: Decimal | None = None
    total: Decimal | None = None
    price_was: Decimal | None = None
    problem: str = ""

    @property
    def size(self) -> str:
        """Empty where there is nothing to tell apart."""
        return self.line.size.name if self.line and len(self.line.product.sizes) > 1 else ""

    @property
    def extras(self) -> tuple[MenuModifier, ...]:
        """The modifiers worth naming: those nobody gets without asking."""
        modifiers = self.line.modifiers if self.line else ()
        return tuple(m for m in modifiers if not m.is_default or m.price)

    @property
    def label(self) -> str:
        """The line in words."""
        first = f"{self.name} {self.size}".strip()
        return ", ".join([first, *(m.name for m in self.extras)])

    @property
    def edit_values(self) -> str:
        """What the sheet that edits the line asks to be told, as JSON."""
        return json.dumps({"line": self.id, "item": json.dumps(_choice(self.asked))})


@dataclass(frozen=True, slots=True)
class CartView:
    """The cart priced by the menu; `price` covers the lines without a problem."""

    cart: TillCart
    lines: tuple[TillLine, ...]
    price: Price | None
    currency: str
    tax_inclusive: bool

    @property
    def count(self) -> int:
        return sum(line.asked.quantity for line in self.lines if line.line)

    @property
    def payable(self) -> bool:
        return bool(self.lines) and all(line.line for line in self.lines)

    @property
    def tax_rate(self) -> Decimal | None:
        """The rate of all lines, when they share one."""
        rates = {line.tax_rate for line in self.price.lines} if self.price else set()
        return rates.pop() if len(rates) == 1 else None


def new_key() -> str:
    return str(uuid.uuid4())


def loads(text: str, *, key: str = "") -> TillCart:
    """Read `TillCart.dumps` again. Raises InvalidText for anything else."""
    rows = _json_list(text or "[]")
    if len(rows) > MAX_LINES:
        raise errors.OrderTooLarge(f"An order takes at most {MAX_LINES} lines.", limit=MAX_LINES)
    items = tuple(_item(row) for row in rows)
    if len({item.id for item in items}) != len(items):
        raise _unreadable()
    return TillCart(key or new_key(), items)


def load_changes(text: str) -> list[dict[str, Any]]:
    """The taps to apply, in order. Raises InvalidText."""
    changes = _json_list(text or "[]")
    if not all(isinstance(change, dict) for change in changes):
        raise _unreadable()
    return changes


def load_choice(text: str) -> CartItem:
    """One line's choices, as in `TillLine.edit_values`. Raises InvalidText."""
    rows = _json_list(f"[{text}]")
    if len(rows) != 1:
        raise _unreadable()
    return _asked(rows[0])


def change_cart(cart: TillCart, change: dict[str, Any], menu: Menu) -> TillCart:
    """The cart after one tap. A tap on a line that is gone changes nothing.

    Raises the `sales.errors` error of a choice that the menu refuses.
    """
    match change:
        case {"do": "add", "item": item}:
            return _add(cart, _asked(item), menu)
        case {"do": "set", "line": int(line), "item": item}:
            return _set(cart, line, _asked(item), menu)
        case {"do": "quantity", "line": int(line), "by": int(by)}:
            return _step(cart, line, by)
        case {"do": "remove", "line": int(line)}:
            return replace(cart, items=tuple(i for i in cart.items if i.id != line))
        case {"do": "clear"}:
            return TillCart(new_key())
        case {"do": "rekey"}:
            return replace(cart, key=new_key())
        case {"do": "show"}:
            return cart
    raise _unreadable()


def view_cart(cart: TillCart, menu: Menu) -> CartView:
    """The cart resolved and priced; lines the menu refuses are kept and say why.

    Raises OrderTooLarge when the total passes ten digits.
    """
    lines = [_view(item, menu) for item in cart.items]
    good = [line.line for line in lines if line.line]
    cost = price(good, menu) if good else None
    priced = iter(cost.lines if cost else ())
    shown = tuple(replace(line, total=next(priced).total) if line.line else line for line in lines)
    seen = replace(
        cart,
        items=tuple(
            replace(item, seen=line.unit_price or item.seen)
            for item, line in zip(cart.items, shown, strict=True)
        ),
    )
    return CartView(seen, shown, cost, menu.currency, menu.tax_inclusive)


def mark(view: CartView, problems: dict[int, str]) -> CartView:
    """The view with `problems`, by line id, written on their lines; prices stay."""
    lines = tuple(replace(line, problem=problems.get(line.id, line.problem)) for line in view.lines)
    return replace(view, lines=lines)


def _view(item: TillItem, menu: Menu) -> TillLine:
    product = menu.find(item.asked.product)
    name = product.name if product else "Something no longer on the menu"
    try:
        line = read_item(item.asked, menu)
    except DomainError as error:
        return TillLine(item.id, item.asked, name, problem=str(error))
    unit = unit_price(line)
    was = item.seen if item.seen is not None and item.seen != unit else None
    return TillLine(item.id, item.asked, name, line=line, unit_price=unit, price_was=was)


def _add(cart: TillCart, asked: CartItem, menu: Menu) -> TillCart:
    asked = _resolved(asked, menu)
    for item in cart.items:
        if replace(item.asked, quantity=asked.quantity) == asked:
            return _step(cart, item.id, asked.quantity)
    if len(cart.items) >= MAX_LINES:
        raise errors.OrderTooLarge(f"An order takes at most {MAX_LINES} lines.", limit=MAX_LINES)
    added = TillItem(1 + max((item.id for item in cart.items), default=0), asked)
    return replace(cart, items=(*cart.items, added))


def _set(cart: TillCart, line: int, asked: CartItem, menu: Menu) -> TillCart:
    asked = _resolved(asked, menu)
    items = tuple(TillItem(line, asked) if item.id == line else item for item in cart.items)
    return replace(cart, items=items)


def _step(cart: TillCart, line: int, by: int) -> TillCart:
    items = []
    for item in cart.items:
        quantity = item.asked.quantity + (by if item.id == line else 0)
        if quantity > 0:
            items.append(replace(item, asked=replace(item.asked, quantity=quantity)))
    if any(item.asked.quantity > MAX_QUANTITY for item in items):
        raise errors.InvalidQuantity(limit=MAX_QUANTITY)
    return replace(cart, items=tuple(items))


def _resolved(asked: CartItem, menu: Menu) -> CartItem:
    """`asked` spelled out, so that a later change of defaults does not change the line."""
    line = read_item(asked, menu)
    return CartItem(
        product=line.product.id,
        quantity=line.quantity,
        size=line.size.name,
        modifiers=tuple(m.id for m in line.modifiers),
        note=line.note,
    )


def _json_list(text: str) -> list[Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _unreadable() from error
    if not isinstance(value, list):
        raise _unreadable()
    return value


def _row(item: TillItem) -> dict[str, Any]:
    seen = {} if item.seen is None else {"seen": str(item.seen)}
    return {"id": item.id, **_choice(item.asked), **seen}


def _choice(asked: CartItem) -> dict[str, Any]:
    return {
        "product": asked.product,
        "quantity": asked.quantity,
        "size": asked.size,
        "modifiers": list(asked.modifiers),
        "note": asked.note,
    }


def _item(row: Any) -> TillItem:
    asked = _asked(row)
    line, seen = row.get("id"), row.get("seen")
    if not _is_int(line) or line > MAX_ID or not (seen is None or isinstance(seen, str)):
        raise _unreadable()
    return TillItem(line, asked, _amount(seen))


def _asked(row: Any) -> CartItem:
    if not isinstance(row, dict):
        raise _unreadable()
    product, quantity = row.get("product"), row.get("quantity", 1)
    size, modifiers, note = row.get("size"), row.get("modifiers", []), row.get("note", "")
    plain = _is_int(product) and _is_int(quantity) and isinstance(size, str | None)
    if not plain or not isinstance(modifiers, list) or not all(map(_is_int, modifiers)):
        raise _unreadable()
    if not (_can_be_written(size) and _can_be_written(note)):
        raise _unreadable()
    return CartItem(product, quantity, size, tuple(modifiers), note)


def _amount(text: str | None) -> Decimal | None:
    try:
        return read_amount(text) if text else None
    except errors.InvalidAmount as error:
        raise _unreadable() from error


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _can_be_written(value: Any) -> bool:
    """JSON can hold half a character, which no page and no database takes."""
    return not isinstance(value, str) or not any("\ud800" <= sign <= "\udfff" for sign in value)


def _unreadable() -> errors.InvalidText:
    return errors.InvalidText("The order could not be read.", field="cart")
