"""A kernel as the grader sees it: what cells show is kept, what functions show while they are asked
is not, and nothing that comes through the socket can hold the grader up or fill its memory.
"""

import base64
import threading

import pytest
from tests.marking.kernels.cells import GENEROUS_SECONDS

from marking.errors import KernelDied
from marking.examiner.calls import Call, FailureKind
from marking.kernels import kernel as module
from marking.kernels.kernel import CellStatus, Kernel
from marking.kernels.launcher import ExitReason, KernelLauncher
from marking.kernels.tiers import choose_tier


@pytest.fixture(scope="module")
def launcher():
    with KernelLauncher(choose_tier(unsafe=True)) as opened:
        yield opened


@pytest.fixture
def kernel(launcher):
    with Kernel(launcher) as started:
        yield started


def shown(run):
    """Outputs as (type, text): a picture as the format it has."""
    return [
        (
            output.output_type,
            output.get("text") or output.get("ename") or _data(output.get("data", {})),
        )
        for output in run.outputs
    ]


def _data(data):
    return next((mime for mime in data if mime.startswith("image/")), data.get("text/plain"))


def test_a_cell_shows_what_it_shows_in_jupyter_and_in_that_order(kernel):
    run = kernel.run(
        "import sys\nprint('a')\nprint('b', file=sys.stderr)\ndisplay(3)\nprint('c')\n4",
        GENEROUS_SECONDS,
    )
    assert run.status == "ok"
    assert shown(run) == [
        ("stream", "a\n"),
        ("stream", "b\n"),
        ("display_data", "3"),
        ("stream", "c\n"),
        ("display_data", "4"),
    ]
    assert [output.get("name") for output in run.outputs[:2]] == ["stdout", "stderr"]


@pytest.mark.parametrize("end", ["plt.show()", "", "plt.gcf()"])
def test_a_figure_is_kept_as_a_picture(kernel, end):
    run = kernel.run(
        f"import matplotlib.pyplot as plt\nfigure = plt.figure()\nplt.plot([1, 2]);\n{end}",
        GENEROUS_SECONDS,
    )
    pictures = [output for output in run.outputs if "image/png" in output.get("data", {})]
    assert pictures and base64.b64decode(pictures[0].data["image/png"]).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("code", "name", "words"),
    [
        ("def f(:", "SyntaxError", "invalid syntax"),
        ("x = 0\n1 / x", "ZeroDivisionError", "division by zero"),
        ("input('name? ')", "EOFError", "not answered where marks are made"),
        ("import sys; sys.exit()", "SystemExit", ""),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", ""),
    ],
)
def test_an_error_is_shown_and_the_kernel_goes_on(kernel, code, name, words):
    run = kernel.run(code, GENEROUS_SECONDS)
    assert run.status == "error"
    error = next(output for output in run.outputs if output.output_type == "error")
    assert error.ename == name and words in error.evalue
    assert shown(kernel.run("1 + 1", GENEROUS_SECONDS)) == [("display_data", "2")]


def test_a_traceback_names_the_line_of_the_cell(kernel):
    (error,) = kernel.run("def f():\n    return 1 / 0\n\nf()", GENEROUS_SECONDS).outputs
    assert "line 2" in "".join(error.traceback) and "return 1 / 0" in "".join(error.traceback)


def test_awaiting_threads_and_shell_commands_work(kernel):
    assert shown(kernel.run("import asyncio\nawait asyncio.sleep(0)\n7", GENEROUS_SECONDS)) == [
        ("display_data", "7")
    ]
    thread = (
        "import threading\nt = threading.Thread(target=print, args=('there',))\nt.start(); t.join()"
    )
    assert shown(kernel.run(thread, GENEROUS_SECONDS)) == [("stream", "there\n")]
    for code in (
        "%timeit -n1 -r1 1",
        "%pip --version",
        "!echo there",
        "import faulthandler; faulthandler.enable()",
    ):
        assert kernel.run(code, GENEROUS_SECONDS).status == "ok", code


def test_a_fork_that_a_cell_forgot_does_not_speak_in_between(kernel):
    assert shown(kernel.run("import os\nchild = os.fork()\nprint('once')", GENEROUS_SECONDS)) == [
        ("stream", "once\n")
    ]
    assert shown(kernel.run("child != 0", GENEROUS_SECONDS)) == [("display_data", "True")]


@pytest.mark.parametrize(
    "code", ["quit()", "import os; os._exit(3)", "import os; os.closerange(3, 100)"]
)
def test_a_cell_that_leaves_is_said_to_have_ended_the_process(kernel, code):
    run = kernel.run(f"print('before', flush=True)\n{code}", GENEROUS_SECONDS)
    assert run.status == "died"
    assert shown(run)[:1] == [("stream", "before\n")]


def test_endless_text_is_cut_where_it_is_made(kernel):
    run = kernel.run("for _ in range(100_000):\n    print('x' * 1000)", GENEROUS_SECONDS)
    assert run.status == "ok"
    assert "the rest of the output was cut" in run.outputs[-1].text
    assert sum(len(output.text) for output in run.outputs) < 30_000


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_what_was_printed_takes_no_memory(kernel, launcher, stream):
    times = 2 * launcher.limits.memory // 100_000
    run = kernel.run(
        f"import sys\nfor _ in range({times}):\n    print('x' * 100_000, file=sys.{stream})",
        GENEROUS_SECONDS,
    )
    assert run.status == "ok"
    assert shown(kernel.run("print(1 + 1)", 10)) == [("stream", "2\n")]


FUNCTION = """import matplotlib.pyplot as plt
def zero_pad(x, p):
    print("asked"); display("asked"); plt.plot([1, 2]); 1 / p
    return x
"""


def test_what_a_function_shows_while_it_is_asked_belongs_to_no_cell(kernel):
    kernel.run(FUNCTION, GENEROUS_SECONDS)
    good, bad = kernel.ask([Call("zero_pad", (3, 1)), Call("zero_pad", (3, 0))], GENEROUS_SECONDS)
    assert good.value == 3 and bad.failure.name == "ZeroDivisionError" and bad.failure.line == 3
    assert shown(kernel.run("1", GENEROUS_SECONDS)) == [("display_data", "1")]


def test_quit_while_asked_is_the_end(kernel):
    kernel.run("def zero_pad(x, p):\n    quit()", GENEROUS_SECONDS)
    (answer,) = kernel.ask([Call("zero_pad", (3, 1))], GENEROUS_SECONDS)
    assert answer.failure.kind is FailureKind.DIED


SEND = "import json, os, struct\nsend = get_ipython().channel._connection.send\n"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"not JSON!",
        b"\xff",
        b"[" * 100_000,
        b'{"id": 999999, "kind": "done"}',
        b'{"kind": [1, 2]}',
    ],
    ids=["empty", "no object", "no JSON", "no text", "nested", "of another request", "odd kind"],
)
def test_what_is_no_message_is_skipped(kernel, data):
    run = kernel.run(
        SEND + f"data = {data!r}\nsend(struct.pack('>I', len(data)) + data); print('after')",
        GENEROUS_SECONDS,
    )
    assert (run.status, shown(run)) == ("ok", [("stream", "after\n")])


def test_a_message_that_claims_to_be_endless_is_not_waited_for(kernel):
    run = kernel.run(
        SEND + "send(struct.pack('>I', 1 << 31) + b'x')\nimport time; time.sleep(3000)",
        GENEROUS_SECONDS,
    )
    assert (run.status, run.reason) == (CellStatus.DIED, ExitReason.OUTPUT)


def test_half_a_message_costs_its_time_and_no_more(kernel):
    run = kernel.run(SEND + "send(struct.pack('>I', 100) + b'x')\nimport time; time.sleep(3000)", 2)
    assert run.status is CellStatus.TIMEOUT


def test_a_request_that_nobody_takes_costs_its_time_and_no_more(kernel):
    # The cell takes the kernel's place at the socket, and never reads.
    replace = SEND + "get_ipython().channel.receive = lambda: __import__('time').sleep(3000)"
    assert kernel.run(replace, GENEROUS_SECONDS).status is CellStatus.OK
    run = kernel.run("x = 1  #" + "x" * 5_000_000, 1)
    assert run.status is CellStatus.TIMEOUT


def test_a_kernel_that_does_not_come_to_life_says_why(monkeypatch, launcher):
    monkeypatch.setattr(module, "KERNEL_START_SECONDS", 0.0)
    with pytest.raises(KernelDied, match="not ready: timeout"):
        Kernel(launcher)


def test_ending_a_kernel_does_not_wait_for_its_code(launcher):
    with Kernel(launcher) as kernel:
        sleeper = (
            "import threading, time\nthreading.Thread(target=time.sleep, args=(3000,)).start()"
        )
        kernel.run(sleeper, GENEROUS_SECONDS)
        closing = threading.Thread(target=kernel.close, daemon=True)
        closing.start()
        closing.join(GENEROUS_SECONDS)
        assert not closing.is_alive()
