from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from support import small_world

from fraudsim.core.table import Table
from fraudsim.worlds.schema import World

# Examples follow from the test alone: the suite never depends on the time, and never on a database of failures.
settings.register_profile("fixed", derandomize=True, deadline=None, database=None, print_blob=True,
                          suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large,
                                                 HealthCheck.function_scoped_fixture])
settings.load_profile("fixed")


@pytest.fixture(scope="session")
def small() -> World:
    """The small world as it stands."""
    return small_world()


@pytest.fixture
def moves_on_add() -> Iterator[None]:
    """Let every ``Table.add`` move the columns and poison what was read before."""
    Table.moves_on_add = True
    yield
    Table.moves_on_add = False
