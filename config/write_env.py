"""Gives `.env` a random SECRET_KEY when neither it nor the environment holds one.

A script of the standard library alone: it runs before Django's settings can be loaded.
"""

import os
import re
import secrets
from pathlib import Path

ENV_FILE = Path(__file__).resolve().parent.parent / ".env"
HEADER = "# Settings of this café; .env.example lists them all."
ENTRY = re.compile(r"\s*(?:export\s+)?SECRET_KEY\s*=(.*)")
PLACEHOLDERS = ("", "change-me")
# What is not UTF-8 is handed on as it is: the settings' reader refuses the file in words.
ENCODING = {"encoding": "utf-8", "errors": "surrogateescape"}


def ensure_secret_key(path: Path) -> bool:
    """Write a fresh key to `path` (created with mode 600) unless it has one; True if it did."""
    lines = path.read_text(**ENCODING).splitlines() if path.exists() else [HEADER]
    keys = [match[1].strip("'\" \t") for match in map(ENTRY.match, lines) if match]
    if keys and keys[-1] not in PLACEHOLDERS:  # of several, the last counts
        return False
    kept = [line for line in lines if not ENTRY.match(line)]
    text = "\n".join([*kept, f"SECRET_KEY={secrets.token_urlsafe(50)}", ""])
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", **ENCODING) as file:
        file.write(text)
    return True


if __name__ == "__main__" and not os.environ.get("SECRET_KEY") and ensure_secret_key(ENV_FILE):
    print(f"Wrote a new secret key to {ENV_FILE.name}")
