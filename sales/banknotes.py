"""The amounts a cashier is likely to be handed. Pure."""

from decimal import ROUND_CEILING, Decimal

NOTES = {
    "EUR": (5, 10, 20, 50, 100),
    "GBP": (5, 10, 20, 50),
    "HUF": (500, 1_000, 2_000, 5_000, 10_000, 20_000),
    "JPY": (1_000, 5_000, 10_000),
    "KRW": (1_000, 5_000, 10_000, 50_000),
    "KZT": (500, 1_000, 2_000, 5_000, 10_000, 20_000),
    "RUB": (50, 100, 200, 500, 1_000, 5_000),
    "USD": (1, 5, 10, 20, 50, 100),
    "UZS": (1_000, 5_000, 10_000, 50_000, 100_000),
}
OTHER_NOTES = (5, 10, 20, 50, 100, 200, 500, 1_000)


def quick_amounts(total: Decimal, currency: str, *, limit: int = 4) -> list[Decimal]:
    """Up to `limit` ascending sums above `total` that can be made of usual notes.

    For each note the next whole number of them: 4,100 tenge is handed over as 4,500, 5,000, 6,000
    or 10,000.
    """
    notes = (Decimal(note) for note in NOTES.get(currency, OTHER_NOTES))
    sums = {(total / note).to_integral_value(ROUND_CEILING) * note for note in notes}
    return sorted(amount for amount in sums if amount > total)[:limit]
