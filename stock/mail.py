"""The mail of a purchase order: text, HTML and the order as a PDF."""

from decimal import Decimal

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from stock.models import PurchaseOrder
from stock.pdf import purchase_order_pdf


def build_mail(order: PurchaseOrder) -> EmailMultiAlternatives:
    """The message for `order`, its identity the order's `message_id`."""
    lines = list(order.lines.select_related("ingredient"))
    context = {
        "order": order,
        "lines": lines,
        "total": sum((line.amount for line in lines), Decimal(0)),
        "contact": settings.PURCHASE_CONTACT or settings.DEFAULT_FROM_EMAIL,
    }
    mail = EmailMultiAlternatives(
        subject=f"Purchase order {order.number} from {order.location.name}",
        body=render_to_string("stock/mail/purchase_order.txt", context),
        to=[order.supplier.email],
        headers={"Message-ID": order.message_id},
    )
    mail.attach_alternative(
        render_to_string("stock/mail/purchase_order.html", context), "text/html"
    )
    mail.attach(f"{order.number}.pdf", purchase_order_pdf(order, lines), "application/pdf")
    return mail
