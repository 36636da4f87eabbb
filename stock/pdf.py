"""A purchase order as a one-column A4 document."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from fpdf import FPDF
from fpdf.fonts import FontFace

from config.money import HARD_SPACE, THIN_SPACE, format_amount, format_money, format_quantity
from stock.models import PurchaseOrder, PurchaseOrderLine

FONTS = Path(__file__).parent / "fonts"
COLUMNS = (("Item", 50), ("SKU", 26), ("Packs", 16), ("Pack", 40), ("Quantity", 28), ("Price", 30))


def purchase_order_pdf(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine]) -> bytes:
    """`order` with its `lines` (their ingredients loaded) as a PDF file."""
    pdf = FPDF(format="A4")
    pdf.set_title(f"Purchase order {order.number}")
    pdf.set_creation_date(order.created_at)
    pdf.add_font("DejaVu", "", FONTS / "DejaVuSans.ttf")
    pdf.add_font("DejaVu", "B", FONTS / "DejaVuSans-Bold.ttf")
    pdf.add_page()
    _head(pdf, order)
    _table(pdf, order, lines)
    return bytes(pdf.output())


def purchase_contact() -> str:
    """Whom a supplier may ask."""
    return settings.PURCHASE_CONTACT or settings.DEFAULT_FROM_EMAIL


def _head(pdf: FPDF, order: PurchaseOrder) -> None:
    pdf.set_font("DejaVu", "B", 18)
    pdf.cell(0, 12, f"Purchase order {order.number}", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("DejaVu", "", 10)
    location, supplier = order.location, order.supplier
    facts = [
        ("From", location.name),
        ("Deliver to", location.address or location.name),
        ("To", ", ".join(filter(None, [supplier.name, supplier.contact, supplier.email]))),
        ("Ordered", order.ordered_on.isoformat()),
        (
            "Needed by",
            order.expected_on.isoformat() if order.expected_on else "as soon as possible",
        ),
        ("Contact", purchase_contact()),
    ]
    for label, value in facts:
        pdf.cell(30, 6, label)
        pdf.multi_cell(0, 6, value, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(6)


def _table(pdf: FPDF, order: PurchaseOrder, lines: Sequence[PurchaseOrderLine]) -> None:
    total = sum((line.amount for line in lines), Decimal(0))
    pdf.set_font("DejaVu", "", 9)
    with pdf.table(
        col_widths=[width for _, width in COLUMNS],
        text_align=("LEFT", "LEFT", "RIGHT", "LEFT", "RIGHT", "RIGHT"),
        headings_style=FontFace(emphasis="BOLD"),
        line_height=7,
    ) as table:
        table.row([name for name, _ in COLUMNS])
        for line in lines:
            table.row(_cells(pdf, order, line))
        table.row(["Total", "", "", "", "", _money(pdf, total, order.currency)])


def _cells(pdf: FPDF, order: PurchaseOrder, line: PurchaseOrderLine) -> list[str]:
    return [
        line.ingredient.name,
        line.sku,
        str(line.packs),
        line.pack_name,
        _plain(format_quantity(line.quantity, line.ingredient.unit)),
        _money(pdf, line.amount, order.currency),
    ]


def _money(pdf: FPDF, amount: Decimal, currency: str) -> str:
    """The amount with its currency's sign, or with its code where the font lacks the sign."""
    text = format_money(amount, currency)
    if not all(ord(sign) in pdf.current_font.cmap for sign in text):
        text = f"{format_amount(amount, currency)}{HARD_SPACE}{currency}"
    return _plain(text)


def _plain(text: str) -> str:
    # Tables break lines at spaces; an amount must stay in one piece.
    return text.replace(THIN_SPACE, HARD_SPACE)
