"""A new checkout gets a secret key of its own; an existing one is never touched."""

from pathlib import Path

import pytest

from config.write_env import ensure_secret_key

pytestmark = pytest.mark.once


def keys(path: Path) -> list[str]:
    return [line for line in path.read_text().splitlines() if line.startswith("SECRET_KEY=")]


def test_a_new_file_holds_a_long_key_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / ".env"

    assert ensure_secret_key(path)

    (key,) = keys(path)
    assert len(key) > 60
    assert path.stat().st_mode & 0o777 == 0o600


def test_two_checkouts_get_different_keys(tmp_path: Path) -> None:
    for name in ("a", "b"):
        ensure_secret_key(tmp_path / name)

    assert keys(tmp_path / "a") != keys(tmp_path / "b")


@pytest.mark.parametrize(
    "line",
    ["SECRET_KEY=mine", "export SECRET_KEY=mine", "SECRET_KEY='mine'", "SECRET_KEY = mine"],
)
def test_a_key_that_is_there_is_kept(tmp_path: Path, line: str) -> None:
    path = tmp_path / ".env"
    path.write_text(f"{line}\n")

    assert not ensure_secret_key(path)
    assert path.read_text() == f"{line}\n"


def test_other_settings_are_kept_and_an_empty_key_is_filled(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("DEBUG=1\nSECRET_KEY=\nPORT=8123")

    assert ensure_secret_key(path)

    (key,) = keys(path)
    assert path.read_text() == f"DEBUG=1\nPORT=8123\n{key}\n"


@pytest.mark.parametrize(
    "line", ['SECRET_KEY=""', "export SECRET_KEY=''", "SECRET_KEY = ", "SECRET_KEY=change-me"]
)
def test_a_key_that_is_none_is_replaced(tmp_path: Path, line: str) -> None:
    path = tmp_path / ".env"
    path.write_text(f"{line}\nDEBUG=1\n")

    assert ensure_secret_key(path)

    (key,) = keys(path)
    assert path.read_text() == f"DEBUG=1\n{key}\n"


def test_what_is_not_utf_8_is_kept_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes(b"# caf\xe9\n")

    assert ensure_secret_key(path)

    assert path.read_bytes().startswith(b"# caf\xe9\nSECRET_KEY=")
