"""Amounts and quantities as people read them."""

from decimal import Decimal

SYMBOLS = {
    "AUD": "$", "BRL": "R$", "CAD": "$", "CHF": "CHF", "CNY": "¥", "CZK": "Kč", "DKK": "kr",
    "EUR": "€", "GBP": "£", "GEL": "₾", "HUF": "Ft", "INR": "₹", "JPY": "¥", "KGS": "сом",
    "KRW": "₩", "KZT": "₸", "MXN": "$", "NOK": "kr", "PLN": "zł", "SEK": "kr", "TRY": "₺",
    "UAH": "₴", "USD": "$", "UZS": "soʻm",
}  # fmt: skip
# In these, people price in whole units; hundredths appear only where there are any.
WHOLE_UNITS = {"HUF", "JPY", "KRW", "KZT", "UZS"}
THIN_SPACE = "\u202f"
HARD_SPACE = "\u00a0"


def format_money(amount: Decimal, currency: str) -> str:
    """`amount` with its currency's sign: 1 450 ₸, 12.50 €."""
    symbol = SYMBOLS.get(currency, currency)
    return f"{format_amount(amount, currency)}{HARD_SPACE}{symbol}"


def format_amount(amount: Decimal, currency: str) -> str:
    """`amount` grouped by thousands, without the currency's sign; a minus is a real one."""
    amount = Decimal(amount)
    places = 0 if currency in WHOLE_UNITS and amount == amount.to_integral_value() else 2
    return f"{amount:,.{places}f}".replace(",", THIN_SPACE).replace("-", "−")


def format_quantity(quantity: Decimal, unit: str = "") -> str:
    """A stock quantity without needless decimals: 1 240 ml, 23.4 g."""
    text = f"{Decimal(quantity):,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    text = text.replace(",", THIN_SPACE)
    return f"{text}{HARD_SPACE}{unit}" if unit else text
