"""A café to measure: run with DATABASE_URL set, it fills the database and says how to reach it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.test import Client

from kds.models import Station
from sales.services.tokens import create_token
from tests.factories import make_cafe, make_staff

ROOT = Path(__file__).resolve().parent.parent.parent
STATION = "bar"


def make_cafe_in(database_url: str) -> dict[str, Any]:
    """Fill an empty database with a café, in a process of its own; returns `describe()`."""
    answer = subprocess.run(
        [sys.executable, "-m", "tests.bench.cafe"],
        env=environment(database_url),
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(answer.stdout)


def environment(database_url: str, **extra: str) -> dict[str, str]:
    """The environment of the project's processes in a measurement."""
    settings = {
        "DATABASE_URL": database_url,
        "LOG_LEVEL": "WARNING",
        "DEBUG": "0",
        "REDIS_URLS": "",
    }
    return os.environ | settings | extra


def describe() -> dict[str, Any]:
    """Make the café and return its token, a barista's cookie, ids and the standard order."""
    cafe = make_cafe(stock=10**9)
    manager = make_staff("bench", "Manager")
    Station.objects.create(location=cafe.location, name="Bar", slug=STATION)
    client = Client()
    client.force_login(manager, backend="sales.backends.StaffBackend")
    modifiers = {name: modifier.pk for name, modifier in cafe.modifiers.items()}
    latte = cafe.products["Latte"]
    return {
        "token": create_token(user=manager),
        "cookie": f"sessionid={client.session.session_key}",
        "order": standard_order(modifiers),
        "ids": {
            "location": cafe.location.pk,
            "shift": cafe.shift.pk,
            "staff": manager.pk,
            "product": latte.pk,
            "category": latte.category_id,
            **{name.lower().replace(" ", "_"): pk for name, pk in modifiers.items()},
            **{
                f"i_{name.lower().replace(' ', '_')}": ingredient.pk
                for name, ingredient in cafe.ingredients.items()
            },
        },
    }


def standard_order(modifiers: dict[str, int], lines: int = 3) -> dict[str, Any]:
    """A body for POST /api/orders: lattes of three kinds, paid in cash."""
    almond, whole, vanilla = (modifiers[m] for m in ("Almond milk", "Whole milk", "Vanilla"))
    kinds = [("L", almond), ("M", whole), ("M", almond)]
    items = [
        {"name": "Latte", "quantity": 1, "size": size, "modifiers": [milk, vanilla]}
        for size, milk in (kinds * lines)[:lines]
    ]
    return {
        "items": items,
        "payments": [{"method": "cash", "amount": "50000.00"}],
        "order_type": "to_go",
        "customer_name": "Aru",
    }


def main() -> None:
    call_command("migrate", verbosity=0, interactive=False)
    print(json.dumps(describe()))


if __name__ == "__main__":
    main()
