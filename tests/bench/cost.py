"""What an order costs: SQL statements a request, and Python CPU in `place_order`."""

import json
import os
import subprocess
import sys
import tempfile
import time
from statistics import median
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sales.schemas import OrderIn
from sales.services import place_order
from tests.bench.cafe import ROOT, environment, make_cafe_in, standard_order
from tests.bench.tables import judge, show
from tests.servers import PostgresServer, find_postgres

BATCHES, BATCH = 10, 50


def run(seconds: float) -> None:
    """On both databases; `seconds` does not matter, the work is of fixed size."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="smart-coffee-") as folder:
        rows.append(_row("SQLite", f"sqlite:///{os.path.join(folder, 'db.sqlite3')}"))
    if find_postgres():
        with PostgresServer(durable=True) as server:
            rows.append(_row("PostgreSQL", server.url))
    show(
        "Cost of the standard order (on SQLite the CPU is the database's too)",
        [
            "database",
            "statements, 3 lines",
            "15 lines",
            "goal 12",
            "CPU ms, median",
            "least",
            "goal 4",
        ],
        rows,
    )


def _row(name: str, url: str) -> list[object]:
    cafe = make_cafe_in(url)
    answer = subprocess.run(
        [sys.executable, "-m", "tests.bench.cost"],
        env=environment(url),
        cwd=ROOT,
        check=True,
        input=json.dumps(cafe),
        stdout=subprocess.PIPE,
        text=True,
    )
    found = json.loads(answer.stdout)
    three, fifteen, cpu = found["three"], found["fifteen"], found["cpu_ms"]
    return [
        name,
        three,
        fifteen,
        judge(max(three, fifteen), 12),
        f"{median(cpu):.2f}",
        f"{min(cpu):.2f}",
        judge(min(cpu), 4),
    ]


def _measure(cafe: dict[str, Any]) -> dict[str, Any]:
    return {
        "three": _statements(cafe, 3),
        "fifteen": _statements(cafe, 15),
        "cpu_ms": _cpu(cafe),
    }


def _statements(cafe: dict[str, Any], lines: int) -> int:
    """SQL statements of one request, sign-in, BEGIN and COMMIT included."""
    client = Client(headers={"Authorization": f"Bearer {cafe['token']}"}, SERVER_NAME="127.0.0.1")
    body = standard_order(
        {
            name: cafe["ids"][name.lower().replace(" ", "_")]
            for name in ("Almond milk", "Whole milk", "Vanilla")
        },
        lines,
    )
    for attempt in range(2):
        with CaptureQueriesContext(connection) as captured:
            response = client.post(
                "/api/orders",
                body,
                content_type="application/json",
                headers={"Idempotency-Key": f"{lines}-{attempt}"},
            )
        assert response.status_code == 201, response.content
    return len(captured)


def _cpu(cafe: dict[str, Any]) -> list[float]:
    """CPU milliseconds of this process for each `place_order`, by batch."""
    request = OrderIn.model_validate(cafe["order"]).as_request()
    location, staff = cafe["ids"]["location"], cafe["ids"]["staff"]

    def batch(number: int) -> float:
        start = time.process_time()
        for n in range(BATCH):
            place_order(
                request=request, location=location, key=f"{number}:{n}", source="api", user_id=staff
            )
        return (time.process_time() - start) / BATCH * 1000

    return [batch(number) for number in range(-1, BATCHES)][1:]


def main() -> None:
    print(json.dumps(_measure(json.load(sys.stdin))))


if __name__ == "__main__":
    main()
