"""A real JupyterHub on the loopback interface, for as long as a test runs.

JupyterHub and its proxy are no part of the course: they are installed into a folder of their own,
beside the course's environment.  The hub's users are users of the system, each with a number and a
home of their own; only the hub's processes see them, in a view of their own of the file system, and
nothing on the machine is changed.

    python -m tests.jupyterhub.hub FOLDER    # what `running` starts: the view, then the hub
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shlex
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import requests
from tests.browser.lab import free_port
from tests.ordinary_user import needed, show
from tornado.httpclient import HTTPRequest
from tornado.ioloop import IOLoop
from tornado.websocket import websocket_connect

from marking.kernels.inside import isolation

PROJECT = Path(__file__).parents[2]
PROGRAMS = Path(sys.executable).parent
USERS = {"instructor": 64_331, "ada": 64_332}  # numbers that belong to nobody on a usual machine
WAIT = 300  # seconds: how long a start may take before it counts as never
LONG = 600  # the same for a command

CONFIG = """
import os
c = get_config()
folder = {folder!r}
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub_port}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api_port}"
c.ConfigurableHTTPProxy.command = [{node!r}, {proxy!r}]
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allowed_users = set({users!r})
c.JupyterHub.services = [{{"name": "test", "api_token": {token!r}}}]
c.JupyterHub.load_roles = [
    {{"name": "test", "scopes": ["admin:servers", "access:servers"], "services": ["test"]}}
]
c.Spawner.cmd = [{single!r}]
c.Spawner.environment = {environment!r}
c.Spawner.start_timeout = c.Spawner.http_timeout = {wait}
"""


def install(folder: Path) -> None:
    """JupyterHub and its proxy into `folder`.  What it shares with the course is not installed
    again.
    """
    subprocess.run([sys.executable, "-m", "venv", str(folder / "hub")], check=True)
    places = sysconfig.get_paths(vars={"base": str(folder / "hub")})
    own = sysconfig.get_path("purelib")
    Path(places["purelib"], "course.pth").write_text(
        f"import site; site.addsitedir({own!r})\n", encoding="utf-8"
    )
    pip = [str(folder / "hub" / "bin" / "pip"), "install", "--quiet", "jupyterhub==5.*"]
    subprocess.run(pip, check=True)
    npm = [str(PROGRAMS / "npm"), "install", "--silent", "--prefix", str(folder / "proxy")]
    paths = os.pathsep.join([str(PROGRAMS), os.environ["PATH"]])
    subprocess.run(
        [*npm, "configurable-http-proxy@5"], check=True, env=os.environ | {"PATH": paths}
    )


def configure(folder: Path, settings: Mapping[str, str]) -> Hub:
    """Write what the hub reads, and `settings` of Jupyter's programs, {file: text}."""
    for place in ("state", "etc", "home"):
        (folder / place).mkdir()
    for name, text in settings.items():
        (folder / "etc" / name).write_text(text, encoding="utf-8")
    for name, number in USERS.items():
        home = folder / "home" / name
        home.mkdir(mode=0o700)
        # As the runbook has it, the course's environment is active: also in a login shell, which
        # sets the path anew.
        profile = home / ".bash_profile"
        profile.write_text(f". {shlex.quote(str(PROGRAMS / 'activate'))}\n", encoding="utf-8")
        for place in (home, profile):
            os.chown(place, number, number)
    ports = [free_port() for _ in range(3)]
    token = secrets.token_hex(16)
    shared = Path(sys.prefix)
    environment = {
        "PATH": os.pathsep.join([str(PROGRAMS), os.environ["PATH"]]),
        "JUPYTER_CONFIG_PATH": f"{folder / 'etc'}{os.pathsep}{shared / 'etc' / 'jupyter'}",
        "JUPYTER_PATH": str(shared / "share" / "jupyter"),
        "JUPYTERLAB_DIR": str(shared / "share" / "jupyter" / "lab"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LANG": "C.UTF-8",
    }
    text = CONFIG.format(
        folder=str(folder),
        port=ports[0],
        hub_port=ports[1],
        api_port=ports[2],
        node=str(PROGRAMS / "node"),
        proxy=str(
            folder / "proxy/node_modules/configurable-http-proxy/bin/configurable-http-proxy"
        ),
        users=[*USERS],
        token=token,
        single=str(folder / "hub" / "bin" / "jupyterhub-singleuser"),
        environment=environment,
        wait=WAIT,
    )
    (folder / "state" / "jupyterhub_config.py").write_text(text, encoding="utf-8")
    return Hub(f"http://127.0.0.1:{ports[0]}", token)


class Hub:
    """What a test asks of a running hub, in the name of one of its users."""

    def __init__(self, address: str, token: str) -> None:
        self.address = address
        self.headers = {"Authorization": f"token {token}"}

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        """One request to the hub, or through it to a user's server."""
        return requests.request(
            method, self.address + path, headers=self.headers, timeout=WAIT, **options
        )

    def start(self, user: str) -> None:
        """Start a user's server, and wait until it answers."""
        answer = self.ask("POST", f"/hub/api/users/{user}/server")
        assert answer.status_code in (201, 202), answer.text
        wait_until(lambda: self.ask("GET", f"/user/{user}/api/status").status_code == 200, user)

    def save(self, user: str, path: str, notebook: object) -> None:
        """Save a notebook as JupyterLab does it."""
        body = {"type": "notebook", "format": "json", "content": notebook}
        answer = self.ask("PUT", f"/user/{user}/api/contents/{path}", json=body)
        assert answer.status_code in (200, 201), answer.text

    def type(self, user: str, command: str, code: int = 0) -> str:
        """Type a command in a terminal of the user's JupyterLab; what it printed."""
        name = self.ask("POST", f"/user/{user}/api/terminals").json()["name"]
        printed, ended = IOLoop().run_sync(lambda: self._typed(user, name, command), LONG)
        self.ask("DELETE", f"/user/{user}/api/terminals/{name}")
        assert ended == code, f"{user}: {command}\n{printed[-3000:]}"
        return printed

    async def _typed(self, user: str, terminal: str, command: str) -> tuple[str, int]:
        address = self.address.replace("http", "ws", 1)
        request = HTTPRequest(
            f"{address}/user/{user}/terminals/websocket/{terminal}", headers=self.headers
        )
        channel = await websocket_connect(request)
        await channel.write_message(json.dumps(["set_size", 50, 200]))
        # The words that end it do not stand like that in what is typed.
        await channel.write_message(json.dumps(["stdin", f"{command}; echo the 'end' $?.\r"]))
        said = ""
        while (end := re.search(r"the end (\d+)\.", said)) is None:
            message = await channel.read_message()
            assert message is not None, f"the terminal ended: {said[-2000:]}"
            kind, *content = json.loads(message)
            said += content[0] if kind == "stdout" else ""
        channel.close()
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", said[: end.start()]), int(end[1])


def wait_until(holds: Any, what: str) -> None:
    """Ask until it holds; AssertionError after `WAIT` seconds."""
    last = time.monotonic() + WAIT
    while time.monotonic() < last:
        with contextlib.suppress(requests.ConnectionError):
            if holds():
                return
        time.sleep(0.2)
    raise AssertionError(f"{what} did not start")


@contextlib.contextmanager
def running(folder: Path, hub: Hub) -> Iterator[Hub]:
    """The hub of `folder`, until the end of the block; its log is in `folder`/state/log."""
    with open(folder / "state" / "log", "wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.jupyterhub.hub", str(folder)],
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until(lambda: _answers(process, hub, folder), "the hub")
        yield hub
    finally:
        process.kill()  # and with it all that it started
        process.wait()


def _answers(process: subprocess.Popen[bytes], hub: Hub, folder: Path) -> bool:
    if process.poll() is not None:
        raise AssertionError((folder / "state" / "log").read_text(encoding="utf-8")[-3000:])
    return hub.ask("GET", "/hub/api/").status_code == 200


def main(folder: Path) -> int:
    """The hub, in a view of the system in which its users exist, and which ends with this process:
    with the first process of a PID namespace all others of it end.
    """
    parts = isolation.CLONE_NEWNS | isolation.CLONE_NEWPID
    isolation.check(isolation.libc().unshare(parts), "unshare")
    if child := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    isolation.end_with_parent()
    isolation.mount(None, "/", None, isolation.MS_REC | isolation.MS_PRIVATE)
    isolation.mount("proc", "/proc", "proc", 0)
    show([*needed(), folder])
    for file, line in (("passwd", "{0}:x:{1}:{1}::{2}:/bin/bash\n"), ("group", "{0}:x:{1}:\n")):
        text = Path("/etc", file).read_text(encoding="utf-8").rstrip("\n") + "\n"
        for name, number in USERS.items():
            text += line.format(name, number, folder / "home" / name)
        own = folder / "state" / file
        own.write_text(text, encoding="utf-8")
        own.chmod(0o644)
        isolation.mount(str(own), f"/etc/{file}", None, isolation.MS_BIND)
    os.chdir(folder / "state")
    hub = str(folder / "hub" / "bin" / "jupyterhub")
    os.execv(hub, [hub, "-f", "jupyterhub_config.py"])


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
