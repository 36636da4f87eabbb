"""Runs pytest as `make test` does: `python -m tests [--servers | --all] [pytest's arguments]`.

Without an option on SQLite and the in-memory layer; with --servers on PostgreSQL and Redis, started
for the run. With --all on either, and what does not depend on them once, all side by side: many
tests wait more than they work. The output of the first comes at once, the others' when all is done.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import IO

from tests.servers import PostgresServer, RedisServer, find_postgres, find_redis

# What runs on both databases, in two parts: one works, the other waits for servers and sockets.
WAITING = [f"tests/{name}" for name in ("browser", "concurrency", "config", "faults", "kds")]
TWICE = ["-m", "not once"]
WORKS, WAITS = [*TWICE, *(f"--ignore={path}" for path in WAITING)], [*TWICE, *WAITING]
# What runs once, in two parts of about one length.
PAGES, PARTS = ["-m", "once", "tests/browser"], ["-m", "once", "--ignore=tests/browser"]
IS_CI = os.environ.get("CI") == "true"
ABSENT = "the run on PostgreSQL and Redis: not on this machine"


def main(arguments: list[str]) -> int:
    """Pytest's exit code, the first that is not 0."""
    options = {"--servers", "--all"} & set(arguments)
    rest = [argument for argument in arguments if argument not in options]
    with tempfile.TemporaryDirectory(prefix="smart-coffee-") as folder:
        if "--all" in options:
            return run_all(Path(folder), rest)
        return (run_on_servers if options else run_on_sqlite)(Path(folder), rest)


def run_all(folder: Path, arguments: list[str]) -> int:
    """All runs side by side; without those on servers where there are none, which is then said."""
    absent = find_postgres() is None or find_redis() is None
    once = partial(run_on_sqlite, NOT_RUN=ABSENT) if absent else run_on_sqlite
    on_servers = [] if absent else [(run_on_servers, WORKS), (run_on_servers, WAITS)]
    beside = [*on_servers, (run_on_sqlite, WAITS), (once, PAGES), (once, PARTS)]
    with ThreadPoolExecutor(len(beside)) as lanes:
        others = [
            lanes.submit(run_apart, run, folder / str(number), selected, arguments)
            for number, (run, selected) in enumerate(beside)
        ]
        code = run_on_sqlite(folder, [*WORKS, *arguments])
        results = [other.result() for other in others]
    for _, output in results:
        print(output, flush=True)
    if code:
        print("The first run, further up, failed.", flush=True)
    return next(filter(None, [code, *(other for other, _ in results)]), int(absent and IS_CI))


def run_apart(
    run: Callable[..., int], folder: Path, marked: list[str], arguments: list[str]
) -> tuple[int, str]:
    """The exit code of `run` in `folder`, and all that it said."""
    folder.mkdir()
    with (folder / "output").open("w+") as output:
        code = run(folder, [*marked, *arguments], output)
        output.seek(0)
        return code, output.read()


def run_on_sqlite(folder: Path, arguments: list[str], output: IO | None = None, **env: str) -> int:
    """Run on files in `folder` and the in-memory layer."""
    return run({"DATABASE_URL": f"sqlite:///{folder}/db.sqlite3"} | env, folder, arguments, output)


def run_on_servers(folder: Path, arguments: list[str], output: IO | None = None) -> int:
    """Run on servers that end with the run."""
    with PostgresServer() as postgres, RedisServer() as redis:
        env = {"DATABASE_URL": postgres.url, "REDIS_URLS": redis.url}
        return run(env, folder, arguments, output)


def run(env: dict[str, str], folder: Path, arguments: list[str], output: IO | None) -> int:
    """Pytest's exit code. Whatever this machine's café uses, tests do not."""
    print(f"pytest on {env['DATABASE_URL'].split(':')[0]}", file=output, flush=True)
    env = os.environ | {"REDIS_URLS": "", "TEST_DATABASE": f"{folder}/test.sqlite3"} | env
    argv = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.call(argv, env=env, stdout=output, stderr=output)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
