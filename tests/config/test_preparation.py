"""Commands on a database that `migrate` has not seen say so."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.once

COMMANDS = [
    ["load_demo"],
    ["import_sales", "sales.csv"],
    ["create_api_token", "manager"],
    ["sync_schedules"],
    ["work"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_command_wants_the_tables_first(
    command: list[str], db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.supervisor.preparation.migrations_are_missing", lambda: True)
    with pytest.raises(CommandError, match="is not up to date: run `make run`"):
        call_command(*command)


def test_an_empty_database_is_told_in_a_line(tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "manage.py", "create_api_token", "manager"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 1
    assert finished.stderr.startswith("CommandError: The database is not up to date")
    assert finished.stderr.count("\n") == 1
