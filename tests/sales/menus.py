"""A menu made by hand, without a database, and carts drawn from it."""

from datetime import time
from decimal import Decimal

from hypothesis import strategies as st

from sales.cart import CartLine
from sales.menu import (
    Menu,
    MenuCategory,
    MenuGroup,
    MenuIngredient,
    MenuModifier,
    MenuProduct,
    MenuSize,
    RecipePart,
)

MILK, ALMOND, BEANS, VANILLA, CUP_S, CUP_M, CUP_L, DOUGH, CARAMEL, FOAM = range(1, 11)
WHOLE_MILK, ALMOND_MILK, VANILLA_SHOT, CARAMEL_SHOT, OAT_MILK, EXTRA_SHOT, NO_MILK = range(1, 8)

COFFEE = MenuCategory(1, "Coffee", 0)
FOOD = MenuCategory(2, "Food", 3)


def _modifier(id_, name, group, price=0, **kwargs) -> MenuModifier:
    group_id, group_name = group
    return MenuModifier(
        id=id_,
        name=name,
        group_id=group_id,
        group_name=group_name,
        price=Decimal(price).quantize(Decimal("0.01")),
        **kwargs,
    )


MILKS = MenuGroup(
    1,
    "Milk",
    1,
    1,
    (
        _modifier(WHOLE_MILK, "Whole milk", (1, "Milk"), is_default=True),
        _modifier(
            ALMOND_MILK,
            "Almond milk",
            (1, "Milk"),
            300,
            replaces=MILK,
            parts=(RecipePart(ALMOND, None),),
        ),
        _modifier(OAT_MILK, "Oat milk", (1, "Milk"), 250, on_sale=False, replaces=MILK),
    ),
)
SYRUPS = MenuGroup(
    2,
    "Syrup",
    0,
    2,
    (
        _modifier(
            VANILLA_SHOT,
            "Vanilla",
            (2, "Syrup"),
            150,
            parts=(RecipePart(VANILLA, Decimal(15)),),
        ),
        _modifier(
            CARAMEL_SHOT,
            "Caramel",
            (2, "Syrup"),
            "149.99",
            parts=(RecipePart(CARAMEL, Decimal(10), scales=True),),
        ),
        _modifier(
            NO_MILK,
            "Foam instead of milk",
            (2, "Syrup"),
            replaces=MILK,
            parts=(RecipePart(FOAM, Decimal(50)),),
        ),
    ),
)
SHOTS = MenuGroup(
    3,
    "Shots",
    1,
    1,
    (
        _modifier(
            EXTRA_SHOT, "Extra shot", (3, "Shots"), 200, parts=(RecipePart(BEANS, Decimal(9)),)
        ),
    ),
)


def _sizes(first_id: int, **sizes: tuple[str, str]) -> tuple[MenuSize, ...]:
    return tuple(
        MenuSize(first_id + n, name, Decimal(price), Decimal(factor), name == "M")
        for n, (name, (price, factor)) in enumerate(sizes.items())
    )


LATTE = MenuProduct(
    id=1,
    name="Latte",
    category=COFFEE,
    tax_rate=Decimal(12),
    sizes=_sizes(1, S=("900.00", "0.8"), M=("1000.00", "1"), L=("1200.00", "1.3")),
    groups=(MILKS, SYRUPS),
    recipe=(
        RecipePart(MILK, Decimal(200), scales=True),
        RecipePart(BEANS, Decimal(18), scales=True),
        RecipePart(CUP_S, Decimal(1), size_id=1),
        RecipePart(CUP_M, Decimal(1), size_id=2),
        RecipePart(CUP_L, Decimal(1), size_id=3),
    ),
)
ESPRESSO = MenuProduct(
    id=2,
    name="Espresso",
    category=COFFEE,
    tax_rate=Decimal(12),
    sizes=_sizes(11, Single=("600.00", "1"), Double=("799.99", "2")),
    recipe=(RecipePart(BEANS, Decimal(9), scales=True),),
)
CROISSANT = MenuProduct(
    id=3,
    name="Croissant",
    category=FOOD,
    tax_rate=Decimal("5.5"),
    sizes=_sizes(21, Regular=("700.37", "1")),
    recipe=(RecipePart(DOUGH, Decimal(1)),),
)
RETIRED = MenuProduct(
    id=4,
    name="Eggnog",
    category=COFFEE,
    tax_rate=Decimal(12),
    sizes=_sizes(31, M=("500.00", "1")),
    on_sale=False,
)
RISTRETTO = MenuProduct(
    id=5,
    name="Ristretto",
    category=COFFEE,
    tax_rate=Decimal(0),
    sizes=_sizes(41, Single=("0.01", "0.333")),
    groups=(SHOTS,),
    recipe=(RecipePart(BEANS, Decimal(7), scales=True),),
)


def hand_menu(*, tax_inclusive: bool = True) -> Menu:
    """Latte, Espresso, Croissant and Ristretto, with an Eggnog that is off sale."""
    products = {p.id: p for p in (LATTE, ESPRESSO, CROISSANT, RETIRED, RISTRETTO)}
    names = [
        "Milk",
        "Almond",
        "Beans",
        "Vanilla",
        "CupS",
        "CupM",
        "CupL",
        "Dough",
        "Caramel",
        "Foam",
    ]
    return Menu(
        location_id=1,
        revision=1,
        currency="KZT",
        time_zone="Asia/Almaty",
        business_day_start=time(4),
        tax_inclusive=tax_inclusive,
        refuses_oversell=True,
        categories=(COFFEE, FOOD),
        products=products,
        ingredients={
            n: MenuIngredient(n, name, "ml", Decimal(n) / 7) for n, name in enumerate(names, 1)
        },
        modifier_ids=frozenset(range(1, 8)),
        by_name={p.name.casefold(): p for p in products.values()},
    )


@st.composite
def cart_lines(draw, max_quantity: int = 7) -> CartLine:
    """Any line `read_item` could return for the hand-made menu."""
    product = draw(st.sampled_from([LATTE, ESPRESSO, CROISSANT, RISTRETTO]))
    modifiers = []
    for group in product.groups:
        on_sale = [m for m in group.modifiers if m.on_sale]
        most = min(group.maximum, len(on_sale))
        chosen = draw(
            st.lists(st.sampled_from(on_sale), min_size=group.minimum, max_size=most, unique=True)
        )
        modifiers += [m for m in chosen if not _conflicts(m, modifiers)]
    return CartLine(
        product=product,
        size=draw(st.sampled_from(product.sizes)),
        modifiers=tuple(modifiers),
        quantity=draw(st.integers(1, max_quantity)),
    )


def carts(max_size: int = 8):
    """Carts of one line or more."""
    return st.lists(cart_lines(), min_size=1, max_size=max_size)


def _conflicts(modifier: MenuModifier, chosen: list[MenuModifier]) -> bool:
    return modifier.replaces is not None and modifier.replaces in {m.replaces for m in chosen}
