"""The café opened by `manage.py serve`, as a tree of processes that can be looked at and hurt."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import psutil
from django.conf import settings

from config.supervisor.processes import die_with_parent
from tests.served import database_url
from tests.servers import free_port, wait_until

SECONDS = 90  # a limit for a busy machine; every wait ends as soon as its condition holds


class OpenedCafe:
    """A running `manage.py serve` over the test's own database, and everything it started."""

    def command(self) -> list[str]:
        return ["serve", "--port", str(self.port)]

    def __init__(self, log: Path, **env: str) -> None:
        self.port = int(env.pop("PORT", free_port()))
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", *self.command()],
                cwd=settings.BASE_DIR,
                env=os.environ | {"DATABASE_URL": database_url(), "DEMO": "0"} | env,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )

    def output(self) -> str:
        return self._log.read_text()

    def wait_until_open(self) -> None:
        wait_until(lambda: "is open at" in self.output(), seconds=SECONDS, what="opening")
        self.wait_until_whole()

    def wait_until_whole(self) -> None:
        """Return once the worker has all of its processes."""
        wait_until(lambda: len(self.worker_tree()) == 6, seconds=SECONDS, what="a whole worker")

    def part(self, program: str) -> psutil.Process:
        """The leader of a part: the direct child with `program` in its command line."""
        children = psutil.Process(self.process.pid).children()
        return next(child for child in children if program in " ".join(child.cmdline()))

    def worker_tree(self) -> list[psutil.Process]:
        """The cluster's leader and sentinel, its two workers, its monitor and its pusher."""
        try:
            leader = self.part("qcluster")
            return [leader, *leader.children(recursive=True)]
        except (StopIteration, psutil.NoSuchProcess):
            return []

    def tree(self) -> list[psutil.Process]:
        supervisor = psutil.Process(self.process.pid)
        return [supervisor, *supervisor.children(recursive=True)]

    def get(self) -> int:
        """The status of the login page, waiting through a restart of the web server."""
        return httpx.get(f"{self.url}/login/", timeout=SECONDS).status_code

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(SECONDS)


class OpenedWorker(OpenedCafe):
    """A running `manage.py work`: the worker with its supervisor, without a web server."""

    def command(self) -> list[str]:
        return ["work"]

    def wait_until_open(self) -> None:
        self.wait_until_whole()


def wait_until_gone(processes: list[psutil.Process]) -> None:
    """Return when all have ended; a zombie that nobody reaps has ended too."""

    def alive() -> list[psutil.Process]:
        return [process for process in processes if is_alive(process)]

    wait_until(lambda: not alive(), seconds=SECONDS, what=f"the end of {processes}")


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
