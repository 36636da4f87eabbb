"""A small café with hand-checkable recipes, for any test that needs one."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from sales.models import (
    Category,
    Modifier,
    ModifierGroup,
    ModifierIngredient,
    Product,
    ProductModifierGroup,
    ProductSize,
    RecipeLine,
    Shift,
)
from sales.queries.menu import forget_menus
from sales.queries.till import forget_tills
from sales.roles import make_roles
from stock.models import (
    Ingredient,
    Location,
    StockItem,
    StockMovement,
    Supplier,
    SupplierItem,
)
from stock.services import correct_stock, publish_menu


@dataclass(frozen=True)
class Cafe:
    """The rows tests ask for by name."""

    location: Location
    shift: Shift | None
    products: dict[str, Product]
    modifiers: dict[str, Modifier]
    ingredients: dict[str, Ingredient]

    def on_hand(self, name: str) -> Decimal:
        return StockItem.objects.get(
            location=self.location, ingredient=self.ingredients[name]
        ).on_hand


def make_cafe(
    *,
    slug: str = "corner",
    stock: Decimal | int = 100_000,
    oversell: str = "refuse",
    tax_rate: Decimal | int = 12,
    tax_inclusive: bool = True,
    time_zone: str = "Asia/Almaty",
    open_shift: bool = True,
) -> Cafe:
    """A café with Latte (S, M, L; milk and syrup), Espresso and Croissant, stocked and open.

    Latte: 200 ml milk and 18 g beans scale with size (S 0.8, M 1, L 1.3), one cup of its size.
    Almond milk replaces the milk at its quantity; vanilla adds 15 ml.
    """
    location = Location.objects.create(
        name=slug.title(),
        slug=slug,
        time_zone=time_zone,
        currency="KZT",
        tax_rate=tax_rate,
        tax_inclusive=tax_inclusive,
        oversell=oversell,
    )
    ingredients = _ingredients()
    modifiers = _modifiers(ingredients)
    products = _products(ingredients)
    if stock:
        correct_stock(
            location_id=location.pk,
            quantities={i.pk: Decimal(stock) for i in ingredients.values()},
            reason=StockMovement.Reason.COUNT,
            at=timezone.now(),
        )
    shift = Shift.objects.create(location=location, opening_float=10_000) if open_shift else None
    publish_menu()
    # A rolled back test leaves its menus behind under ids that the next one gets again.
    forget_menus()
    forget_tills()
    return Cafe(location, shift, products, modifiers, ingredients)


def make_staff(name: str, role: str) -> User:
    """A user in the group Cashier, Barista or Manager, with the password `coffee`."""
    user = User.objects.create(
        username=name, password=_hashed("coffee"), is_staff=role == "Manager"
    )
    if not Group.objects.filter(name=role).exists():
        make_roles()  # emptying the database after a test took them too
    user.groups.add(Group.objects.get(name=role))
    return user


def session_key(user: User) -> str:
    """The key of a new session in which `user` is signed in."""
    client = Client()
    client.force_login(user)
    return client.session.session_key


@cache
def _hashed(password: str) -> str:
    return make_password(password)  # slow on purpose: once is enough


def _ingredients() -> dict[str, Ingredient]:
    units = {
        "Milk": "ml",
        "Almond milk": "ml",
        "Beans": "g",
        "Vanilla syrup": "ml",
        "Cup S": "pc",
        "Cup M": "pc",
        "Cup L": "pc",
        "Croissant dough": "pc",
    }
    kept = {ingredient.name: ingredient for ingredient in Ingredient.objects.all()}
    missing = (Ingredient(name=name, unit=units[name]) for name in units if name not in kept)
    return kept | {made.name: made for made in Ingredient.objects.bulk_create(missing)}


def _modifiers(ingredients: dict[str, Ingredient]) -> dict[str, Modifier]:
    if kept := {modifier.name: modifier for modifier in Modifier.objects.all()}:
        return kept
    milk, syrup = ModifierGroup.objects.bulk_create(
        [ModifierGroup(name="Milk", minimum=1, maximum=1), ModifierGroup(name="Syrup", maximum=2)]
    )
    whole = Modifier(group=milk, name="Whole milk", is_default=True)
    almond = Modifier(
        group=milk, name="Almond milk", price=300, replaces=ingredients["Milk"], position=1
    )
    vanilla = Modifier(group=syrup, name="Vanilla", price=150)
    Modifier.objects.bulk_create([whole, almond, vanilla])
    ModifierIngredient.objects.bulk_create(
        [
            ModifierIngredient(modifier=almond, ingredient=ingredients["Almond milk"]),
            ModifierIngredient(
                modifier=vanilla, ingredient=ingredients["Vanilla syrup"], quantity=15
            ),
        ]
    )
    return {modifier.name: modifier for modifier in (whole, almond, vanilla)}


def _products(ingredients: dict[str, Ingredient]) -> dict[str, Product]:
    if kept := {product.name: product for product in Product.objects.all()}:
        return kept
    coffee, food = Category.objects.bulk_create(
        [Category(name="Coffee"), Category(name="Food", position=1, hue=3)]
    )
    latte, espresso, croissant = Product.objects.bulk_create(
        [
            Product(category=coffee, name="Latte"),
            Product(category=coffee, name="Espresso"),
            Product(category=food, name="Croissant"),
        ]
    )
    sizes = ProductSize.objects.bulk_create(
        [
            *_sizes(latte, {"S": (900, "0.8"), "M": (1000, "1"), "L": (1200, "1.3")}),
            *_sizes(espresso, {"Single": (600, "1"), "Double": (800, "2")}),
            *_sizes(croissant, {"Regular": (700, "1")}),
        ]
    )
    ProductModifierGroup.objects.bulk_create(
        ProductModifierGroup(product=latte, group=group, position=position)
        for position, group in enumerate(ModifierGroup.objects.order_by("pk"))
    )
    amounts = [
        (latte, "Milk", 200),
        (latte, "Beans", 18),
        (espresso, "Beans", 9),
        (croissant, "Croissant dough", 1),
    ]
    cups = (
        RecipeLine(
            product=latte,
            ingredient=ingredients[f"Cup {size.name}"],
            quantity=1,
            scales=False,
            size=size,
        )
        for size in sizes
        if size.product == latte
    )
    RecipeLine.objects.bulk_create(
        [
            *(
                RecipeLine(product=product, ingredient=ingredients[name], quantity=quantity)
                for product, name, quantity in amounts
            ),
            *cups,
        ]
    )
    return {product.name: product for product in (latte, espresso, croissant)}


def _sizes(product: Product, sizes: dict[str, tuple[int, str]]) -> list[ProductSize]:
    return [
        ProductSize(
            product=product,
            name=name,
            price=price,
            factor=Decimal(factor),
            position=position,
            is_default=name == "M" or len(sizes) == 1,
        )
        for position, (name, (price, factor)) in enumerate(sizes.items())
    ]


def make_supplier(
    name: str = "Dairy",
    *,
    items: dict[str, tuple[int | str, int | str]] | None = None,
    **fields: object,
) -> Supplier:
    """A supplier on `send` whose `items` are (pack size, price per pack) by ingredient name.

    They are preferred where nobody else is; the ingredients are those of `make_cafe`.
    """
    fields = {"email": f"{name.lower()}@suppliers.example", "auto_order": "send"} | fields
    supplier = Supplier.objects.create(name=name, **fields)
    for ingredient, (size, price) in (items or {}).items():
        kept = Ingredient.objects.get(name=ingredient)
        SupplierItem.objects.create(
            supplier=supplier,
            ingredient=kept,
            pack_name=f"pack of {size}",
            pack_size=Decimal(size),
            sku=f"{name[:2].upper()}-{kept.pk}",
            price=Decimal(price),
            preferred=not kept.supplier_items.filter(preferred=True).exists(),
        )
    return supplier
