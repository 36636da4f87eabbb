import pytest

from sales.queries.menu import forget_menus
from tests.factories import Cafe, make_cafe


@pytest.fixture
def cafe(db) -> Cafe:
    """A stocked café with an open shift."""
    return make_cafe()


@pytest.fixture(autouse=True)
def fresh_menus() -> None:
    """Locations of one test may have the ids of another's."""
    forget_menus()
