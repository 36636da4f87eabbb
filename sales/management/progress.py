"""Telling someone at a terminal how far a long command has come."""

from time import monotonic
from typing import Any


class Progress:
    """Writes a line at most once a second, so that a log stays short."""

    def __init__(self, stdout: Any) -> None:
        self._stdout = stdout
        self._last = monotonic()

    def __call__(self, text: str) -> None:
        if monotonic() - self._last >= 1:
            self._last = monotonic()
            self._stdout.write(text)
            self._stdout.flush()
