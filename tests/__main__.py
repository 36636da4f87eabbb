"""Runs pytest as `make test` does: `python -m tests [--servers | --both] [pytest's arguments]`.

Without an option on SQLite and the in-memory layer; with --servers on PostgreSQL and Redis, started
for the run. With --both on either: SQLite's output comes first, the servers' when both are done.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tests.servers import PostgresServer, RedisServer, find_postgres, find_redis

EXTERNAL = ("DATABASE_URL", "REDIS_URLS")  # whatever this machine's café uses, tests do not
ABSENT = "the run on PostgreSQL and Redis: not on this machine"


def main(arguments: list[str]) -> int:
    """Pytest's exit code, the first that is not 0."""
    options = {"--servers", "--both"} & set(arguments)
    rest = [argument for argument in arguments if argument not in options]
    with tempfile.TemporaryDirectory(prefix="smart-coffee-") as name:
        folder = Path(name)
        if "--both" in options:
            return run_both(folder, rest)
        if "--servers" in options:
            with on_servers(folder) as env:
                return start(env, rest).wait()
        return start(on_sqlite(folder), rest).wait()


def run_both(folder: Path, arguments: list[str]) -> int:
    """Two runs side by side, for most tests wait more than they work."""
    if find_postgres() is None or find_redis() is None:
        code = start(on_sqlite(folder) | {"NOT_RUN": ABSENT}, arguments).wait()
        return code or int(os.environ.get("CI") == "true")
    with on_servers(folder) as env, (folder / "output").open("w+") as output:
        servers = start(env, ["-m", "not once", *arguments], output)
        code = start(on_sqlite(folder), arguments).wait()
        other = servers.wait()
        output.seek(0)
        print(output.read(), flush=True)
    if code:
        print("The run on SQLite, further up, failed.", flush=True)
    return code or other


def on_sqlite(folder: Path) -> dict[str, str]:
    """The environment of a run on files in `folder`."""
    env = {name: value for name, value in os.environ.items() if name not in EXTERNAL}
    env |= {"TEST_DATABASE": f"{folder}/test.sqlite3"}
    return env | {"DATABASE_URL": f"sqlite:///{folder}/db.sqlite3", "REDIS_URLS": ""}


@contextmanager
def on_servers(folder: Path) -> Iterator[dict[str, str]]:
    """The environment of a run on servers that end with it."""
    with PostgresServer() as postgres, RedisServer() as redis:
        yield on_sqlite(folder) | {"DATABASE_URL": postgres.url, "REDIS_URLS": redis.url}


def start(env: dict[str, str], arguments: list[str], output: IO | None = None) -> subprocess.Popen:
    print(f"pytest on {env['DATABASE_URL'].split(':')[0]}", file=output, flush=True)
    argv = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.Popen(argv, env=env, stdout=output, stderr=output)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
