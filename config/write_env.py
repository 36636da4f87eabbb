"""Gives `.env` a random SECRET_KEY when neither it nor the environment holds one.

A script of the standard library alone: it runs before Django's settings can be loaded.
"""

import os
import re
import secrets
from pathlib import Path

ENV_FILE = Path(__file__).resolve().parent.parent / ".env"
HEADER = "# Settings of this café; .env.example lists them all.\n"


def ensure_secret_key(path: Path) -> bool:
    """Append a fresh key to `path` (created with mode 600) unless it has one; True if it did."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if re.search(r"^(export\s+)?SECRET_KEY=\S", text, re.MULTILINE):
        return False
    separator = "" if not text or text.endswith("\n") else "\n"
    line = f"{'' if text else HEADER}{separator}SECRET_KEY={secrets.token_urlsafe(50)}\n"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as file:
        file.write(line)
    return True


if __name__ == "__main__" and not os.environ.get("SECRET_KEY") and ensure_secret_key(ENV_FILE):
    print(f"Wrote a new secret key to {ENV_FILE.name}")
