"""The product grid: what is on sale at a location, and how much of it can still be made."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from sales.availability import Needs, Quantities, is_sold_out, needs_of, portions_left
from sales.menu import Menu, MenuCategory, MenuProduct
from sales.queries.till import Till, find_till
from stock.models import StockItem

COUNTDOWN_FROM = 5

_needs: dict[int, tuple[Menu, Needs]] = {}


@dataclass(frozen=True, slots=True)
class Tile:
    """A product on the grid, sold out once no size of it can be made.

    `left` is how many of the portions by default, once that is a countdown.
    """

    product: MenuProduct
    sold_out: bool = False
    left: int | None = None

    @property
    def price(self) -> Decimal:
        """The cheapest size's."""
        return min(size.price for size in self.product.sizes)

    @property
    def price_varies(self) -> bool:
        return len({size.price for size in self.product.sizes}) > 1

    @property
    def has_choices(self) -> bool:
        """Whether a tap has something to ask."""
        return len(self.product.sizes) > 1 or bool(self.product.groups)


@dataclass(frozen=True, slots=True)
class Grid:
    """Tiles in menu order; `short_modifiers` holds the (product id, modifier id) out of stock.

    It is at least as new as the location's `revision`.
    """

    revision: int
    menu: Menu
    shift_id: int | None
    tiles: tuple[Tile, ...]
    short_modifiers: frozenset[tuple[int, int]]

    @property
    def groups(self) -> Iterator[tuple[MenuCategory, list[Tile]]]:
        """Tiles by category, empty categories left out."""
        for category, tiles in groupby(self.tiles, key=lambda tile: tile.product.category):
            yield category, list(tiles)

    def tiles_unlike(self, other: "Grid") -> list[Tile] | None:
        """The tiles that differ from those of `other`; None when there is more to tell apart."""
        if (self.menu.revision, self.shift_id) != (other.menu.revision, other.shift_id):
            return None
        return [now for now, was in zip(self.tiles, other.tiles, strict=True) if now != was]

    def tile(self, product_id: int) -> Tile | None:
        return next((tile for tile in self.tiles if tile.product.id == product_id), None)


def product_grid(location_id: int) -> Grid:
    """The grid of a location, in two queries while its menu stands; one where it may oversell."""
    return grid_of(find_till(location_id))


def grid_of(till: Till) -> Grid:
    """The grid of a till already found."""
    menu = till.menu
    if not menu.refuses_oversell:
        tiles = tuple(Tile(product) for product in menu.on_sale)
        return Grid(till.revision, menu, till.shift_id, tiles, frozenset())
    on_hand = stock_on_hand(till.location_id)
    needs = _needs_of(menu)
    return Grid(
        till.revision,
        menu,
        till.shift_id,
        tuple(_tile(p, needs.products[p.id], on_hand) for p in menu.on_sale),
        frozenset(k for k, need in needs.modifiers.items() if portions_left(need, on_hand) == 0),
    )


def stock_on_hand(location_id: int) -> dict[int, Decimal]:
    """Base units by ingredient id."""
    items = StockItem.objects.filter(location_id=location_id).order_by()
    return dict(items.values_list("ingredient_id", "on_hand"))


def _tile(product: MenuProduct, portion: Quantities, on_hand: Quantities) -> Tile:
    left = portions_left(portion, on_hand)
    if left == 0:
        return Tile(product, sold_out=is_sold_out(product, on_hand))
    return Tile(product, left=left if left is not None and left <= COUNTDOWN_FROM else None)


def _needs_of(menu: Menu) -> Needs:
    known = _needs.get(menu.location_id)
    if known is None or known[0] is not menu:
        known = _needs[menu.location_id] = (menu, needs_of(menu))
    return known[1]
