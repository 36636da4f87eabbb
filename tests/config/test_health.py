"""Liveness and readiness."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from django_q.models import Success

from config.worker import HEARTBEAT


@pytest.fixture
def beat(db):
    def beat_before(age: timedelta) -> None:
        at = timezone.now() - age
        Success.objects.create(
            id="beat", name="beat", func=HEARTBEAT, started=at, stopped=at, success=True
        )

    return beat_before


def test_healthz_asks_nobody(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_ready_with_a_fresh_heartbeat(client, beat):
    beat(timedelta(minutes=1))
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ready",
        "checks": {"database": "ok", "channel_layer": "ok", "worker": "ok"},
        "queue": {"depth": 0, "oldest_seconds": 0, "failed_today": 0},
    }


def test_degraded_when_the_worker_is_silent(client, beat):
    beat(timedelta(minutes=4))
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["status"] == "degraded"
    assert response.json()["checks"]["worker"] == "down"


@pytest.mark.once
def test_degraded_when_redis_is_down(client, beat, settings):
    beat(timedelta(0))
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {"hosts": ["redis://127.0.0.1:1/0"]},
        }
    }
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["checks"]["channel_layer"] == "down"


@pytest.mark.once
def test_down_without_the_database(client, transactional_db, monkeypatch, tmp_path):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "no" / "such.sqlite3"))
    response = client.get("/readyz")
    monkeypatch.undo()
    connection.close()
    assert response.status_code == 503
    assert response.json() == {
        "status": "down",
        "checks": {"database": "down", "channel_layer": "ok", "worker": "down"},
    }


def test_health_needs_no_https(client, settings, beat):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz").status_code == 200
    assert client.get("/login/").status_code == 301
