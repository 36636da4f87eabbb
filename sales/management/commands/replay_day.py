"""`manage.py replay_day`: a real day, live again."""

from argparse import ArgumentTypeError, RawDescriptionHelpFormatter
from datetime import UTC, date, time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from sales.imports.reading import SalesFile, UnreadableFile
from sales.imports.replay import (
    NotSignedIn,
    NotWelcome,
    Played,
    RemoteCafe,
    Unreachable,
    missing_from,
    play,
)
from sales.imports.staging import StagedOrder, Staging
from sales.management.progress import Progress
from stock.models.locations import business_day

DAY_START = time(4)
SHOWN = 20

HELP = """
Send the orders of one day of a sales file to a running café, as live orders through its API, with
the gaps they had, divided by --speed.

The products must be on sale there; `import_sales FILE --on-sale` sees to that. Every order carries
a key, so that a retry, or a second start after an interruption, places none twice. --run NAME makes
a new run of the same day. Sign in with --token, or with --username and --password.
"""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, *args: Any, **kwargs: Any) -> CommandParser:
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--date", type=_date, help="such as 2015-11-27 (default: the busiest day of the file)"
        )
        parser.add_argument("--speed", type=_speed, default=60.0, help="times real time (60)")
        parser.add_argument("--url", default="http://127.0.0.1:8000", help="of the running café")
        parser.add_argument("--token", default="", help="an API token that may place orders")
        parser.add_argument("--username", default="")
        parser.add_argument("--password", default="")
        parser.add_argument("--location", default="", metavar="SLUG", help="if it has several")
        parser.add_argument("--run", default="1", help="name of this run (default: 1)")
        parser.add_argument(
            "--patience", type=float, default=60.0, help="seconds to wait for a café that is away"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        cafe = _remote_cafe(options)
        orders = _read_day(options["file"], options["date"])
        played = Played()
        try:
            self._play(orders, cafe, played, options)
        except NotSignedIn as error:
            raise CommandError(
                f"{error} Sign in with --token (see create_api_token) or --username and --password."
            ) from error
        except NotWelcome as error:
            raise CommandError(str(error)) from error
        except Unreachable as error:
            self._summarise(orders, played)
            raise CommandError(
                f"{error} Start again with the same --run to go on; nothing is placed twice."
            ) from error
        except KeyboardInterrupt:
            self._summarise(orders, played)
            raise CommandError("Stopped. The same --run goes on from here.") from None
        self._summarise(orders, played)
        if played.refused:
            raise CommandError("Not every order was accepted.")

    def _play(
        self, orders: list[StagedOrder], cafe: RemoteCafe, played: Played, options: dict[str, Any]
    ) -> None:
        if not options["token"] and options["username"]:
            cafe.sign_in(options["username"], options["password"])
        menu = cafe.menu()
        if missing := missing_from(menu, orders):
            listed = "\n  ".join(missing[:SHOWN]) + ("\n  …" if len(missing) > SHOWN else "")
            raise CommandError(
                f"{len(missing)} things of that day are not on sale there:\n  {listed}\n"
                f"`manage.py import_sales {options['file']} --on-sale` puts them on the menu."
            )
        length = (orders[-1].at - orders[0].at).total_seconds() / options["speed"]
        self.stdout.write(
            f"{len(orders):,} orders of {orders[0].day}, from {orders[0].at:%H:%M} to"
            f" {orders[-1].at:%H:%M}, in {length / 60:.1f} minutes."
        )
        progress = Progress(self.stdout)

        def report(order: StagedOrder, so_far: Played) -> None:
            progress(f"  {order.at:%H:%M}  {so_far.done:,} of {len(orders):,} orders")

        play(
            orders,
            cafe,
            menu=menu,
            speed=options["speed"],
            run=options["run"],
            played=played,
            report=report,
        )

    def _summarise(self, orders: list[StagedOrder], played: Played) -> None:
        self.stdout.write(
            f"Sent {played.sent:,} orders, {played.replayed:,} were placed by an earlier start,"
            f" {len(played.refused):,} refused, {len(orders) - played.done:,} not sent."
        )
        self.stdout.write(f"Their total is {played.total:,}; at most {played.lateness:.1f} s late.")
        for name, reason in played.refused[:SHOWN]:
            self.stdout.write(f"  order {name}: {reason}")


def _remote_cafe(options: dict[str, Any]) -> RemoteCafe:
    try:
        return RemoteCafe(
            options["url"],
            token=options["token"],
            location=options["location"],
            patience=options["patience"],
        )
    except ValueError as error:
        raise CommandError(str(error)) from error


def _read_day(path: Path, day: date | None) -> list[StagedOrder]:
    with Staging(
        clock=lambda at: at.replace(tzinfo=UTC),
        calendar=lambda at: business_day(at, DAY_START),
    ) as staging:
        try:
            with SalesFile(path, now=timezone.now()) as sales:
                staging.take(sales)
        except UnreadableFile as error:
            raise CommandError(str(error)) from error
        chosen = day or staging.busiest_day()
        orders = list(staging.orders(chosen)) if chosen else []
    if not orders:
        raise CommandError(f"{path.name} has no orders{f' on {day}' if day else ''}.")
    return orders


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a date such as 2015-11-27") from error


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0 < speed < float("inf"):
        raise ArgumentTypeError("speed is a number above zero")
    return speed
