"""From what was asked for to a cart: defaults filled in, every mistake named."""

import pytest

from sales import errors
from sales.cart import MAX_LINES, CartItem, clean_text, read_cart
from tests.sales.menus import (
    ALMOND_MILK,
    CARAMEL_SHOT,
    EXTRA_SHOT,
    NO_MILK,
    OAT_MILK,
    VANILLA_SHOT,
    WHOLE_MILK,
    hand_menu,
)

pytestmark = pytest.mark.once
MENU = hand_menu()


def read(*args, **kwargs):
    [line] = read_cart([CartItem(*args, **kwargs)], MENU)
    return line


def chosen(line) -> list[int]:
    return [modifier.id for modifier in line.modifiers]


def test_size_and_groups_left_out_get_their_defaults():
    line = read("Latte")
    assert (line.size.name, chosen(line), line.quantity) == ("M", [WHOLE_MILK], 1)


def test_without_a_default_size_the_first_is_taken():
    assert read("Espresso").size.name == "Single"


def test_only_the_groups_left_out_get_their_default():
    assert chosen(read("Latte", modifiers=(VANILLA_SHOT,))) == [WHOLE_MILK, VANILLA_SHOT]
    assert chosen(read("Latte", modifiers=(ALMOND_MILK,))) == [ALMOND_MILK]


def test_modifiers_come_in_the_order_of_their_groups():
    asked = (CARAMEL_SHOT, ALMOND_MILK, VANILLA_SHOT)
    assert chosen(read("Latte", modifiers=asked)) == [ALMOND_MILK, CARAMEL_SHOT, VANILLA_SHOT]


@pytest.mark.parametrize("product", [1, "Latte", "latte", "LATTE"])
def test_a_product_is_found_by_id_or_by_name_in_any_case(product):
    assert read(product).product.name == "Latte"


def test_a_size_is_found_in_any_case():
    assert read("Latte", size="l").size.name == "L"


REFUSED = {
    "unknown id": (CartItem(99), errors.UnknownProduct),
    "unknown name": (CartItem("Tea"), errors.UnknownProduct),
    "a huge id": (CartItem(10**40), errors.UnknownProduct),
    "empty name": (CartItem(""), errors.UnknownProduct),
    "a name with NUL": (CartItem("Latte\x00"), errors.UnknownProduct),
    "True for an id": (CartItem(True), errors.UnknownProduct),
    "no product": (CartItem(None), errors.UnknownProduct),
    "a list for a product": (CartItem(["Latte"]), errors.UnknownProduct),
    "a float for a product": (CartItem(1.0), errors.UnknownProduct),
    "off sale": (CartItem("Eggnog"), errors.OffSale),
    "unknown size": (CartItem("Latte", size="XL"), errors.UnknownSize),
    "empty size": (CartItem("Latte", size=""), errors.UnknownSize),
    "a number for a size": (CartItem("Latte", size=1), errors.UnknownSize),
    "size of another product": (CartItem("Latte", size="Double"), errors.UnknownSize),
    "quantity 0": (CartItem("Latte", 0), errors.InvalidQuantity),
    "negative quantity": (CartItem("Latte", -1), errors.InvalidQuantity),
    "fractional quantity": (CartItem("Latte", 1.5), errors.InvalidQuantity),
    "a whole float": (CartItem("Latte", 1.0), errors.InvalidQuantity),
    "huge quantity": (CartItem("Latte", 1000), errors.InvalidQuantity),
    "quantity beyond 64 bits": (CartItem("Latte", 10**30), errors.InvalidQuantity),
    "text for a quantity": (CartItem("Latte", "2"), errors.InvalidQuantity),
    "True for a quantity": (CartItem("Latte", True), errors.InvalidQuantity),
    "no quantity": (CartItem("Latte", None), errors.InvalidQuantity),
    "NaN for a quantity": (CartItem("Latte", float("nan")), errors.InvalidQuantity),
    "unknown modifier": (CartItem("Latte", modifiers=(99,)), errors.UnknownModifier),
    "text for a modifier": (CartItem("Latte", modifiers=("1",)), errors.UnknownModifier),
    "True for a modifier": (CartItem("Latte", modifiers=(True,)), errors.UnknownModifier),
    "a list for a modifier": (CartItem("Latte", modifiers=([1],)), errors.UnknownModifier),
    "modifier not allowed": (CartItem("Latte", modifiers=(EXTRA_SHOT,)), errors.ModifierNotAllowed),
    "modifier of no group": (CartItem("Espresso", modifiers=(1,)), errors.ModifierNotAllowed),
    "modifier off sale": (CartItem("Latte", modifiers=(OAT_MILK,)), errors.OffSale),
    "modifier twice": (
        CartItem("Latte", modifiers=(VANILLA_SHOT, VANILLA_SHOT)),
        errors.ModifierRepeated,
    ),
    "too few": (CartItem("Ristretto"), errors.TooFewModifiers),
    "too many": (
        CartItem("Latte", modifiers=(WHOLE_MILK, ALMOND_MILK)),
        errors.TooManyModifiers,
    ),
    "two that replace one ingredient": (
        CartItem("Latte", modifiers=(ALMOND_MILK, NO_MILK)),
        errors.ModifiersConflict,
    ),
    "over-long note": (CartItem("Latte", note="x" * 201), errors.InvalidText),
    "NUL in the note": (CartItem("Latte", note="no\x00foam"), errors.InvalidText),
    "a number for a note": (CartItem("Latte", note=7), errors.InvalidText),
    "half a character in the note": (CartItem("Latte", note="\ud800"), errors.InvalidText),
}


@pytest.mark.parametrize(("item", "error"), REFUSED.values(), ids=REFUSED)
def test_each_mistake_has_its_own_error(item, error):
    with pytest.raises(errors.DomainError) as refusal:
        read_cart([CartItem("Latte"), item], MENU)
    assert type(refusal.value) is error


def test_errors_have_codes_of_their_own():
    kinds = [
        e for e in vars(errors).values() if isinstance(e, type) and e.__module__ == errors.__name__
    ]
    codes = [kind.code for kind in kinds]
    assert len(set(codes)) == len(codes) > 20


def test_a_refused_size_names_those_there_are():
    with pytest.raises(errors.UnknownSize) as refusal:
        read("Latte", size="XL")
    assert refusal.value.facts == {"product": "Latte", "sizes": ["S", "M", "L"]}


def test_an_order_needs_an_item_and_has_a_limit():
    with pytest.raises(errors.EmptyOrder):
        read_cart([], MENU)
    assert len(read_cart([CartItem("Espresso")] * MAX_LINES, MENU)) == MAX_LINES
    with pytest.raises(errors.OrderTooLarge):
        read_cart([CartItem("Espresso")] * (MAX_LINES + 1), MENU)


@pytest.mark.parametrize(
    "text", ["Арұ", "no foam\nextra hot", "☕ to go", "👩\u200d🍳", "می\u200cخواهم", "x" * 40]
)
def test_text_in_any_script_is_kept(text):
    assert clean_text(f"  {text} ", limit=40, field="note", multiline=True) == text


def test_every_blank_is_a_plain_one():
    text = clean_text("no\u00a0foam,\textra\r\nhot", limit=40, field="note", multiline=True)
    assert text == "no foam, extra\nhot"


@pytest.mark.parametrize(
    "text", ["a\0b", "a\x1bb", "a\u202eb", "a\ud800b", "a\nb", "a\rb", "x" * 41]
)
def test_a_name_is_one_line_of_what_can_be_written(text):
    with pytest.raises(errors.InvalidText):
        clean_text(text, limit=40, field="customer_name")
