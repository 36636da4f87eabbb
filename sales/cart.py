"""From what was asked for to a cart of things on the menu. Pure: no query, no side effect."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from config.errors import quoted
from sales import errors
from sales.menu import Menu, MenuGroup, MenuModifier, MenuProduct, MenuSize

MAX_LINES = 100
MAX_QUANTITY = 999
NOTE_LENGTH = 200
NAME_LENGTH = 40
# Invisible, but Persian, Hindi and composed emoji are not written without them.
JOINERS = "\u200c\u200d\u200e\u200f"


@dataclass(frozen=True, slots=True)
class CartItem:
    """A line as asked for: `product` by id or name, `size` by name, `modifiers` by id."""

    product: int | str
    quantity: int = 1
    size: str | None = None
    modifiers: tuple[int, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class CartLine:
    """A line resolved against the menu, its defaults filled in."""

    product: MenuProduct
    size: MenuSize
    modifiers: tuple[MenuModifier, ...]
    quantity: int
    note: str = ""

    @property
    def size_name(self) -> str:
        """The size as tickets and receipts say it: nothing where there is no other."""
        return self.size.name if len(self.product.sizes) > 1 else ""


def read_cart(items: Iterable[CartItem], menu: Menu) -> tuple[CartLine, ...]:
    """Resolve `items` against `menu`; a size or group left out gets its default.

    Raises the `sales.errors` error that names the first thing wrong.
    """
    lines = tuple(read_item(item, menu) for item in items)
    if not lines:
        raise errors.EmptyOrder
    if len(lines) > MAX_LINES:
        raise errors.OrderTooLarge(f"An order takes at most {MAX_LINES} lines.", limit=MAX_LINES)
    return lines


def read_item(item: CartItem, menu: Menu) -> CartLine:
    """Resolve one item. Raises like `read_cart`."""
    product = _product(item.product, menu)
    return CartLine(
        product=product,
        size=_size(product, item.size),
        modifiers=_modifiers(product, item.modifiers, menu),
        quantity=_quantity(item.quantity),
        note=clean_text(item.note, limit=NOTE_LENGTH, field="note", multiline=True),
    )


def clean_text(value: Any, *, limit: int, field: str, multiline: bool = False) -> str:
    """`value` stripped, every kind of blank a plain one.

    Raises InvalidText if it is no text, too long, not storable, or has several lines and may not.
    """
    if not isinstance(value, str):
        raise errors.InvalidText(f"{field} must be text.", field=field)
    text = "".join(map(_plain_blank, value.replace("\r\n", "\n"))).strip()
    if len(text) > limit:
        raise errors.InvalidText(f"{field} may have {limit} characters.", field=field, limit=limit)
    if "\n" in text and not multiline:
        raise errors.InvalidText(f"{field} must be one line.", field=field)
    if not all(c.isprintable() or c == "\n" or c in JOINERS for c in text):
        raise errors.InvalidText(f"{field} has a control character.", field=field)
    return text


def _plain_blank(character: str) -> str:
    blank = character == "\t" or unicodedata.category(character) == "Zs"
    return " " if blank else character


def _product(wanted: int | str, menu: Menu) -> MenuProduct:
    product = menu.find(wanted) if _is_plain(wanted, int | str) else None
    if product is None:
        raise errors.UnknownProduct(
            f"There is no product {quoted(wanted)}.", product=quoted(wanted)
        )
    if not product.on_sale:
        raise errors.OffSale(f"{product.name} is not on sale.", product=product.name)
    return product


def _size(product: MenuProduct, name: str | None) -> MenuSize:
    if name is None:
        return product.default_size
    size = product.size(name) if isinstance(name, str) else None
    if size is None:
        sizes = [s.name for s in product.sizes]
        raise errors.UnknownSize(
            f"{product.name} has no size {quoted(name)}; it comes in {', '.join(sizes)}.",
            product=product.name,
            sizes=sizes,
        )
    return size


def _quantity(quantity: Any) -> int:
    if not _is_plain(quantity, int) or not 1 <= quantity <= MAX_QUANTITY:
        raise errors.InvalidQuantity(limit=MAX_QUANTITY)
    return quantity


def _modifiers(
    product: MenuProduct, wanted: tuple[int, ...], menu: Menu
) -> tuple[MenuModifier, ...]:
    chosen = [_modifier(product, modifier_id, menu) for modifier_id in wanted]
    if len({m.id for m in chosen}) != len(chosen):
        raise errors.ModifierRepeated(f"{product.name}: a modifier was chosen twice.")
    by_group = [(g, [m for m in chosen if m.group_id == g.id]) for g in product.groups]
    settled = tuple(m for group, picks in by_group for m in _settle(product, group, picks))
    replaced = [m.replaces for m in settled if m.replaces is not None]
    if len(set(replaced)) != len(replaced):
        raise errors.ModifiersConflict(
            f"{product.name}: two of the modifiers replace the same ingredient.",
            product=product.name,
        )
    return settled


def _modifier(product: MenuProduct, modifier_id: int, menu: Menu) -> MenuModifier:
    modifier = product.modifier(modifier_id) if _is_plain(modifier_id, int) else None
    if modifier is None:
        if _is_plain(modifier_id, int) and modifier_id in menu.modifier_ids:
            raise errors.ModifierNotAllowed(
                f"{product.name} does not take modifier {modifier_id}.",
                product=product.name,
                modifier=modifier_id,
            )
        raise errors.UnknownModifier(f"There is no modifier {quoted(modifier_id)}.")
    if not modifier.on_sale:
        raise errors.OffSale(f"{modifier.name} is not on sale.", modifier=modifier.name)
    return modifier


def _settle(
    product: MenuProduct, group: MenuGroup, picks: list[MenuModifier]
) -> tuple[MenuModifier, ...]:
    settled = tuple(picks) or group.defaults
    facts = {"product": product.name, "group": group.name}
    if len(settled) < group.minimum:
        raise errors.TooFewModifiers(
            f"{product.name}: choose at least {group.minimum} of {group.name}.", **facts
        )
    if len(settled) > group.maximum:
        raise errors.TooManyModifiers(
            f"{product.name}: choose at most {group.maximum} of {group.name}.", **facts
        )
    return settled


def _is_plain(value: Any, kinds: Any) -> bool:
    # True is an int to Python and a mistake to a cashier.
    return isinstance(value, kinds) and not isinstance(value, bool)
