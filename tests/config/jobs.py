"""Tasks for a real worker to run."""

import time
from pathlib import Path


def leave_mark(path: str, seconds: float = 0.0) -> None:
    """Work for a while, then leave a file as the proof."""
    time.sleep(seconds)
    Path(path).touch()
