"""Give a program a way in."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from config.errors import DomainError
from config.supervisor.preparation import require_migrations
from sales.services.tokens import create_token


class Command(BaseCommand):
    help = "Create an API token for a user and print it, alone, on standard output."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument(
            "--scope",
            nargs="+",
            action="extend",
            default=[],
            metavar="PERMISSION",
            help="limit the token to permissions such as sales.add_order; default: all the user's",
        )
        parser.add_argument("--name", default="", help="what the token is for")

    def handle(self, *, username: str, scope: list[str], name: str, **options: Any) -> None:
        require_migrations()
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no user {username!r}.")
        if not user.is_active:
            raise CommandError(f"{username} is not active; the token would not work.")
        try:
            raw = create_token(user=user, scopes=scope, name=name)
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(raw)
