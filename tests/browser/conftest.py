"""The site, served as readers meet it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.browser.serving import served_folder


@pytest.fixture(scope="session")
def served(site: Path) -> Iterator[str]:
    """Address of the site on the loopback interface, without a slash at the end."""
    with served_folder(site) as address:
        yield address
