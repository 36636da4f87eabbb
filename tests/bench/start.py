"""Seconds from `make run` to the first page, when everything is installed and loaded."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from config.supervisor.processes import die_with_parent
from tests.bench.cafe import ROOT, environment, make_cafe_in
from tests.bench.tables import judge, show
from tests.servers import free_port, wait_until

LIMIT = 5.0
ROUNDS = 3


def run(seconds: float) -> None:
    """The first start only prepares; the ones after it count."""
    with tempfile.TemporaryDirectory(prefix="smart-coffee-") as folder:
        url = f"sqlite:///{os.path.join(folder, 'db.sqlite3')}"
        make_cafe_in(url)
        _, *took = [_start(url) for _ in range(ROUNDS + 1)]
    rows = [[f"{min(took):.2f}", f"{max(took):.2f}", judge(min(took), LIMIT)]]
    show("`make run` again, to the first page", ["seconds", "slowest", "goal 5"], rows)


def _start(url: str) -> float:
    port, began = free_port(), time.perf_counter()
    with _make_run(url, port):
        wait_until(lambda: _first_page(port), seconds=120, what="make run")
        return time.perf_counter() - began


def _first_page(port: int) -> bool:
    try:
        page = httpx.get(f"http://127.0.0.1:{port}/", follow_redirects=True, timeout=30)
    except httpx.TransportError:
        return False
    return page.status_code == 200


@contextmanager
def _make_run(url: str, port: int) -> Iterator[None]:
    process = subprocess.Popen(
        ["make", "--silent", "run"],
        cwd=ROOT,
        env=environment(url, PORT=str(port)),
        stdout=subprocess.DEVNULL,
        preexec_fn=die_with_parent(signal.SIGINT),
        start_new_session=True,
    )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C does
        process.wait(60)
