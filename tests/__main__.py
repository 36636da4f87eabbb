"""Runs pytest as `make test` does: `python -m tests [--servers | --both] [pytest's arguments]`.

Without an option on SQLite and the in-memory layer; with --servers on PostgreSQL and Redis, started
for the run; with --both on either, the servers first.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.servers import PostgresServer, RedisServer, find_postgres, find_redis

EXTERNAL = ("DATABASE_URL", "REDIS_URLS")  # whatever this machine's café uses, tests do not


def main(arguments: list[str]) -> int:
    """Pytest's exit code, the first that is not 0."""
    options = {"--servers", "--both"} & set(arguments)
    rest = [argument for argument in arguments if argument not in options]
    with tempfile.TemporaryDirectory(prefix="smart-coffee-") as folder:
        env = {name: value for name, value in os.environ.items() if name not in EXTERNAL}
        env |= {"SKIPS_FILE": f"{folder}/skips", "TEST_DATABASE": f"{folder}/test.sqlite3"}
        env |= {"DATABASE_URL": f"sqlite:///{folder}/db.sqlite3", "REDIS_URLS": ""}
        code = run_on_servers(env, ["-m", "not once", *rest]) if options else 0
        if code or "--servers" in options:
            return code
        return run(env, rest)


def run_on_servers(env: dict[str, str], arguments: list[str]) -> int:
    """Run on PostgreSQL and Redis; where there is none, say so in the list of what was skipped."""
    if find_postgres() is None or find_redis() is None:
        Path(env["SKIPS_FILE"]).write_text("the run on PostgreSQL and Redis: not on this machine")
        return 1 if env.get("CI") == "true" else 0
    with PostgresServer() as postgres, RedisServer() as redis:
        return run(env | {"DATABASE_URL": postgres.url, "REDIS_URLS": redis.url}, arguments)


def run(env: dict[str, str], arguments: list[str]) -> int:
    print(f"pytest on {env['DATABASE_URL'].split(':')[0]}", flush=True)
    return subprocess.call([sys.executable, "-m", "pytest", *arguments], env=env)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
