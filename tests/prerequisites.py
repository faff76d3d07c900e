"""Finds or installs the two programs that tests need and pip cannot bring: a Chromium and, on
Linux, bubblewrap.

Run by ``make test`` as ``python -m tests.prerequisites``. For the browser, in this order: an
installed Chromium or Chrome, one that Playwright installs, Debian's package where this user may
install packages. Where nothing works it says in one sentence what to do.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache

from tools.browser import VARIABLE, advice, find_browser

from marking.kernels.bubblewrap import executable


def find_sandbox() -> str | None:
    """Path of bubblewrap, or None."""
    executable.cache_clear()  # it may just have been installed
    return executable()


def run(*command: str) -> bool:
    """Whether ``command`` could be started and succeeded; what it prints goes to this process's
    standard error.
    """
    try:
        return (
            subprocess.run(
                command, stdout=sys.stderr, stdin=subprocess.DEVNULL, check=False
            ).returncode
            == 0
        )
    except OSError:
        return False


@cache
def may_install_packages() -> bool:
    """Whether this user may install Debian packages (the package lists are then brought up to date,
    once).
    """
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return is_root and shutil.which("apt-get") is not None and run("apt-get", "update", "-qq")


def install_debian(package: str) -> bool:
    """Install a Debian package if this user may; whether it worked."""
    return may_install_packages() and run(
        "apt-get", "install", "-y", "-qq", "--no-install-recommends", package
    )


def ensure(
    find: Callable[[], str | None], installers: list[Callable[[], bool]], advice: str
) -> str:
    """The path that ``find`` gives, after as many ``installers`` as it takes; SystemExit with
    ``advice`` if none helps.
    """
    path = find()
    for install in installers:
        if path:
            break
        path = find() if install() else None
    if not path:
        raise SystemExit(advice)
    return path


def main() -> None:
    """Ensure both programs and print where they are."""
    if os.environ.get(VARIABLE) and not find_browser():
        raise SystemExit(advice())
    browser = ensure(
        find_browser,
        [
            lambda: run(sys.executable, "-m", "playwright", "install", "chromium"),
            lambda: install_debian("chromium"),
        ],
        advice(),
    )
    print(f"browser: {browser}")
    if sys.platform == "linux":
        sandbox = ensure(
            find_sandbox,
            [lambda: install_debian("bubblewrap")],
            "The sandbox tests need bubblewrap: install the package 'bubblewrap' with your "
            "system's package manager.",
        )
        print(f"sandbox: {sandbox}")


if __name__ == "__main__":
    main()
