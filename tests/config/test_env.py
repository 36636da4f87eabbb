"""`.env.example` and the code name the same settings; a typo in one stops the start in words."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config.env import env, read_file
from config.write_env import ensure_secret_key

pytestmark = pytest.mark.once

READS = re.compile(r"""\benv\.\w+\(\s*"([A-Z_]+)\"""")
ENTRY = re.compile(r"^#?([A-Z_]+)=(.*)$", re.MULTILINE)


def documented() -> dict[str, str]:
    return dict(ENTRY.findall((settings.BASE_DIR / ".env.example").read_text()))


def test_every_setting_is_documented_and_every_entry_is_read():
    sources = (settings.BASE_DIR / "config").rglob("*.py")
    read = {name for path in sources for name in READS.findall(path.read_text())}
    assert set(documented()) == read


def check(**values: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"]} | values,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_values_shown_start_the_site_once_a_key_is_written(tmp_path: Path):
    copy = tmp_path / ".env"
    copy.write_text((settings.BASE_DIR / ".env.example").read_text())
    ensure_secret_key(copy)
    written = dict(ENTRY.findall(copy.read_text()))
    assert set(written) == set(documented())
    finished = check(**written)
    assert finished.returncode == 0, finished.stderr


@pytest.mark.parametrize(
    "setting",
    [
        "HTTPS=enabled",
        "EMAIL_PORT=70000",
        "PURCHASE_BATCH_SECONDS=soon",
        "LIVE_HEARTBEAT=0",
        "LOG_LEVEL=LOUD",
        "SECRET_KEY=",
        "DATABASE_URL=postgre://cafe:hidden@host/name",
        "DATABASE_URL=sqlite://relative.sqlite3",
    ],
)
def test_a_typo_ends_the_start_with_one_line_that_names_it(setting: str):
    name, _, value = setting.partition("=")
    finished = check(**{"SECRET_KEY": "x", name: value})
    assert finished.returncode == 1
    assert finished.stderr.startswith(name)
    assert finished.stderr.count("\n") == 1
    assert "hidden" not in finished.stderr


@pytest.mark.parametrize(
    ("text", "value"), [("Yes", True), ("ok", True), ("OFF", False), ("0", False), ("", True)]
)
def test_switches_are_read(monkeypatch: pytest.MonkeyPatch, text: str, value: bool):
    monkeypatch.setitem(env.ENVIRON, "DEMO", text)
    assert env.bool("DEMO", default=True) is value


@pytest.mark.parametrize("text", ["nein", "2", "maybe"])
def test_what_is_no_switch_is_not_taken_for_off(monkeypatch: pytest.MonkeyPatch, text: str):
    monkeypatch.setitem(env.ENVIRON, "DEMO", text)
    with pytest.raises(ImproperlyConfigured, match=f"DEMO='{text}' is not 1 or 0"):
        env.bool("DEMO", default=True)


@pytest.mark.parametrize("text", ["-1", "0", "inf", "nan", "1,5"])
def test_numbers_are_above_nothing_and_finite(monkeypatch: pytest.MonkeyPatch, text: str):
    monkeypatch.setitem(env.ENVIRON, "WORKER_STALL_SECONDS", text)
    with pytest.raises(ImproperlyConfigured, match="WORKER_STALL_SECONDS"):
        env.float("WORKER_STALL_SECONDS", default=90.0)


def test_a_file_in_another_encoding_is_refused_by_its_name(tmp_path: Path):
    path = tmp_path / ".env"
    path.write_bytes(b"PURCHASE_CONTACT=Caf\xe9\n")
    with pytest.raises(ImproperlyConfigured, match="is not text in UTF-8"):
        read_file(path)
