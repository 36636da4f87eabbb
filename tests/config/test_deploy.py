"""The files of deploy/ are understood by the programs they are for."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = pytest.mark.once


def test_gunicorn_opens_no_control_socket_in_the_home_folder() -> None:
    options = ["-c", "deploy/gunicorn.conf.py", "--print-config", "config.wsgi:application"]
    printed = subprocess.run(
        [sys.executable, "-m", "gunicorn", *options],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_POOL_SIZE": "0"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    shown = dict(line.split("=", 1) for line in printed.splitlines() if "=" in line)
    assert {key.strip(): value.strip() for key, value in shown.items()}[
        "control_socket_disable"
    ] == "True"
