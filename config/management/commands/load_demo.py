"""`manage.py load_demo`: a café to try everything on."""

from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from config.supervisor.preparation import require_migrations
from kds.demo import create_stations
from predict.services import request_forecast
from reports.rollups import refresh_rollups
from sales.demo import DAYS, PASSWORD, STAFF, create_cafe, is_needed


class Command(BaseCommand):
    help = (
        "Open the demo café: menu, recipes, stock, staff and thirteen weeks of sales up to now. "
        "Only an empty database takes it; stopped half-way, it leaves nothing behind."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--days", type=int, default=DAYS, help=f"days of history (default: {DAYS})"
        )
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing where there is data already"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrations()
        began = monotonic()
        with transaction.atomic():
            if not is_needed():
                if options["if_empty"]:
                    return
                raise CommandError(
                    "The database is not empty, so the demo café was not loaded. Point DATABASE_URL"
                    " at a fresh database to get one."
                )
            now = timezone.now()
            location = create_cafe(now=now, days=options["days"], report=self._say)
            create_stations(location.pk)
            refresh_rollups(location.pk, today=location.business_day(now))
            request_forecast(location_id=location.pk)
        self._say(f"{location} is open, after {monotonic() - began:.0f} s.")
        logins = ", ".join(username for username, _, _ in STAFF)
        self._say(f"Sign in as {logins}; the password of each is {PASSWORD}.")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
