"""The system page: what needs a person, and nothing else."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django_q.brokers import get_broker
from django_q.models import OrmQ
from django_q.tasks import async_task

from config.system import read_system
from config.worker import HEARTBEAT, MAX_HAND_OUTS
from stock.models import PurchaseOrder
from tests.factories import Cafe, make_cafe, make_staff, make_supplier

pytestmark = pytest.mark.django_db


@pytest.fixture
def cafe() -> Cafe:
    return make_cafe()


@pytest.fixture
def manager(cafe: Cafe) -> Client:
    client = Client()
    client.force_login(make_staff("manager", "Manager"))
    return client


def test_mails_of_closed_orders_need_nobody(cafe: Cafe) -> None:
    supplier = make_supplier()
    draft, _ = (
        PurchaseOrder.objects.create(
            location=cafe.location, supplier=supplier, currency="KZT", status=status, mail="failed"
        )
        for status in ("draft", "cancelled")
    )

    assert read_system(cafe.location.pk).mails_failed == (draft,)


def test_a_task_that_never_ends_shows_with_its_tries(manager: Client) -> None:
    async_task(HEARTBEAT)
    for _ in range(MAX_HAND_OUTS + 1):
        OrmQ.objects.update(lock=timezone.now() - timedelta(seconds=1))
        get_broker().dequeue()

    page = manager.get("/system/").text

    assert f'<td class="num">{MAX_HAND_OUTS}</td><td>It never came to an end' in page
