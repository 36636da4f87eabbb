"""The two programs an open café consists of: the web server and the worker."""

import logging
import os
import socket
import sys
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connections

from config.env import env
from config.supervisor.processes import ManagedProcess
from config.supervisor.supervisor import Part
from config.worker import is_wedged, release_tasks

logger = logging.getLogger(__name__)

DAPHNE_FLAGS = (
    # A screen stays open for days; a dead one is found by its missing pong.
    "--websocket_timeout=-1",
    "--ping-interval=10",
    "--ping-timeout=10",
    # No --websocket-max-message-size below its default of 1 MiB: autobahn holds what is sent to it
    # too, and silently drops the frame of a busy screen.
    "--no-server-name",
    "--verbosity=0",
)


def web_server(listener: socket.socket) -> Part:
    """Daphne, serving pages, API and sockets on an IPv4 socket that listens already."""
    endpoint = f"fd:fileno={listener.fileno()}"
    process = ManagedProcess(
        "The web server",
        [sys.executable, "-m", "daphne", "-e", endpoint, *DAPHNE_FLAGS, "config.asgi:application"],
        cwd=settings.BASE_DIR,
        env={"DATABASE_POOL_SIZE": "16"} | os.environ,
        pass_fds=[listener.fileno()],
    )
    return Part(process)


def worker() -> Part:
    """The django-q2 cluster, killed and started again when its queue no longer moves."""
    patience = timedelta(seconds=env.float("WORKER_STALL_SECONDS", default=90.0))
    process = ManagedProcess(
        "The worker",
        [sys.executable, "-m", "config.supervisor.qcluster"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_POOL_SIZE": "0"},  # its forks would tear a pool
    )

    def wedged() -> bool:
        return bool(_ask(lambda: is_wedged(started=process.started_at, patience=patience)))

    def release() -> None:
        _ask(lambda: release_tasks(handed_out_after=process.started_at))

    seconds = min(5.0, patience.total_seconds() / 3)
    return Part(process, is_wedged=wedged, clean_up=release, check_seconds=seconds)


def _ask(question: Callable[[], object]) -> object:
    """The answer, or None when the database gives none: its absence is not the worker's fault."""
    try:
        return question()
    except DatabaseError as error:
        logger.warning("The watchdog cannot read the queue: %s", error)
        return None
    finally:
        connections.close_all()
