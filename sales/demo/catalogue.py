"""What the demo café sells and what it is made of. Data only.

Money is in tenge, quantities in the ingredient's base unit for the factor 1.
"""

from dataclasses import dataclass, field

from sales.demo.pantry import BEANS, MILK


@dataclass(frozen=True, slots=True)
class ModifierSpec:
    """`id` is the primary key it gets; `share` of 100 customers choose it."""

    id: int
    name: str
    price: int = 0
    adds: dict[str, int | None] = field(default_factory=dict)
    replaces: str | None = None
    is_default: bool = False
    share: int = 0
    scales: bool = False


@dataclass(frozen=True, slots=True)
class GroupSpec:
    name: str
    minimum: int
    maximum: int
    modifiers: tuple[ModifierSpec, ...]


@dataclass(frozen=True, slots=True)
class ProductSpec:
    """`sizes` maps a name to price and recipe factor; `per_size` names what one size takes once."""

    name: str
    category: str
    sizes: dict[str, tuple[int, str]]
    recipe: dict[str, int | str]
    per_size: dict[str, tuple[str, ...]] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    share: int = 10
    description: str = ""


CATEGORIES = (("Coffee", 0), ("Tea", 2), ("Cold drinks", 4), ("Bakery", 6), ("Kitchen", 7))

GROUPS = (
    GroupSpec(
        "Milk",
        1,
        1,
        (
            ModifierSpec(9, "Whole milk", is_default=True, share=60),
            ModifierSpec(1, "Almond milk", 250, {"Almond milk": None}, MILK, share=13),
            ModifierSpec(2, "Oat milk", 200, {"Oat milk": None}, MILK, share=15),
            ModifierSpec(3, "Lactose-free milk", 100, {"Lactose-free milk": None}, MILK, share=7),
            ModifierSpec(4, "Coconut milk", 250, {"Coconut milk": None}, MILK, share=5),
        ),
    ),
    GroupSpec(
        "Syrup",
        0,
        3,
        (
            ModifierSpec(5, "Vanilla", 150, {"Vanilla syrup": 15}, share=8),
            ModifierSpec(6, "Caramel", 150, {"Caramel syrup": 15}, share=6),
            ModifierSpec(7, "Hazelnut", 150, {"Hazelnut syrup": 15}, share=4),
            ModifierSpec(8, "Lavender", 180, {"Lavender syrup": 12}, share=2),
        ),
    ),
    GroupSpec(
        "Extras",
        0,
        3,
        (
            ModifierSpec(10, "Extra shot", 250, {BEANS: 9}, share=7),
            ModifierSpec(11, "Decaf", 200, {"Decaf beans": None}, BEANS, share=4),
            ModifierSpec(12, "Whipped cream", 200, {"Cream": 30}, share=3),
            ModifierSpec(13, "Cinnamon", 0, {"Cinnamon": 1}, share=3),
        ),
    ),
    GroupSpec(
        "Tea",
        1,
        1,
        (
            ModifierSpec(
                14, "Black tea", 0, {"Black tea": 5}, is_default=True, share=45, scales=True
            ),
            ModifierSpec(15, "Green tea", 0, {"Green tea": 5}, share=25, scales=True),
            ModifierSpec(16, "Earl Grey", 50, {"Earl Grey": 5}, share=15, scales=True),
            ModifierSpec(17, "Mountain herbs", 100, {"Herbal tea": 6}, share=15, scales=True),
        ),
    ),
    GroupSpec(
        "With the tea",
        0,
        2,
        (
            ModifierSpec(18, "Lemon", 80, {"Lemon": 1}, share=15),
            ModifierSpec(19, "Honey", 150, {"Honey": 20}, share=12),
            ModifierSpec(20, "A dash of milk", 0, {MILK: 30}, share=20),
        ),
    ),
    GroupSpec(
        "Serve it",
        0,
        3,
        (
            ModifierSpec(21, "Warm it up", share=45),
            ModifierSpec(22, "Butter", 120, {"Butter portion": 1}, share=10),
            ModifierSpec(23, "Berry jam", 150, {"Berry jam": 30}, share=8),
        ),
    ),
    GroupSpec(
        "Add to the plate",
        0,
        3,
        (
            ModifierSpec(24, "Poached egg", 350, {"Eggs": 1}, share=15),
            ModifierSpec(25, "Smoked salmon", 890, {"Smoked salmon": 40}, share=8),
            ModifierSpec(26, "Extra cheese", 300, {"Cheese": 30}, share=8),
            ModifierSpec(27, "No onion", share=3),
        ),
    ),
)

HOT_CUPS = {
    "S": ("Cup S", "Lid 80 mm"),
    "M": ("Cup M", "Lid 90 mm"),
    "L": ("Cup L", "Lid 90 mm"),
}
COLD_CUPS = {"M": ("Cold cup M", "Cold lid"), "L": ("Cold cup L", "Cold lid")}
WITH_MILK = ("Milk", "Syrup", "Extras")


def _hot(name, category, prices, recipe, groups, share, description=""):
    sizes = dict(zip("SML", zip(prices, ("0.8", "1", "1.3"), strict=True), strict=True))
    return ProductSpec(name, category, sizes, recipe, HOT_CUPS, groups, share, description)


def _cold(name, prices, recipe, groups, share, description=""):
    sizes = dict(zip("ML", zip(prices, ("1", "1.4"), strict=True), strict=True))
    return ProductSpec(name, "Cold drinks", sizes, recipe, COLD_CUPS, groups, share, description)


def _plate(name, category, price, recipe, groups, share, description=""):
    return ProductSpec(
        name, category, {"Regular": (price, "1")}, recipe, {}, groups, share, description
    )


PRODUCTS = (
    ProductSpec(
        "Espresso",
        "Coffee",
        {"Single": (650, "1"), "Double": (850, "2")},
        {BEANS: 9},
        groups=("Extras",),
        share=7,
        description="House blend, short and dense",
    ),
    _hot("Americano", "Coffee", (850, 950, 1090), {BEANS: 18}, ("Syrup", "Extras"), 17),
    _hot("Cappuccino", "Coffee", (1050, 1190, 1390), {BEANS: 18, MILK: 160}, WITH_MILK, 22),
    _hot("Latte", "Coffee", (1150, 1290, 1490), {BEANS: 18, MILK: 200}, WITH_MILK, 24),
    ProductSpec(
        "Flat White",
        "Coffee",
        {"Regular": (1250, "1")},
        {BEANS: 18, MILK: 130},
        {"Regular": HOT_CUPS["S"]},
        groups=WITH_MILK,
        share=11,
    ),
    _hot(
        "Raf",
        "Coffee",
        (1390, 1590, 1790),
        {BEANS: 18, MILK: 100, "Cream": 60, "Vanilla sugar": 10},
        WITH_MILK,
        9,
        "Steamed with cream and vanilla sugar",
    ),
    _hot(
        "Mocha",
        "Coffee",
        (1290, 1450, 1650),
        {BEANS: 18, MILK: 170, "Chocolate sauce": 25},
        WITH_MILK,
        6,
    ),
    _hot("Filter Coffee", "Coffee", (790, 890, 990), {"Filter coffee": 18}, (), 4),
    ProductSpec(
        "Pot of Tea",
        "Tea",
        {"Cup": (690, "1"), "Pot": (1290, "2")},
        {},
        {"Cup": HOT_CUPS["M"]},
        groups=("Tea", "With the tea"),
        share=40,
        description="Loose leaf, the pot serves two",
    ),
    _hot(
        "Matcha Latte",
        "Tea",
        (1390, 1590, 1790),
        {"Matcha": 4, MILK: 200},
        ("Milk", "Syrup"),
        20,
    ),
    _hot(
        "Masala Chai",
        "Tea",
        (1190, 1350, 1550),
        {"Chai concentrate": 90, MILK: 140},
        ("Milk",),
        15,
    ),
    _hot(
        "Sea Buckthorn Tea",
        "Tea",
        (1190, 1390, 1590),
        {"Sea buckthorn purée": 60, "Honey": 15},
        ("With the tea",),
        15,
    ),
    _hot(
        "Ginger and Lemon",
        "Tea",
        (990, 1190, 1390),
        {"Fresh ginger": 20, "Honey": 15, "Lemon": "0.25"},
        ("With the tea",),
        10,
    ),
    _cold("Iced Latte", (1390, 1590), {BEANS: 18, MILK: 180, "Ice": 120}, WITH_MILK, 30),
    _cold("Cold Brew", (1290, 1490), {"Filter coffee": 25, "Ice": 100}, ("Syrup",), 16),
    _cold(
        "Bumble",
        (1590, 1790),
        {BEANS: 18, "Oranges for juice": 350, "Caramel syrup": 15, "Ice": 100},
        ("Syrup",),
        10,
        "Espresso over orange juice and caramel",
    ),
    _cold("Iced Matcha", (1590, 1790), {"Matcha": 4, MILK: 180, "Ice": 120}, ("Milk", "Syrup"), 10),
    _cold(
        "House Lemonade",
        (1190, 1390),
        {
            "Lemon": "0.5",
            "Mint": 5,
            "Sugar syrup": 30,
            "Sparkling water": 250,
            "Ice": 120,
        },
        ("Syrup",),
        18,
    ),
    _cold("Fresh Orange Juice", (1490, 1890), {"Oranges for juice": 600}, (), 8),
    _plate("Still Water", "Cold drinks", 450, {"Bottled water": 1}, (), 8),
    _plate("Butter Croissant", "Bakery", 890, {"Croissant": 1}, ("Serve it",), 28),
    _plate("Almond Croissant", "Bakery", 1190, {"Almond croissant": 1}, ("Serve it",), 12),
    _plate("Cinnamon Roll", "Bakery", 990, {"Cinnamon roll": 1}, ("Serve it",), 14),
    _plate("Banana Bread", "Bakery", 890, {"Banana bread slice": 1}, ("Serve it",), 10),
    _plate("Cheesecake", "Bakery", 1690, {"Cheesecake slice": 1}, (), 12),
    _plate("Honey Cake", "Bakery", 1490, {"Honey cake slice": 1}, (), 12),
    _plate(
        "Baursaks",
        "Bakery",
        790,
        {"Baursak": 6, "Sour cream": 40},
        ("Serve it",),
        7,
        "Six of them, with sour cream",
    ),
    _plate("Samsa with Chicken", "Bakery", 990, {"Samsa": 1}, ("Serve it",), 9),
    _plate(
        "Avocado Toast",
        "Kitchen",
        2490,
        {"Sourdough slice": 2, "Avocado": 1, "Salad leaves": 20},
        ("Add to the plate",),
        18,
    ),
    _plate(
        "Omelette",
        "Kitchen",
        1990,
        {"Eggs": 3, MILK: 40, "Cheese": 30, "Tomatoes": 60, "Salad leaves": 20},
        ("Add to the plate",),
        18,
    ),
    _plate(
        "Syrniki",
        "Kitchen",
        2190,
        {"Curd cheese": 180, "Eggs": 1, "Sour cream": 50, "Berry jam": 40},
        (),
        22,
        "Curd cheese pancakes, sour cream, berry jam",
    ),
    _plate(
        "Chicken Sandwich",
        "Kitchen",
        2290,
        {"Sourdough slice": 2, "Chicken breast": 110, "Cheese": 25, "Tomatoes": 50},
        ("Add to the plate",),
        20,
    ),
    _plate(
        "Caesar Salad",
        "Kitchen",
        2690,
        {"Chicken breast": 120, "Salad leaves": 110, "Cheese": 20, "Sourdough slice": 1},
        ("Add to the plate",),
        12,
    ),
    _plate(
        "Granola Bowl",
        "Kitchen",
        1890,
        {"Granola": 70, "Yoghurt": 200, "Honey": 15, "Berry jam": 20},
        (),
        10,
    ),
)
