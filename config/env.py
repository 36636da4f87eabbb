"""Configuration from the environment: `.env` fills in what the process environment leaves out.

Readers raise `ImproperlyConfigured` on a value they cannot parse, so that a typo stops the start
instead of silently choosing a default.
"""

import warnings
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

TRUE, FALSE = {"1", "true", "on", "ok", "y", "yes"}, {"0", "false", "off", "n", "no"}
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
ENGINES = ("django.db.backends.sqlite3", "django.db.backends.postgresql")
PLACEHOLDER = "change-me"


def _read_bool(text: str) -> bool:
    word = text.strip().lower()
    if word not in TRUE | FALSE:
        raise ValueError
    return word in TRUE


def _read_int(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError
    return number


def _read_float(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise ValueError
    return number


READERS = {
    bool: (_read_bool, "1 or 0"),
    int: (_read_int, "a whole number"),
    float: (_read_float, "a number above 0"),
}


class Environment(environ.Env):
    """django-environ, but strict: what is not a switch or a number is refused, not taken for off.

    A switch or number that is set to nothing counts as unset.
    """

    def get_value(self, var: str, cast: Any = None, default: Any = environ.Env.NOTSET) -> Any:
        if cast not in READERS:
            return super().get_value(var, cast, default)
        text = self.ENVIRON.get(var, "")
        if not text.strip():
            return default
        read, kind = READERS[cast]
        try:
            return read(text)
        except ValueError as error:
            raise ImproperlyConfigured(f"{var}={text!r} is not {kind}.") from error

    def port(self, var: str, *, default: int) -> int:
        """A TCP port; 0 lets the system choose."""
        number = self.int(var, default=default)
        if number > 65535:
            raise ImproperlyConfigured(f"{var}={number} is not a port, from 0 to 65535.")
        return number

    def level(self, var: str, *, default: str) -> str:
        """The name of one of logging's levels."""
        text = self.str(var, default="") or default
        if text.upper() not in LEVELS:
            raise ImproperlyConfigured(f"{var}={text!r} is not one of {', '.join(LEVELS)}.")
        return text.upper()

    def secret(self, var: str) -> str:
        """A text that must be there and be one's own."""
        text = self.str(var, default="").strip()
        if text in ("", PLACEHOLDER):
            raise ImproperlyConfigured(
                f"{var} is not set. `make environment` writes one into .env, unless the process "
                "environment holds an empty one."
            )
        return text


def read_file(path: Path) -> None:
    """Take over what `path` holds and the process environment lacks."""
    try:
        env.read_env(path)
    except UnicodeDecodeError as error:
        raise ImproperlyConfigured(f"{path} is not text in UTF-8.") from error


env = Environment()
read_file(BASE_DIR / ".env")

SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;"


def database(*, pool_size: int) -> dict[str, Any]:
    """Django database settings from `DATABASE_URL` (SQLite in `var/` when unset).

    `pool_size` connections are pooled per process on PostgreSQL; 0 opens one for each thread.
    A pool must not cross a fork, so the worker runs with 0.
    """
    config = _database_address()
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


def _database_address() -> dict[str, Any]:
    default = f"sqlite:///{BASE_DIR / 'var' / 'db.sqlite3'}"
    try:
        with warnings.catch_warnings(action="error"):
            config = env.db_url_config(env.str("DATABASE_URL", default="") or default)
    except (ValueError, UserWarning):
        config = {}
    if config.get("ENGINE") not in ENGINES or not config["NAME"]:
        # The value is not shown: it may hold a password.
        raise ImproperlyConfigured(
            "DATABASE_URL is not an address such as postgres://user:password@host/name or "
            "sqlite:////path/to/file."
        )
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
