"""Statuses at their borders, the scarcest ingredient, and packs that cover."""

from decimal import Decimal

import pytest

from predict.advice import Portions, Status, portions_of, status_of, urgency, wanted

pytestmark = pytest.mark.once

D = Decimal


@pytest.mark.parametrize(
    ("portions", "forecast", "status"),
    [
        (9, "10", Status.CRITICAL),
        (10, "10", Status.WARNING),  # not below the forecast
        (14, "10", Status.WARNING),
        (15, "10", Status.OK),  # not below 1.5 times it
        (10, "10.25", Status.CRITICAL),
        (11, "10.25", Status.WARNING),
        (10, "6.666666", Status.OK),  # a mean of 20/3: 1.5 times it is 10
        (9, "6.666666", Status.WARNING),
        (0, "0", Status.OK),
        (0, "0.25", Status.CRITICAL),
        (None, "1000", Status.OK),
        (5, None, Status.NO_HISTORY),
        (None, None, Status.NO_HISTORY),
    ],
)
def test_status(portions, forecast, status):
    assert status_of(portions, D(forecast) if forecast else None) is status


@pytest.mark.parametrize(
    ("on_hand", "portions"),
    [
        ({1: D(1000), 2: D(180), 3: D(50)}, Portions(5, 1)),  # 5 of milk, 10 of beans, 50 cups
        ({1: D(999), 2: D(180), 3: D(50)}, Portions(4, 1)),
        ({1: D(1000), 2: D(180), 3: D(2)}, Portions(2, 3)),  # the last of the recipe decides
        ({1: D(1000), 2: D(180)}, Portions(0, 3)),  # never stocked
        ({1: D(-500), 2: D(180), 3: D(50)}, Portions(0, 1)),  # oversold
        ({1: D(1000), 2: D(90), 3: D(5)}, Portions(5, 1)),  # all alike: the first
    ],
)
def test_portions_by_the_scarcest_of_the_whole_recipe(on_hand, portions):
    assert portions_of({1: D(200), 2: D(18), 3: D(1)}, on_hand) == portions


def test_a_product_without_a_recipe_has_no_limit():
    assert portions_of({}, {1: D(0)}) == Portions(None, None)


def test_exact_quantities_make_exact_portions():
    assert portions_of({1: D("0.1")}, {1: D("0.3")}).count == 3
    assert portions_of({1: D("23.4")}, {1: D("70.2")}).count == 3


def test_the_most_urgent_comes_first():
    rows = [
        ("plenty", 100, D(10)),
        ("none", 0, D(10)),
        ("free", None, D(10)),
        ("tight", 14, D(10)),
        ("short", 9, D(10)),
        ("new", 3, None),
        ("tighter", 11, D(10)),
        ("idle", 5, D(0)),
    ]
    ordered = sorted(rows, key=lambda r: urgency(status_of(r[1], r[2]), r[1], r[2]))
    assert [row[0] for row in ordered] == [
        "none", "short", "tighter", "tight", "plenty", "free", "idle", "new",
    ]  # fmt: skip


def test_wanted_adds_up_over_all_products():
    latte, mocha = {1: D(200), 2: D(18)}, {1: D(150)}
    # 1.5 × 10 = 15 lattes, 1.5 × 3 = 4.5, so 5 mochas.
    assert wanted([(D(10), latte), (D(3), mocha)]) == {1: D(3750), 2: D(270)}
