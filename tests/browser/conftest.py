"""The site, served as readers meet it."""

from __future__ import annotations

import functools
import http.server
import threading

import pytest
from tests.book.site import built_site


@pytest.fixture(scope="session")
def site():
    """Folder of the project's own site, up to date."""
    return built_site()


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and logs nothing."""

    def log_message(self, *args):
        pass


@pytest.fixture(scope="session")
def served(site):
    """Address of the site on the loopback interface, without a slash at the end."""
    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()
