import pytest

from tests.assertions import assert_ledger_adds_up
from tests.factories import Cafe, make_cafe, make_staff


@pytest.fixture
def cafe(db) -> Cafe:
    """A stocked café with an open shift; after the test its stock ledger must add up."""
    yield make_cafe()
    assert_ledger_adds_up()


@pytest.fixture
def boss(client, cafe):
    """A browser in which a manager has signed in; `.user` is that manager."""
    user = make_staff("boss", "Manager")
    client.force_login(user)
    client.user = user
    return client
