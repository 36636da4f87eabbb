"""Waste, counts and limits by hand."""

from decimal import Decimal
from functools import partial

import pytest
from django.utils import timezone

from config.errors import NotFound
from stock import errors
from stock.models import StockItem, StockMovement
from stock.services import count_stock, deduct_stock, record_waste, set_limits
from tests.assertions import assert_ledger_adds_up, row_counts
from tests.factories import make_cafe, make_staff
from tests.sales.ordering import sell

pytestmark = pytest.mark.django_db
KEY = "0123456789abcdef" * 2


@pytest.fixture
def milk(cafe) -> dict[str, int]:
    yield {"location_id": cafe.location.pk, "ingredient_id": cafe.ingredients["Milk"].pk}
    assert_ledger_adds_up()


def last() -> tuple:
    movement = StockMovement.objects.first()
    return movement.reason, movement.quantity, movement.note, movement.user


def test_waste_leaves_with_its_reason(cafe, milk):
    user = make_staff("dana", "Manager")
    record_waste(**milk, quantity=Decimal("0.5"), reason=" Spilled ", user_id=user.pk)
    assert cafe.on_hand("Milk") == Decimal("999.5")
    assert last() == ("waste", Decimal("-0.5"), "Spilled", user)


@pytest.mark.parametrize(
    ("counted", "difference"), [("990", -10), ("1000.25", "0.25"), ("0", -1000)]
)
def test_a_count_books_the_difference(cafe, milk, counted, difference):
    booked = count_stock(**milk, counted=Decimal(counted), reason="Sunday", user_id=None)
    assert (booked, cafe.on_hand("Milk")) == (Decimal(difference), Decimal(counted))
    assert last() == ("count", Decimal(difference), "Sunday", None)


def test_a_count_that_matches_books_nothing(cafe, milk):
    before = row_counts()
    assert count_stock(**milk, counted=Decimal(1000), reason="Sunday", user_id=None) == 0
    assert row_counts() == before


def test_a_count_that_matched_and_is_sent_again_books_nothing(cafe, milk):
    count = partial(count_stock, **milk, counted=Decimal(1000), reason="Sunday", user_id=None)
    assert count(key=KEY) == 0
    sell(cafe, "Latte")
    assert count(key=KEY) is None
    assert cafe.on_hand("Milk") == 800
    assert count(key=KEY[::-1]) == 200


def test_waste_sent_again_is_booked_once_though_nothing_is_left_of_it(cafe, milk):
    waste = partial(record_waste, **milk, quantity=Decimal(1000), reason="Expired", user_id=None)
    assert (waste(key=KEY), waste(key=KEY)) == (True, False)
    assert cafe.on_hand("Milk") == 0


def test_a_form_that_was_refused_may_be_corrected_and_sent_again(cafe, milk):
    send = {**milk, "user_id": None, "key": KEY}
    with pytest.raises(errors.MoreThanOnHand):
        record_waste(**send, quantity=Decimal(1001), reason="Spilled")
    with pytest.raises(errors.ReasonMissing):
        count_stock(**send, counted=Decimal(900), reason="")
    assert count_stock(**send, counted=Decimal(900), reason="Sunday") == -100


@pytest.mark.parametrize("on_hand", [2, 0, -3])
def test_nobody_throws_away_more_than_is_there(cafe, milk, on_hand):
    count_stock(**milk, counted=Decimal(2), reason="Sunday", user_id=None)
    if on_hand < 2:
        deduct(cafe, 2 - on_hand)
    before = row_counts()
    there = max(on_hand, 0)
    with pytest.raises(errors.MoreThanOnHand, match=f"Only {there}\u00a0ml of Milk are on hand; "):
        record_waste(**milk, quantity=Decimal(there) + 1, reason="Spilled", user_id=None)
    assert (row_counts(), cafe.on_hand("Milk")) == (before, on_hand)


def deduct(cafe, quantity: int) -> None:
    deduct_stock(
        location_id=cafe.location.pk,
        quantities={cafe.ingredients["Milk"].pk: Decimal(quantity)},
        reference="",
        refuse_short=False,
        at=timezone.now(),
    )


@pytest.mark.parametrize("quantity", ["0", "-5", "NaN", "0.0001", "1e12"])
def test_waste_that_is_no_quantity_is_refused(cafe, milk, quantity):
    before = row_counts()
    with pytest.raises(errors.QuantityInvalid):
        record_waste(**milk, quantity=Decimal(quantity), reason="Spilled", user_id=None)
    assert row_counts() == before


@pytest.mark.parametrize("reason", ["", "  ", "x" * 201, "a\nb"])
def test_without_a_reason_nothing_is_booked(cafe, milk, reason):
    before = row_counts()
    with pytest.raises(errors.ReasonMissing):
        record_waste(**milk, quantity=Decimal(1), reason=reason, user_id=None)
    with pytest.raises(errors.ReasonMissing):
        count_stock(**milk, counted=Decimal(1), reason=reason, user_id=None)
    assert row_counts() == before


def test_limits_are_set(cafe, milk):
    set_limits(**milk, reorder_point=Decimal(10), par_level=Decimal("20.5"))
    item = StockItem.objects.get(**milk)
    assert (item.reorder_point, item.par_level) == (10, Decimal("20.5"))
    set_limits(**milk, reorder_point=Decimal(10), par_level=Decimal(0))
    assert StockItem.objects.get(**milk).par_level == 0


@pytest.mark.parametrize(
    ("limit", "par", "error"),
    [
        (10, 10, errors.LimitsInvalid),
        (10, 5, errors.LimitsInvalid),
        (-1, 5, errors.QuantityInvalid),
        (1, "NaN", errors.QuantityInvalid),
    ],
)
def test_limits_that_contradict_are_refused(milk, limit, par, error):
    with pytest.raises(error):
        set_limits(**milk, reorder_point=Decimal(limit), par_level=Decimal(par))
    assert StockItem.objects.get(**milk).par_level == 2000


def test_only_what_is_kept_here(cafe):
    elsewhere = make_cafe(slug="second", stock=0).location.pk
    where = {"location_id": elsewhere, "ingredient_id": cafe.ingredients["Milk"].pk}
    with pytest.raises(NotFound):
        record_waste(**where, quantity=Decimal(1), reason="Spilled", user_id=None)
    with pytest.raises(NotFound):
        count_stock(**where, counted=Decimal(1), reason="Count", user_id=None)
    with pytest.raises(NotFound):
        set_limits(**where, reorder_point=Decimal(1), par_level=Decimal(2))
