"""The mail of a purchase order: text, HTML and the order as a PDF."""

import smtplib
import socket
from decimal import Decimal

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from stock.models import PurchaseOrder
from stock.pdf import purchase_contact, purchase_order_pdf


def build_mail(order: PurchaseOrder) -> EmailMultiAlternatives:
    """The message for `order`, its identity the order's `message_id`."""
    lines = list(order.lines.select_related("ingredient"))
    context = {
        "order": order,
        "lines": lines,
        "total": sum((line.amount for line in lines), Decimal(0)),
        "contact": purchase_contact(),
    }
    mail = EmailMultiAlternatives(
        # A header is one line, whatever the café is called.
        subject=" ".join(f"Purchase order {order.number} from {order.location.name}".split()),
        body=render_to_string("stock/mail/purchase_order.txt", context),
        to=[order.supplier.email],
        headers={"Message-ID": order.message_id},
    )
    mail.attach_alternative(
        render_to_string("stock/mail/purchase_order.html", context), "text/html"
    )
    mail.attach(f"{order.number}.pdf", purchase_order_pdf(order, lines), "application/pdf")
    return mail


ERROR_LENGTH = 300


def explain(error: Exception) -> str:
    """What went wrong with a mail, in a sentence for the person who has to mend it."""
    said = _server_words(error)
    if isinstance(error.__context__, TimeoutError):  # smtplib calls it a disconnection
        error = error.__context__
    match error:
        case smtplib.SMTPRecipientsRefused():
            text = f"The mail server refused the address {', '.join(error.recipients)}: {said}"
        case smtplib.SMTPSenderRefused():
            text = f"The mail server refuses mail from {error.sender}: {said}"
        case smtplib.SMTPAuthenticationError():
            text = f"The mail server refused the user name or the password: {said}"
        case smtplib.SMTPServerDisconnected():
            text = "The mail server hung up before it had accepted the mail."
        case smtplib.SMTPResponseException():
            text = f"The mail server refused the mail: {said}"
        case TimeoutError():
            text = "The mail server did not answer in time."
        case ConnectionRefusedError() | socket.gaierror():
            text = "The mail server could not be reached."
        case OSError() | smtplib.SMTPException():
            text = f"The mail could not be handed over: {error}"
        case _:
            text = f"The mail could not be made: {error!r}"
    return f"{text.rstrip(' .')[: ERROR_LENGTH - 1]}."


def _server_words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(_reply(*reply) for reply in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return _reply(error.smtp_code, error.smtp_error)
    return ""


def _reply(code: int, words: bytes | str) -> str:
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    return f"{code} {text}"
