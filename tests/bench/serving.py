"""The servers under measurement."""

import signal
import subprocess
import sys
from typing import Any

import httpx

from config.supervisor.parts import DAPHNE_FLAGS
from config.supervisor.processes import die_with_parent
from tests.bench.cafe import ROOT, environment
from tests.servers import Server


class WebServer(Server):
    """A web server of the project over a database, with `env` on top of the environment."""

    def __init__(self, database_url: str, **env: str) -> None:
        super().__init__()
        self._env = environment(database_url, **env)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def answers(self) -> bool:
        if self.process.poll() is not None:
            raise RuntimeError(f"the server ended:\n{(self.folder / 'log').read_text()[-2000:]}")
        try:
            return httpx.get(f"http://{self.address}/healthz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def argv(self) -> list[Any]:
        raise NotImplementedError

    def _launch(self, output) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-m", *map(str, self.argv())],
            cwd=ROOT,
            env=self._env,
            stdout=output,
            stderr=output,
            preexec_fn=die_with_parent(signal.SIGKILL),
        )


class Gunicorn(WebServer):
    """Pages and API as on a server: two processes of eight threads."""

    def argv(self) -> list[Any]:
        return ["gunicorn", "-c", "deploy/gunicorn.conf.py", "-b", self.address, "config.wsgi"]


class Daphne(WebServer):
    """Pages, API and sockets in one process, as in a café of its own."""

    application = "config.asgi:application"

    def argv(self) -> list[Any]:
        address = ["-b", "127.0.0.1", "-p", self.port]
        return ["daphne", *address, *DAPHNE_FLAGS, self.application]
