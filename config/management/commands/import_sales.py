"""`manage.py import_sales`: another till's history from a CSV file."""

from argparse import RawDescriptionHelpFormatter
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from time import monotonic
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from config.supervisor.preparation import require_migrations
from kds.services import show_new_categories
from reports.rollups import refresh_rollups
from sales.imports.reading import SalesFile, UnreadableFile
from sales.imports.staging import StagedOrder, Staging
from sales.management.progress import Progress
from sales.models import Product
from sales.services.imports import Imported, import_sales
from stock.models import Location
from stock.models.locations import business_day

Refusals = list[tuple[int, str, str]]
SHOWN = 20
SOURCE_LENGTH = 60

HELP = """
Book the sales of another till as history.

FILE is CSV in UTF-8 with the columns datetime, order, product, quantity and unit_price, and if it
has them size, category and modifiers (names parted by |), in any order. Times are ISO 8601; without
an offset they are on the café's clock. Prices are in the café's currency and include tax.

Orders arrive completed and paid, numbered after those their business day already has. They take no
stock and enter no drawer. Products, sizes and categories that are lacking are created without a
recipe; they stay off the till unless --on-sale puts them there, and their categories on every
kitchen display until the admin says which one prepares them.

An order is its name on its business day. Importing it again changes nothing, from this file or any
other; files of several tills that number alike need a --source each. An order with an unreadable
line is held back whole: mend what --rejects writes and import that.
"""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, *args: Any, **kwargs: Any) -> CommandParser:
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--location", metavar="SLUG", help="which café, if there are several")
        parser.add_argument(
            "--currency", metavar="CODE", help="refuse unless the café's money is this"
        )
        parser.add_argument("--source", default="till", help="name of the till (default: till)")
        parser.add_argument("--on-sale", action="store_true", help="sell the file's products too")
        parser.add_argument("--rejects", type=Path, help="write rejected lines to this CSV file")
        parser.add_argument("--create-location", metavar="NAME", help="open this café if missing")
        parser.add_argument("--time-zone", default="UTC", help="of a created café (default: UTC)")

    def handle(self, *args: Any, **options: Any) -> None:
        began = monotonic()
        require_migrations()
        if not 1 <= len(options["source"]) <= SOURCE_LENGTH:
            raise CommandError(f"--source takes 1 to {SOURCE_LENGTH} characters.")
        location = _find_location(options)
        zone = ZoneInfo(location.time_zone)
        refusals: Refusals = []
        with (
            Staging(
                clock=lambda at: at.astimezone(zone) if at.tzinfo else at.replace(tzinfo=zone),
                calendar=lambda at: business_day(at, location.business_day_start),
            ) as staging,
            _open_rejects(options["rejects"]) as rejects,
        ):
            header, delimiter = self._read(options["file"], staging)
            accepted, left_out = staging.count()
            self.stdout.write(f"Read {accepted + left_out:,} lines of {options['file'].name}.")
            done = self._import(location, staging, options, refusals)
            if options["on_sale"]:
                self._show_on_stations(location, staging)
            refresh_rollups(location.pk, today=location.business_day(timezone.now()))
            self._summarise(done, location, monotonic() - began)
            self._report_rejects(staging, refusals)
            if rejects:
                self._write_rejects(rejects, staging, header, delimiter)
        if not accepted:
            raise CommandError("Not one line could be imported.")

    def _read(self, path: Path, staging: Staging) -> tuple[str, str]:
        try:
            with SalesFile(path, now=timezone.now()) as sales:
                staging.take(sales)
                return sales.header, sales.delimiter
        except UnreadableFile as error:
            raise CommandError(str(error)) from error

    def _import(
        self, location: Location, staging: Staging, options: dict[str, Any], refusals: Refusals
    ) -> Imported:
        progress = Progress(self.stdout)

        def report(done: Imported) -> None:
            progress(f"  {done.orders:,} orders imported, {done.known:,} were there already")

        def refuse(order: StagedOrder, reason: str) -> None:
            refusals.append((order.first_line, order.name, reason))

        return import_sales(
            location=location,
            staging=staging,
            source=options["source"],
            on_sale=options["on_sale"],
            report=report,
            refuse=refuse,
        )

    def _show_on_stations(self, location: Location, staging: Staging) -> None:
        names = {product.product.casefold() for product in staging.products()}
        products = Product.objects.values_list("name", "category_id")
        categories = {category for name, category in products if name.casefold() in names}
        shown = show_new_categories(location_id=location.pk, category_ids=categories)
        if shown:
            self.stdout.write(f"Every kitchen display now shows {', '.join(shown)}.")

    def _summarise(self, done: Imported, location: Location, seconds: float) -> None:
        if done.orders:
            self.stdout.write(
                f"Imported {done.orders:,} orders ({done.lines:,} lines), total"
                f" {done.total:,} {location.currency}, into {location} in {seconds:.1f} s."
            )
        else:
            self.stdout.write(f"Nothing was added to {location}.")
        if done.products or done.sizes:
            self.stdout.write(f"Created {done.products:,} products and {done.sizes:,} sizes.")
        if done.known:
            self.stdout.write(f"{done.known:,} orders were there already and stayed as they are.")

    def _report_rejects(self, staging: Staging, refusals: Refusals) -> None:
        _, left_out = staging.count()
        if left_out:
            self.stdout.write(f"Rejected {left_out:,} lines:")
        for index, (number, reason, _) in enumerate(staging.rejects()):
            if index == SHOWN:
                self.stdout.write(f"  … and {left_out - SHOWN:,} more; --rejects FILE has them all")
                break
            self.stdout.write(f"  line {number}: {reason}")
        if refusals:
            self.stdout.write(f"Refused {len(refusals):,} orders:")
        for number, name, reason in refusals[:SHOWN]:
            self.stdout.write(f"  order {name} (line {number}): {reason}")

    def _write_rejects(self, file: TextIO, staging: Staging, header: str, delimiter: str) -> None:
        """The lines as they stood, each with its number and the reason before it."""
        if file.seekable():
            file.truncate(0)
        file.write(f"line{delimiter}reason{delimiter}{header}\n")
        for number, reason, raw in staging.rejects():
            quoted = reason.replace('"', '""')
            file.write(f'{number}{delimiter}"{quoted}"{delimiter}{raw}\n')


def _open_rejects(path: Path | None) -> AbstractContextManager[TextIO | None]:
    """The file for rejected lines, open before anything is booked, and kept as it is until then.

    It may be the very file that is imported.
    """
    if path is None:
        return nullcontext()
    try:
        return path.open("a", encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from error


def _find_location(options: dict[str, Any]) -> Location:
    if options["create_location"]:
        return _create_location(options)
    found = Location.objects.all()
    if options["location"]:
        found = found.filter(slug=options["location"])
    cafes = list(found[:2])
    if not cafes:
        raise CommandError(
            "There is no such café. Create it in the admin, or with --create-location NAME,"
            " --time-zone and --currency."
        )
    if len(cafes) > 1:
        slugs = ", ".join(Location.objects.values_list("slug", flat=True))
        raise CommandError(f"There are several cafés; choose one with --location: {slugs}.")
    _check_currency(cafes[0], options["currency"])
    return cafes[0]


@transaction.atomic
def _create_location(options: dict[str, Any]) -> Location:
    name = options["create_location"]
    location = Location(
        name=name,
        slug=options["location"] or slugify(name),
        time_zone=options["time_zone"],
        currency=options["currency"] or "EUR",
    )
    existing = Location.objects.filter(slug=location.slug).first()
    if existing:
        _check_currency(existing, options["currency"])
        return existing
    try:
        location.full_clean()
    except ValidationError as error:
        raise CommandError("; ".join(error.messages)) from error
    location.save()
    return location


def _check_currency(location: Location, currency: str | None) -> None:
    if currency and currency != location.currency:
        raise CommandError(
            f"{location} counts in {location.currency}, not {currency}; amounts are not converted."
        )
