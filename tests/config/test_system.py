"""The system page: what needs a person, and nothing else."""

import pytest
from django.test import Client

from config.system import read_system
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
