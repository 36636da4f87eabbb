from decimal import Decimal

import pytest

from sales.banknotes import quick_amounts

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("total", "currency", "expected"),
    [
        ("4100", "KZT", [4500, 5000, 6000, 10000]),
        ("4000", "KZT", [5000, 10000, 20000]),
        ("500", "KZT", [1000, 2000, 5000, 10000]),
        ("20000", "KZT", []),
        ("4.20", "EUR", [5, 10, 20, 50]),
        ("12.01", "XXX", [15, 20, 50, 100]),
    ],
)
def test_sums_of_usual_notes_above_the_total(total, currency, expected):
    assert quick_amounts(Decimal(total), currency) == expected
