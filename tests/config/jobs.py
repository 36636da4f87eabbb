"""Tasks for a real worker to run."""

import os
import signal
import time
from pathlib import Path


def leave_mark(path: str, seconds: float = 0.0) -> None:
    """Work for a while, then leave a file as the proof."""
    time.sleep(seconds)
    Path(path).touch()


def die(path: str) -> None:
    """Add a byte to the file, and take the worker along."""
    with Path(path).open("a") as log:
        log.write("x")
    os.kill(os.getpid(), signal.SIGKILL)
