"""Runs pytest as `make test` does: `python -m tests [--servers | --both] [pytest's arguments]`.

Without an option on SQLite and the in-memory layer; with --servers on PostgreSQL and Redis, started
for the run. With --both on either, in two lanes: what the second says comes when both are done.
"""

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

from tests.servers import PostgresServer, RedisServer, find_postgres, find_redis

BESIDE = "browser and once"
ABSENT = "the run on PostgreSQL and Redis: not on this machine"


def main(arguments: list[str]) -> int:
    """Pytest's exit code, the first that is not 0."""
    options = {"--servers", "--both"} & set(arguments)
    rest = [argument for argument in arguments if argument not in options]
    with tempfile.TemporaryDirectory(prefix="smart-coffee-") as folder:
        if "--both" in options:
            return run_both(Path(folder), rest)
        return (run_on_servers if options else run_on_sqlite)(Path(folder), rest)


def run_both(folder: Path, arguments: list[str]) -> int:
    """Two lanes side by side, for most tests wait more than they work."""
    if find_postgres() is None or find_redis() is None:
        code = run_on_sqlite(folder, arguments, NOT_RUN=ABSENT)
        return code or int(os.environ.get("CI") == "true")
    with (folder / "output").open("w+") as output, ThreadPoolExecutor(1) as lane:
        beside = lane.submit(run_beside, folder, arguments, output)
        code = run_on_sqlite(folder, ["-m", f"not ({BESIDE})", *arguments])
        other = beside.result()
        output.seek(0)
        print(output.read(), flush=True)
    if code:
        print("The run on SQLite, further up, failed.", flush=True)
    return code or other


def run_beside(folder: Path, arguments: list[str], output: IO) -> int:
    """The second lane: the servers, then what keeps the lanes about equally long."""
    code = run_on_servers(folder, ["-m", "not once", *arguments], output)
    lane = folder / "beside"
    lane.mkdir()
    return code or run_on_sqlite(lane, ["-m", BESIDE, *arguments], output)


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
