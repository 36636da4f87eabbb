"""Django's SQLite backend, with transactions of one process admitted first come, first served.

SQLite's own busy handler polls without a queue: an unlucky thread waits for seconds while others
pass it. Here a thread waits its turn before BEGIN IMMEDIATE; other processes are still met by the
busy handler.
"""

from collections import deque
from threading import Lock

from django.db.backends.sqlite3 import base


class FairLock:
    """A mutual exclusion lock that serves waiters in the order they came."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._held = False
        self._waiters: deque[Lock] = deque()

    def acquire(self) -> None:
        with self._guard:
            if not self._held:
                self._held = True
                return
            turn = Lock()
            turn.acquire()
            self._waiters.append(turn)
        turn.acquire()

    def release(self) -> None:
        with self._guard:
            if self._waiters:
                self._waiters.popleft().release()
            else:
                self._held = False


_writers: dict[str, FairLock] = {}


class DatabaseWrapper(base.DatabaseWrapper):
    """Holds the file's writer lock from BEGIN to COMMIT, ROLLBACK or close."""

    _holds_writer_lock = False

    @property
    def _writer_lock(self) -> FairLock:
        return _writers.setdefault(str(self.settings_dict["NAME"]), FairLock())

    def _start_transaction_under_autocommit(self) -> None:
        self._writer_lock.acquire()
        self._holds_writer_lock = True
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._release_writer_lock()
            raise

    def _release_writer_lock(self) -> None:
        if self._holds_writer_lock:
            self._holds_writer_lock = False
            self._writer_lock.release()

    def _commit(self):
        try:
            return super()._commit()
        finally:
            if self.connection is None or not self.connection.in_transaction:
                self._release_writer_lock()

    def _rollback(self):
        try:
            return super()._rollback()
        finally:
            self._release_writer_lock()

    def _close(self):
        try:
            return super()._close()
        finally:
            self._release_writer_lock()
