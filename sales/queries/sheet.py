"""The size-and-modifier sheet of one product."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sales.availability import modifier_needs, portions_left, size_is_sold_out
from sales.cart import CartItem
from sales.errors import OffSale
from sales.menu import MenuGroup, MenuModifier, MenuProduct, MenuSize
from sales.queries.grid import stock_on_hand
from sales.queries.till import Till

Stock = Mapping[int, Decimal]


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to tick; `sold_out` is off by stock and cannot be."""

    id: int
    name: str
    price: Decimal
    chosen: bool
    sold_out: bool = False


@dataclass(frozen=True, slots=True)
class GroupChoice:
    group: MenuGroup
    choices: tuple[Choice, ...]

    @property
    def one_of(self) -> bool:
        """Exactly one must be chosen."""
        return self.group.minimum == self.group.maximum == 1

    @property
    def rule(self) -> str:
        """How many, in words."""
        least, most = self.group.minimum, self.group.maximum
        if least == most:
            return "choose one" if most == 1 else f"choose {most}"
        if least:
            return f"choose {least} to {most}"
        return "if you like" if most == 1 else f"up to {most}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What can be asked about a product, with `asked` or the defaults chosen."""

    product: MenuProduct
    sizes: tuple[Choice, ...]
    groups: tuple[GroupChoice, ...]
    quantity: int
    note: str
    currency: str

    @property
    def total(self) -> Decimal:
        chosen = [c.price for c in (*self.sizes, *self._modifiers) if c.chosen]
        return sum(chosen, Decimal("0.00")) * self.quantity

    @property
    def _modifiers(self) -> list[Choice]:
        return [choice for group in self.groups for choice in group.choices]


def product_sheet(till: Till, asked: CartItem) -> Sheet:
    """The sheet of `asked.product` in one query. Raises OffSale when it is no longer sold."""
    menu = till.menu
    product = menu.find(asked.product)
    if product is None or not product.on_sale:
        raise OffSale(f"{product.name if product else 'That product'} is no longer on sale.")
    on_hand = stock_on_hand(till.location_id) if menu.refuses_oversell else None
    out = {size for size in product.sizes if _size_is_out(product, size, on_hand)}
    size = (product.size(asked.size) if asked.size else None) or _first_size(product, out)
    return Sheet(
        product=product,
        sizes=tuple(Choice(s.id, s.name, s.price, s == size, s in out) for s in product.sizes),
        groups=tuple(_group(product, g, asked, size, on_hand) for g in product.groups),
        quantity=asked.quantity,
        note=asked.note,
        currency=menu.currency,
    )


def _size_is_out(product: MenuProduct, size: MenuSize, on_hand: Stock | None) -> bool:
    return on_hand is not None and size_is_sold_out(product, size, on_hand)


def _first_size(product: MenuProduct, out: set[MenuSize]) -> MenuSize:
    """The default, or one that can be made."""
    sizes = (product.default_size, *product.sizes)
    return next((size for size in sizes if size not in out), product.default_size)


def _group(
    product: MenuProduct, group: MenuGroup, asked: CartItem, size: MenuSize, on_hand: Stock | None
) -> GroupChoice:
    on_sale = [m for m in group.modifiers if m.on_sale]
    out = {m.id for m in on_sale if on_hand is not None and _is_out(product, m, size, on_hand)}
    picked = {m.id for m in group.modifiers} & set(asked.modifiers)
    # A default that is out is left for the customer to replace.
    picked = picked or {m.id for m in group.defaults} - out
    choices = (Choice(m.id, m.name, m.price, m.id in picked, m.id in out) for m in on_sale)
    return GroupChoice(group, tuple(choices))


def _is_out(product: MenuProduct, modifier: MenuModifier, size: MenuSize, on_hand: Stock) -> bool:
    return portions_left(modifier_needs(product, modifier, size), on_hand) == 0
