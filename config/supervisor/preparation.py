"""What must be in place before the café opens; each step looks first and is quick when done."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from config.schedules import sync_schedules


def prepare(*, demo: bool, report: Callable[[str], object]) -> None:
    """Bring database, static files and schedules up to date; `demo` fills an empty database.

    `report` is told, in a line each, of the steps that take a while.
    """
    if migrations_are_missing():
        report("Preparing the database")
        call_command("migrate", interactive=False, verbosity=0)
    if (signature := static_signature()) != collected_signature():
        report("Collecting static files")
        collect_static(signature)
    if demo:
        call_command("load_demo", if_empty=True)
    sync_schedules()


def migrations_are_missing() -> bool:
    """Whether the database lacks any of the migrations in the code."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def require_migrations() -> None:
    """Raise CommandError unless the database can be used and has what the code expects."""
    try:
        if migrations_are_missing():
            raise CommandError(
                "The database is not up to date: run `make run` or `manage.py migrate` first."
            )
    except DatabaseError as error:
        raise CommandError(f"The database cannot be used: {error}") from error


def static_signature() -> str:
    """A digest that changes with any static file's path or time of change."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            digest.update(f"{path}\0{storage.get_modified_time(path)}\0".encode())
    return digest.hexdigest()


def collected_signature() -> str | None:
    """The signature of the files that were collected last; None when there are none."""
    stamp = _stamp()
    return stamp.read_text() if stamp.exists() and settings.STATIC_ROOT.exists() else None


def collect_static(signature: str) -> None:
    """Collect and compress the static files, and remember their signature."""
    call_command("collectstatic", interactive=False, verbosity=0)
    _stamp().write_text(signature)


def _stamp() -> Path:
    return settings.STATIC_ROOT.with_suffix(".signature")
