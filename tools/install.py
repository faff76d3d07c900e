"""Installs what the lock names into the environment of the Python that runs this:
`python tools/install.py requirements.txt`.

uv does it several times as fast as pip, with the same hashes.  It comes by pip, in the version that
the lock names.  Where it cannot be had, or does not reach the packages (it reads none of pip's
configuration but what is handed on here), pip does the same.  Nothing is needed but the standard
library: nothing else is there yet.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")
VARIABLES = {"index-url": "UV_DEFAULT_INDEX", "cert": "SSL_CERT_FILE"}  # uv's, by pip's words
# uv installs without compiling.  Of what students' kernels import that has to be done before they
# start: they cannot write into the environment, and each would compile it anew.
OF_KERNELS = "IPython.core.interactiveshell, matplotlib_inline.backend_inline, sympy"


def locked(lock: str, name: str) -> str:
    """The lines of a lock that pin one package, with its hashes; empty if it names none."""
    found = re.search(rf"^{re.escape(name)}==(?:.*\\\n)*.*\n?", lock, re.M)
    return found[0] if found else ""


def handed_on(configuration: str) -> dict[str, str]:
    """For uv, as variables, what `pip config list` says of the index and of certificates."""
    given: dict[str, str] = {}
    for line in configuration.splitlines():
        key, _, value = line.partition("=")
        if variable := VARIABLES.get(key.rpartition(".")[2]):
            given[variable] = str(ast.literal_eval(value))
    return given


def install_by_uv(lock: Path) -> bool:
    """Whether uv could be had and has installed everything."""
    with tempfile.TemporaryDirectory() as folder:
        alone = Path(folder) / "uv.txt"
        alone.write_text(locked(lock.read_text(encoding="utf-8"), "uv"), encoding="utf-8")
        options = ["--quiet", "--require-hashes", "--only-binary", ":all:", "--no-deps"]
        if subprocess.run([*PIP, "install", *options, "-r", str(alone)]).returncode:
            return False
    listed = subprocess.run([*PIP, "config", "list"], stdout=subprocess.PIPE, encoding="utf-8")
    uv = Path(sysconfig.get_path("scripts")) / ("uv.exe" if os.name == "nt" else "uv")
    command = [str(uv), "pip", "install", "--quiet", "--python", sys.executable]
    done = subprocess.run(
        [*command, "--require-hashes", "-r", str(lock)],
        env=handed_on(listed.stdout) | dict(os.environ),
    )
    return done.returncode == 0


def main(arguments: list[str]) -> int:
    """The command; its exit code."""
    lock = Path(arguments[0])
    print(f"installing what {lock} names, some minutes at most", flush=True)
    if install_by_uv(lock):
        compiles = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        program = [sys.executable, "-c", f"import {OF_KERNELS}"]
        return subprocess.run(program, env=compiles).returncode
    print("uv cannot install it here; pip does, which takes longer", flush=True)
    return subprocess.run(
        [*PIP, "install", "--quiet", "--require-hashes", "-r", str(lock)]
    ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
