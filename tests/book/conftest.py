from __future__ import annotations

import pytest
from tests.book.site import built_site


@pytest.fixture(scope="session")
def site():
    """Folder of the project's own site, up to date."""
    return built_site()
