"""Completing the menu with what a sales file sold."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from django.db import transaction

from sales.imports.staging import StagedProduct
from sales.models import Category, Product, ProductSize
from stock.services import publish_menu

UNNAMED_SIZE = "Regular"
UNNAMED_CATEGORY = "Imported"
HUES = 8


@dataclass
class Catalogue:
    """Products and categories by name in any case, and how many rows were new."""

    products: dict[str, Product] = field(default_factory=dict)
    categories: dict[str, Category] = field(default_factory=dict)
    new_products: int = 0
    new_sizes: int = 0

    def product_id(self, name: str) -> int:
        return self.products[name.casefold()].pk

    def tax_rate(self, name: str, usual: Decimal) -> Decimal:
        """The product's own rate in percent, or the `usual` one."""
        rate = self.products[name.casefold()].tax_rate
        return usual if rate is None else rate

    def category(self, product: str, named: str) -> tuple[int | None, str]:
        """Id and name of the category a line was sold under: as `named`, or the product's."""
        if named:
            known = self.categories.get(named.casefold())
            return (known.pk, known.name) if known else (None, named)
        category = self.products[product.casefold()].category
        return category.pk, category.name


@transaction.atomic
def complete_catalogue(items: Iterable[StagedProduct], *, on_sale: bool) -> Catalogue:
    """Create the categories, products and sizes that are lacking; publish the menu if any were.

    New products have no recipe and stay off sale unless `on_sale`, which puts every product of the
    file on sale. A size is not added to a product that is on sale already, unless asked so.
    """
    catalogue = Catalogue(
        {p.name.casefold(): p for p in Product.objects.select_related("category")},
        {c.name.casefold(): c for c in Category.objects.all()},
    )
    changed = False
    for _, group in groupby(sorted(items, key=_by_name), key=_by_name):
        changed |= _complete_product(catalogue, list(group), on_sale=on_sale)
    if changed:
        publish_menu()
    return catalogue


def _by_name(item: StagedProduct) -> str:
    return item.product.casefold()


def _complete_product(catalogue: Catalogue, items: list[StagedProduct], *, on_sale: bool) -> bool:
    for name in {item.category for item in items} - {""}:
        _category(catalogue, name)
    product = catalogue.products.get(_by_name(items[0]))
    if product is None:
        product = _create_product(catalogue, items[0], on_sale=on_sale)
        _create_sizes(catalogue, product, items)
        return True
    before = catalogue.new_sizes
    if on_sale or not product.on_sale:
        _create_sizes(catalogue, product, items)
    if on_sale and not product.on_sale:
        product.on_sale = True
        product.save(update_fields=["on_sale"])
        return True
    return catalogue.new_sizes > before


def _create_product(catalogue: Catalogue, item: StagedProduct, *, on_sale: bool) -> Product:
    product = Product.objects.create(
        category=_category(catalogue, item.category or UNNAMED_CATEGORY),
        name=item.product,
        on_sale=on_sale,
    )
    catalogue.products[_by_name(item)] = product
    catalogue.new_products += 1
    return product


def _create_sizes(catalogue: Catalogue, product: Product, items: list[StagedProduct]) -> None:
    """Add the sizes the product lacks, the cheapest first."""
    sizes = {size.name.casefold() for size in product.sizes.all()}
    position = len(sizes)
    for item in sorted(items, key=lambda item: item.unit_price):
        name = item.size or UNNAMED_SIZE
        if name.casefold() in sizes or (not item.size and sizes):
            continue
        ProductSize.objects.create(
            product=product, name=name, price=item.unit_price, position=position
        )
        sizes.add(name.casefold())
        position += 1
        catalogue.new_sizes += 1


def _category(catalogue: Catalogue, name: str) -> Category:
    category = catalogue.categories.get(name.casefold())
    if category is None:
        place = len(catalogue.categories)
        category = Category.objects.create(name=name, hue=place % HUES, position=place)
        catalogue.categories[name.casefold()] = category
    return category
