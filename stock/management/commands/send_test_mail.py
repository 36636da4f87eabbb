"""`manage.py send_test_mail ADDRESS`: whether purchase orders would leave."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from stock.mail import explain


class Command(BaseCommand):
    help = "Send a mail the way purchase orders are sent; fails with the reason if it cannot."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", metavar="ADDRESS")

    def handle(self, *, address: str, **_options: Any) -> None:
        try:
            validate_email(address)
        except ValidationError as error:
            raise CommandError(f"{address} is not an e-mail address.") from error
        try:
            send_mail(
                subject="A test mail from Smart Coffee",
                message="Purchase orders leave the same way. Nothing has to be done.",
                from_email=None,
                recipient_list=[address],
            )
        except Exception as error:
            raise CommandError(f"{explain(error)} Nothing was sent. ({_way()})") from error
        self.stdout.write(f"Sent to {address}. ({_way()})")


def _way() -> str:
    if settings.EMAIL_HOST:
        return f"through {settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    return f"without EMAIL_HOST mails are files in {settings.EMAIL_FILE_PATH}"
