"""The order's transaction as plain SQL: by pgbench where there is one, else by psycopg."""

import re
import shutil
import subprocess
import threading
import time
from pathlib import Path

import psycopg

from tests.servers import find_postgres

SCRIPT = Path(__file__).with_name("order.sql")


def find_pgbench() -> str | None:
    """The pgbench program, if there is one."""
    beside = find_postgres()
    return shutil.which("pgbench", path=str(beside)) or shutil.which("pgbench")


def transactions_per_second(
    url: str, ids: dict[str, int], *, clients: int, seconds: float
) -> float:
    """Run the script from `clients` connections for `seconds`."""
    program = find_pgbench()
    if program is None:
        return _by_psycopg(url, ids, clients, seconds)
    defines = [f"--define={name}={value}" for name, value in ids.items()]
    load = [f"--client={clients}", f"--jobs={min(clients, 2)}", f"--time={max(1, round(seconds))}"]
    plan = ["--no-vacuum", "--protocol=prepared", f"--file={SCRIPT}"]
    answer = subprocess.run(
        [program, *load, *plan, *defines, url], check=True, capture_output=True, text=True
    )
    return float(re.search(r"^tps = ([\d.]+)", answer.stdout, re.MULTILINE).group(1))


def _by_psycopg(url: str, ids: dict[str, int], clients: int, seconds: float) -> float:
    statements = [s.strip() for s in re.split(r";\n|\\gset\n", SCRIPT.read_text()) if s.strip()]
    counts = [0] * clients
    until = time.perf_counter() + seconds

    def work(n: int) -> None:
        with psycopg.connect(url, autocommit=True, prepare_threshold=1) as connection:
            while time.perf_counter() < until:
                _transaction(connection, statements, dict(ids))
                counts[n] += 1

    threads = [threading.Thread(target=work, args=(n,)) for n in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def _transaction(
    connection: psycopg.Connection, statements: list[str], values: dict[str, object]
) -> None:
    for statement in statements:
        cursor = connection.execute(_placeholders(statement), values)
        if cursor.description:
            names = [column.name for column in cursor.description]
            values.update(zip(names, cursor.fetchone(), strict=True))


def _placeholders(statement: str) -> str:
    """pgbench's :name as psycopg's %(name)s; casts keep their two colons."""
    return re.sub(r"(?<!:):([a-z_0-9]+)", r"%(\1)s", statement.replace("%", "%%"))
