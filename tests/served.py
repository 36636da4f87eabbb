"""The café as customers meet it: served by Daphne in a process of its own."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import httpx
from django.conf import settings
from django.db import connection

from config.supervisor.parts import DAPHNE_FLAGS
from config.supervisor.processes import die_with_parent
from tests.servers import free_port, wait_until

START_SECONDS = 60
STOP_SECONDS = 20


def database_url() -> str:
    """The DATABASE_URL of the database the running test writes to."""
    config = connection.settings_dict
    name = quote(str(config["NAME"]))
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return f"postgres://{config['USER']}@{config['HOST']}:{config['PORT']}/{name}"


class ServedCafe:
    """Daphne over a database, on a port that it keeps when it is killed and started again.

    It reads `env` on top of this process's environment. A context manager that starts and stops.
    """

    def __init__(self, env: Mapping[str, str]) -> None:
        self.port = free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.ws_url = f"ws://127.0.0.1:{self.port}"
        self.log = Path(tempfile.mkstemp(prefix="smart-coffee-", suffix=".log")[1])
        self._env = os.environ | dict(env)
        self._process: subprocess.Popen | None = None

    def __enter__(self) -> "ServedCafe":
        self.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.remove()

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def remove(self) -> None:
        """Stop it, and take its log away."""
        self.stop()
        self.log.unlink()

    def start(self) -> None:
        """Start it and return once it answers; raises TimeoutError with its log if it does not."""
        argv = [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(self.port)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*argv, *DAPHNE_FLAGS, "config.asgi:application"],
                cwd=settings.BASE_DIR,
                env=self._env,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent(signal.SIGKILL),
            )
        try:
            wait_until(self.answers, seconds=START_SECONDS, what="Daphne")
        except TimeoutError as error:
            raise TimeoutError(f"{error}\n{self.log.read_text()[-4000:]}") from None

    def stop(self) -> None:
        """Stop it in an orderly way; harmless when it is not running."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """End it by SIGKILL, as a power cut would."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def signal(self, number: int) -> None:
        """Send it a signal, such as SIGSTOP to have it hang."""
        self._process.send_signal(number)

    def answers(self) -> bool:
        """Whether it answers HTTP; raises RuntimeError with its log when it has died."""
        if not self.is_running:
            raise RuntimeError(f"Daphne died:\n{self.log.read_text()[-4000:]}")
        try:
            httpx.get(f"{self.base_url}/healthz", timeout=5)
        except httpx.TransportError:
            return False
        return True
