"""Configuration from the environment: `.env` fills in what the process environment leaves out.

Readers raise `ImproperlyConfigured` on a value they cannot parse, so that a typo stops the start
instead of silently choosing a default.
"""

from pathlib import Path
from typing import Any

import environ

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(BASE_DIR / ".env")

SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;"


def database(*, pool_size: int) -> dict[str, Any]:
    """Django database settings from `DATABASE_URL` (SQLite in `var/` when unset).

    `pool_size` connections are pooled per process on PostgreSQL; 0 opens one for each thread.
    A pool must not cross a fork, so the worker runs with 0.
    """
    config = env.db_url("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'var' / 'db.sqlite3'}")
    if config["ENGINE"].endswith("sqlite3"):
        return _sqlite(config)
    config["OPTIONS"] = {
        **config.get("OPTIONS", {}),
        "server_side_binding": True,
        "prepare_threshold": 2,
    }
    if pool_size:
        config["OPTIONS"]["pool"] = {"min_size": min(2, pool_size), "max_size": pool_size}
    else:
        config["CONN_MAX_AGE"] = 60
        config["CONN_HEALTH_CHECKS"] = True
    return config


def _sqlite(config: dict[str, Any]) -> dict[str, Any]:
    Path(config["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    return {
        **config,
        "ENGINE": "config.sqlite",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": SQLITE_PRAGMAS,
        },
        "TEST": {"NAME": env.str("TEST_DATABASE", default=str(BASE_DIR / "var" / "test.sqlite3"))},
    }


def channel_layer() -> dict[str, Any]:
    """The Redis layer over every URL in `REDIS_URLS` (comma-separated), or memory when unset."""
    urls = env.list("REDIS_URLS", default=[])
    if not urls:
        return {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 1000}}
    return {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {"hosts": urls, "capacity": 1000, "prefix": "smartcoffee"},
    }
