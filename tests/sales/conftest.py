import pytest

from tests.assertions import assert_ledger_adds_up
from tests.factories import Cafe, make_cafe


@pytest.fixture
def cafe(db) -> Cafe:
    """A stocked café with an open shift; after the test its stock ledger must add up."""
    yield make_cafe()
    assert_ledger_adds_up()
