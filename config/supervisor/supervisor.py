"""Runs several parts as one: restarts what dies or hangs, and stops them all together."""

import logging
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from config.supervisor.processes import ManagedProcess, stop_all

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.2
GRACE_SECONDS = 15.0
HEALTHY_SECONDS = 60.0  # a part that ran this long is restarted at once when it dies
MAX_BACK_OFF_SECONDS = 30.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _never() -> bool:
    return False


@dataclass
class Part:
    """One supervised program.

    `is_wedged` is asked now and then, and a yes kills it; `clean_up` runs after each of its deaths.
    """

    process: ManagedProcess
    is_wedged: Callable[[], bool] = _never
    clean_up: Callable[[], object] = field(default=lambda: None)
    check_seconds: float = 5.0
    _quick_deaths: int = 0
    _started: float = 0.0
    _start_at: float = 0.0
    _check_at: float = 0.0
    _running: bool = False

    def tend(self, now: float) -> None:
        """Start it when it is due, sweep up after it when it died, end it when it hangs."""
        if not self._running:
            if now >= self._start_at:
                self._start(now)
        elif not self.process.is_running():
            self._bury(now, f"exited with {self.process.exit_code()}")
        elif now >= self._check_at:
            self._check_at = now + self.check_seconds
            if self.is_wedged():
                self._bury(now, "does not move")

    def _start(self, now: float) -> None:
        self.process.start()
        self._running = True
        self._started = now
        self._check_at = now + self.check_seconds

    def _bury(self, now: float, reason: str) -> None:
        self.process.kill_group()
        self.clean_up()
        self._running = False
        self._quick_deaths = 0 if now - self._started > HEALTHY_SECONDS else self._quick_deaths + 1
        delay = back_off(self._quick_deaths)
        self._start_at = now + delay
        logger.warning("%s %s; starting it again in %g s", self.process.name, reason, delay)


def back_off(quick_deaths: int) -> float:
    """Seconds to wait before the next start: none after the first death, then 1, 2, 4 … 30."""
    return min(MAX_BACK_OFF_SECONDS, 2.0 ** (quick_deaths - 2)) if quick_deaths > 1 else 0.0


class Supervisor:
    """Tends its parts until a stop signal comes; a second one ends them without grace."""

    def __init__(self, parts: Sequence[Part], *, grace: float = GRACE_SECONDS) -> None:
        self._parts = parts
        self._grace = grace
        self._signals = 0

    def run(self) -> None:
        """Block until stopped. Call it in the main thread; nothing is left running after it."""
        previous = {signum: signal.signal(signum, self._on_signal) for signum in STOP_SIGNALS}
        try:
            while not self._signals:
                for part in self._parts:
                    part.tend(time.monotonic())
                time.sleep(TICK_SECONDS)
        finally:
            stop_all((part.process for part in self._parts), grace=self._grace, hurry=self._hurry)
            for signum, handler in previous.items():
                signal.signal(signum, handler)

    def _on_signal(self, _signum: int, _frame: object) -> None:
        self._signals += 1

    def _hurry(self) -> bool:
        return self._signals > 1
