"""A child process in a session of its own, which neither outlives its parent nor leaves children.

Knows nothing of Django. A session of its own, because a Ctrl-C in the terminal or a SIGTERM to the
whole group would reach the worker's children too, and its orderly stop then hangs for ever.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(signum: int) -> Callable[[], None]:
    """A `preexec_fn` that has the kernel send `signum` when the parent dies (Linux; else nothing).

    The parent is the thread that starts the process: start it from the main thread.
    """
    parent = os.getpid()

    def arm() -> None:
        if _libc is None:
            return
        _libc.prctl(PR_SET_PDEATHSIG, signum)
        if os.getppid() != parent:  # it died before we armed
            os._exit(1)

    return arm


def bind_forks(signum: int) -> None:
    """Have the kernel send `signum` to each later fork of this process when its parent dies.

    So with the forks of forks; a program run by `subprocess` is none of them. Linux; else nothing.
    """
    arm: Callable[[], None]

    def before() -> None:
        nonlocal arm
        arm = die_with_parent(signum)

    os.register_at_fork(before=before, after_in_child=lambda: arm())


class ManagedProcess:
    """One program in its own session: started, stopped by its leader, swept up as a group."""

    def __init__(
        self,
        name: str,
        argv: Sequence[str],
        *,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        pass_fds: Iterable[int] = (),
    ) -> None:
        self.name = name
        self._argv = list(argv)
        self._cwd = cwd
        self._env = env
        self._pass_fds = tuple(pass_fds)
        self._process: subprocess.Popen | None = None
        self.started_at: datetime | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start it; raises OSError when the program cannot be run."""
        self.started_at = datetime.now(UTC)
        self._process = subprocess.Popen(
            self._argv,
            cwd=self._cwd,
            env=self._env,
            pass_fds=self._pass_fds,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )

    def exit_code(self) -> int | None:
        """None while it runs (or was never started), else its code, negative for a signal."""
        return self._process.poll() if self._process else None

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def terminate(self) -> None:
        """Ask the leader, and only the leader, to stop in an orderly way."""
        if self.is_running():
            self._process.terminate()

    def kill_group(self) -> None:
        """SIGKILL whatever is left of the session and reap the leader."""
        if self._process is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def stop_all(
    processes: Iterable[ManagedProcess],
    *,
    grace: float,
    hurry: Callable[[], bool] = lambda: False,
) -> None:
    """Stop them side by side; nothing is left.

    They are asked to stop, and killed after `grace` seconds or as soon as `hurry()` is true.
    """
    processes = list(processes)
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + grace
    while any(process.is_running() for process in processes):
        if hurry() or time.monotonic() > deadline:
            break
        time.sleep(0.05)
    for process in processes:
        process.kill_group()
