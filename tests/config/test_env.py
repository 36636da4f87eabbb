"""`.env.example` and the code name the same settings."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = pytest.mark.once

READS = re.compile(r"""\benv\.\w+\(\s*"([A-Z_]+)\"""")
ENTRY = re.compile(r"^#?([A-Z_]+)=(.*)$", re.MULTILINE)


def documented() -> dict[str, str]:
    return dict(ENTRY.findall((settings.BASE_DIR / ".env.example").read_text()))


def test_every_setting_is_documented_and_every_entry_is_read():
    sources = (settings.BASE_DIR / "config").rglob("*.py")
    read = {name for path in sources for name in READS.findall(path.read_text())}
    assert set(documented()) == read


def test_the_values_shown_start_the_site():
    finished = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"]} | documented(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
