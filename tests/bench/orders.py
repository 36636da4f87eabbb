"""Orders per second through POST /api/orders, beside the same transaction as plain SQL."""

import os
import tempfile
from contextlib import ExitStack
from typing import Any

from tests.bench.cafe import make_cafe_in
from tests.bench.clients import Rush, rush
from tests.bench.plain import find_pgbench, transactions_per_second
from tests.bench.serving import Daphne, Gunicorn
from tests.bench.tables import judge, ms, percentile, show
from tests.servers import PostgresServer, RedisServer, find_postgres, find_redis

CLIENTS = (1, 4, 16)


def run(seconds: float) -> None:
    """Both deployments, on durable databases."""
    _on_a_server(seconds)
    _embedded(seconds)


def _on_a_server(seconds: float) -> None:
    if find_postgres() is None:
        print("\nOrders on a server: not measured, there is no PostgreSQL on this machine")
        return
    with ExitStack() as stack:
        database = stack.enter_context(PostgresServer(durable=True))
        layer = {}
        if find_redis():
            layer["REDIS_URLS"] = stack.enter_context(RedisServer()).url
        cafe = make_cafe_in(database.url)
        server = stack.enter_context(Gunicorn(database.url, **layer))
        rows = [_beside_plain_sql(database.url, server.port, cafe, n, seconds) for n in CLIENTS]
    show(
        "Orders on a server: gunicorn 2 × 8, PostgreSQL with fsync"
        f" ({'Redis' if layer else 'no layer'}, plain SQL by"
        f" {'pgbench' if find_pgbench() else 'psycopg'})",
        ["clients", "orders/s", "p50 ms", "p99 ms", "plain SQL/s", "ratio", "goal 0.3", "refused"],
        rows,
    )


def _beside_plain_sql(
    url: str, port: int, cafe: dict[str, Any], clients: int, seconds: float
) -> list[object]:
    def plain() -> float:
        return transactions_per_second(url, cafe["ids"], clients=clients, seconds=seconds / 2)

    before = plain()
    met = rush(port, cafe, clients=clients, seconds=seconds)
    tps = (before + plain()) / 2
    ratio = met.per_second / tps
    return [
        *_figures(clients, met),
        f"{tps:.0f}",
        f"{ratio:.2f}",
        judge(ratio, 0.3, at_least=True) if clients == max(CLIENTS) else "",
        _refusals(met),
    ]


def _embedded(seconds: float) -> None:
    with tempfile.TemporaryDirectory(prefix="smart-coffee-") as folder:
        url = f"sqlite:///{os.path.join(folder, 'db.sqlite3')}"
        cafe = make_cafe_in(url)
        with Daphne(url) as server:
            rows = []
            for clients in CLIENTS:
                met = rush(server.port, cafe, clients=clients, seconds=seconds)
                spread = percentile(met.seconds, 99) / percentile(met.seconds, 50)
                kept = judge(spread, 4) if clients == max(CLIENTS) else ""
                rows.append([*_figures(clients, met), f"{spread:.1f}", kept, _refusals(met)])
    show(
        "Orders embedded: Daphne, SQLite with synchronous=FULL",
        ["clients", "orders/s", "p50 ms", "p99 ms", "p99/p50", "goal 4", "refused"],
        rows,
    )


def _figures(clients: int, met: Rush) -> list[object]:
    p50, p99 = (ms(percentile(met.seconds, p)) for p in (50, 99))
    return [clients, f"{met.per_second:.0f}", p50, p99]


def _refusals(met: Rush) -> str:
    return f"{len(met.refused)}" + (f": {met.refused[0]}" if met.refused else "")
