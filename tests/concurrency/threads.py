"""Doing things at the same moment."""

from collections.abc import Callable, Iterable
from threading import Barrier, Thread
from typing import Any

from django.db import connection

SECONDS = 120


def at_once(acts: Iterable[Callable[[], Any]]) -> list[Any]:
    """Run each act in a thread of its own, all set off together, and wait for them.

    Returns what each returned or, in its place, the exception it raised.
    """
    acts = list(acts)
    barrier = Barrier(len(acts))
    results: list[Any] = [None] * len(acts)
    threads = [
        Thread(target=_run, args=(act, n, barrier, results), daemon=True)
        for n, act in enumerate(acts)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
        assert not thread.is_alive(), "a thread is stuck"
    return results


def split(results: list[Any], *refusals: type[Exception]) -> tuple[list[Any], list[Exception]]:
    """What was done and what was refused; any exception but `refusals` is raised."""
    done, refused = [], []
    for result in results:
        if isinstance(result, refusals):
            refused.append(result)
        elif isinstance(result, BaseException):
            raise result
        else:
            done.append(result)
    return done, refused


def _run(act: Callable[[], Any], n: int, barrier: Barrier, results: list[Any]) -> None:
    try:
        connection.ensure_connection()
        barrier.wait(SECONDS)
        results[n] = act()
    except BaseException as error:
        results[n] = error
    finally:
        connection.close()
