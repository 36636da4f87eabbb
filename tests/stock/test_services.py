"""Stock: every change a ledger row and a balance, exactly."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from stock.errors import OutOfStock
from stock.models import Ingredient, Location, StockItem, StockMovement
from stock.services import (
    correct_stock,
    deduct_stock,
    raise_revision,
    record_movements,
    reverse_movements,
)
from stock.services.ledger import Balance
from tests.assertions import assert_ledger_adds_up

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def place(db):
    yield Location.objects.create(name="Corner", slug="corner")
    assert_ledger_adds_up()


@pytest.fixture
def milk(db) -> Ingredient:
    return Ingredient.objects.create(name="Milk", unit="ml")


@pytest.fixture
def beans(db) -> Ingredient:
    return Ingredient.objects.create(name="Beans", unit="g")


def receive(place, **quantities) -> None:
    ids = {name: Ingredient.objects.get(name=name.title()).pk for name in quantities}
    correct_stock(
        location_id=place.pk,
        quantities={ids[name]: Decimal(q) for name, q in quantities.items()},
        reason="receipt",
        at=AT,
    )


def on_hand(place, ingredient) -> Decimal:
    return StockItem.objects.get(location=place, ingredient=ingredient).on_hand


def deduct(place, quantities, **kwargs):
    options = {"reference": "order:1", "refuse_short": True, "at": AT} | kwargs
    return deduct_stock(
        location_id=place.pk,
        quantities={ingredient.pk: Decimal(q) for ingredient, q in quantities.items()},
        **options,
    )


def test_a_sale_leaves_balances_and_ledger_rows(place, milk, beans, admin_user):
    receive(place, milk=1000, beans=500)
    deduct(
        place,
        {beans: "18.5", milk: 200},
        user_id=admin_user.pk,
        unit_costs={milk.pk: Decimal("0.25")},
    )
    assert (on_hand(place, milk), on_hand(place, beans)) == (800, Decimal("481.5"))
    rows = StockMovement.objects.filter(reference="order:1").order_by("quantity")
    assert [
        (m.ingredient, m.quantity, m.reason, m.unit_cost, m.user, m.created_at) for m in rows
    ] == [
        (milk, -200, "sale", Decimal("0.25"), admin_user, AT),
        (beans, Decimal("-18.5"), "sale", 0, admin_user, AT),
    ]


def test_a_short_sale_names_all_that_is_missing_and_changes_nothing(place, milk, beans):
    receive(place, milk=100)
    with pytest.raises(OutOfStock) as refusal, transaction.atomic():
        deduct(place, {milk: "100.5", beans: 18})
    assert refusal.value.facts == {
        "shortages": [
            {"ingredient": "Milk", "unit": "ml", "needed": "100.5", "on_hand": "100"},
            {"ingredient": "Beans", "unit": "g", "needed": "18", "on_hand": "0"},
        ]
    }
    assert on_hand(place, milk) == 100
    assert StockMovement.objects.count() == 1


def test_where_selling_goes_on_the_balance_falls_below_zero(place, milk):
    receive(place, milk=100)
    deduct(place, {milk: 250}, refuse_short=False)
    assert on_hand(place, milk) == -150


def test_what_was_booked_comes_back_as_balances(place, milk, beans):
    receive(place, milk=1000)
    StockItem.objects.filter(ingredient=milk).update(
        reorder_point=Decimal(800), par_level=Decimal(900)
    )
    with transaction.atomic():
        left = record_movements(
            location_id=place.pk,
            quantities={beans.pk: Decimal("1.5"), milk.pk: Decimal(-200)},
            reason="waste",
            reference="",
            at=AT,
        )
    assert left == {milk.pk: Balance(Decimal(800), True), beans.pk: Balance(Decimal("1.5"), False)}


def test_two_statements_for_one_ingredient_or_for_twenty(place):
    many = [Ingredient.objects.create(name=f"Spice {n}", unit="g") for n in range(20)]

    def statements(ingredients) -> int:
        with CaptureQueriesContext(connection) as captured:
            deduct(place, dict.fromkeys(ingredients, 1), refuse_short=False)
        return len(captured)

    assert statements(many[:1]) == statements(many) == 2


def test_nothing_needed_is_nothing_done(place):
    with CaptureQueriesContext(connection) as captured:
        deduct(place, {})
    assert len(captured) == 0


def test_sums_of_fractions_are_exact(place, milk):
    for _ in range(3):
        receive(place, milk="0.1")
    assert on_hand(place, milk) == Decimal("0.3")
    deduct(place, {milk: "0.3"})
    assert on_hand(place, milk) == 0


def test_what_is_finer_than_a_millionth_is_refused(place, milk):
    with pytest.raises(ValueError, match="decimals"), transaction.atomic():
        deduct(place, {milk: "0.0000001"}, refuse_short=False)


def test_reversal_goes_by_the_ledger(place, milk, beans):
    receive(place, milk=1000, beans=1000)
    deduct(place, {milk: 200, beans: 18})
    deduct(place, {milk: 50}, reference="order:2")
    reverse_movements(location_id=place.pk, reference="order:1", as_waste=False, at=AT)
    assert (on_hand(place, milk), on_hand(place, beans)) == (950, 1000)
    back = StockMovement.objects.filter(reason="reversal")
    assert {(m.ingredient, m.quantity, m.reference) for m in back} == {
        (milk, Decimal(200), "order:1"),
        (beans, Decimal(18), "order:1"),
    }


def test_reversal_as_waste_leaves_the_balance_and_both_rows(place, milk):
    receive(place, milk=1000)
    deduct(place, {milk: 200})
    reverse_movements(location_id=place.pk, reference="order:1", as_waste=True, at=AT)
    assert on_hand(place, milk) == 800
    kinds = StockMovement.objects.filter(reference="order:1").order_by("pk")
    assert [(m.reason, m.quantity) for m in kinds] == [
        ("sale", -200),
        ("reversal", 200),
        ("waste", -200),
    ]


def test_reversal_of_nothing_is_nothing(place):
    reverse_movements(location_id=place.pk, reference="order:9", as_waste=True, at=AT)
    assert StockMovement.objects.count() == 0


def test_locations_do_not_share_stock(place, milk):
    other = Location.objects.create(name="Second", slug="second")
    receive(place, milk=100)
    receive(other, milk=30)
    deduct(other, {milk: 30})
    assert (on_hand(place, milk), on_hand(other, milk)) == (100, 0)


@pytest.mark.parametrize("touched", [(), ("menu",), ("stock",), ("shift",), ("stock", "menu")])
def test_raising_the_revision_marks_what_was_touched(place, touched):
    before = raise_revision(place.pk)
    assert raise_revision(place.pk, *touched) == before + 1
    place.refresh_from_db()
    marks = {k: getattr(place, f"{k}_revision") for k in ("menu", "stock", "shift")}
    assert place.revision == before + 1
    assert marks == {k: before + 1 if k in touched else 0 for k in marks}


def test_a_correction_is_announced_once_and_marks_the_stock(
    place, milk, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as announced:
        receive(place, milk=5)
    place.refresh_from_db()
    assert (len(announced), place.stock_revision) == (1, place.revision)


quantities = st.decimals("-100000", "100000", places=6).filter(bool)


class TestAnySequence(TestCase):
    @settings(max_examples=25)
    @given(st.lists(st.dictionaries(st.integers(0, 3), quantities, min_size=1), max_size=8))
    def test_balances_equal_the_ledger_after_it(self, acts):
        place = Location.objects.create(name="Corner", slug="corner")
        names = [Ingredient.objects.create(name=str(n), unit="g").pk for n in range(4)]
        for act in acts:
            record_movements(
                location_id=place.pk,
                quantities={names[n]: quantity for n, quantity in act.items()},
                reason="count",
                reference="",
                at=AT,
            )
        assert_ledger_adds_up()
        expected = [sum(act.get(n, 0) for act in acts) for n in range(4)]
        actual = dict(StockItem.objects.values_list("ingredient_id", "on_hand"))
        assert [actual.get(pk, 0) for pk in names] == expected
