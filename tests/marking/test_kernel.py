"""A kernel as the grader sees it: what cells show is kept, what functions show while they are asked is not, and nothing
that comes through the socket can hold the grader up or fill its memory."""

import base64
import time

import pytest

from marking import kernel as module
from marking import sandbox
from marking.kernel import Kernel
from marking.protocol import Call
from marking.sandbox import KernelDied, Nursery


@pytest.fixture(scope="module")
def nursery():
    with Nursery(sandbox.choose_tier(unsafe=True)) as opened:
        yield opened


@pytest.fixture
def kernel(nursery):
    with Kernel(nursery) as running:
        yield running


def shown(run):
    """Outputs as (type, text): a picture as the format it has."""
    return [
        (output.output_type, output.get("text") or output.get("ename") or _data(output.get("data", {})))
        for output in run.outputs
    ]


def _data(data):
    return next((mime for mime in data if mime.startswith("image/")), data.get("text/plain"))


def test_a_cell_shows_what_it_shows_in_jupyter_and_in_that_order(kernel):
    run = kernel.run("import sys\nprint('a')\nprint('b', file=sys.stderr)\ndisplay(3)\nprint('c')\n4", 10)
    assert run.status == "ok"
    assert shown(run) == [
        ("stream", "a\n"), ("stream", "b\n"), ("display_data", "3"), ("stream", "c\n"), ("display_data", "4"),
    ]  # fmt: skip
    assert [output.get("name") for output in run.outputs[:2]] == ["stdout", "stderr"]


@pytest.mark.parametrize("end", ["plt.show()", "", "plt.gcf()"])
def test_a_figure_is_kept_as_a_picture(kernel, end):
    run = kernel.run(f"import matplotlib.pyplot as plt\nfigure = plt.figure()\nplt.plot([1, 2]);\n{end}", 20)
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
    run = kernel.run(code, 10)
    assert run.status == "error"
    error = next(output for output in run.outputs if output.output_type == "error")
    assert error.ename == name and words in error.evalue
    assert shown(kernel.run("1 + 1", 10)) == [("display_data", "2")]


def test_a_traceback_names_the_line_of_the_cell(kernel):
    (error,) = kernel.run("def f():\n    return 1 / 0\n\nf()", 10).outputs
    assert "line 2" in "".join(error.traceback) and "return 1 / 0" in "".join(error.traceback)


def test_awaiting_threads_and_shell_commands_work(kernel):
    assert shown(kernel.run("import asyncio\nawait asyncio.sleep(0)\n7", 10)) == [("display_data", "7")]
    thread = "import threading\nt = threading.Thread(target=print, args=('there',))\nt.start(); t.join()"
    assert shown(kernel.run(thread, 10)) == [("stream", "there\n")]
    for code in ("%timeit -n1 -r1 1", "%pip --version", "!echo there", "import faulthandler; faulthandler.enable()"):
        assert kernel.run(code, 20).status == "ok", code


def test_a_fork_that_a_cell_forgot_does_not_speak_in_between(kernel):
    assert shown(kernel.run("import os\nchild = os.fork()\nprint('once')", 10)) == [("stream", "once\n")]
    assert shown(kernel.run("child != 0", 10)) == [("display_data", "True")]


@pytest.mark.parametrize("code", ["quit()", "import os; os._exit(3)", "import os; os.closerange(3, 100)"])
def test_a_cell_that_leaves_is_said_to_have_ended_the_process(kernel, code):
    run = kernel.run(f"print('before', flush=True)\n{code}", 10)
    assert run.status == "died"
    assert shown(run)[:1] == [("stream", "before\n")]


def test_endless_text_is_cut_where_it_is_made(kernel):
    run = kernel.run("for _ in range(100_000):\n    print('x' * 1000)", 20)
    assert run.status == "ok" and run.seconds < 15
    assert "the rest of the output was cut" in run.outputs[-1].text
    assert sum(len(output.text) for output in run.outputs) < 30_000


FUNCTION = """import matplotlib.pyplot as plt
def zero_pad(x, p):
    print("asked"); display("asked"); plt.plot([1, 2]); 1 / p
    return x
"""


def test_what_a_function_shows_while_it_is_asked_belongs_to_no_cell(kernel):
    kernel.run(FUNCTION, 20)
    good, bad = kernel.ask([Call("zero_pad", (3, 1)), Call("zero_pad", (3, 0))], 20)
    assert good.value == 3 and bad.failure.name == "ZeroDivisionError" and bad.failure.line == 3
    assert shown(kernel.run("1", 10)) == [("display_data", "1")]


def test_quit_while_asked_is_the_end(kernel):
    kernel.run("def zero_pad(x, p):\n    quit()", 10)
    (answer,) = kernel.ask([Call("zero_pad", (3, 1))], 10)
    assert answer.failure.kind == "died"


SEND = "import json, os, struct\nspeak = get_ipython().voice._connection.send\n"


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"not JSON!", b"\xff", b"[" * 100_000, b'{"id": 999999, "kind": "done"}', b'{"kind": [1, 2]}'],
    ids=["empty", "no object", "no JSON", "no text", "nested", "of another request", "odd kind"],
)
def test_what_is_no_message_is_skipped(kernel, data):
    run = kernel.run(SEND + f"data = {data!r}\nspeak(struct.pack('>I', len(data)) + data); print('after')", 10)
    assert (run.status, shown(run)) == ("ok", [("stream", "after\n")])


def test_a_message_that_claims_to_be_endless_is_not_waited_for(kernel):
    run = kernel.run(SEND + "speak(struct.pack('>I', 1 << 31) + b'x')\nimport time; time.sleep(5)", 8)
    assert (run.status, run.reason) == ("died", "output")
    assert run.seconds < 4


def test_half_a_message_costs_its_time_and_no_more(kernel):
    run = kernel.run(SEND + "speak(struct.pack('>I', 100) + b'x')\nimport time; time.sleep(60)", 1)
    assert run.status == "timeout" and run.seconds < 3


def test_a_request_that_nobody_takes_costs_its_time_and_no_more(kernel):
    # The cell takes the kernel's place at the socket, and never reads.
    kernel.run(SEND + "get_ipython().voice.hear = lambda: __import__('time').sleep(60)", 10)
    run = kernel.run("x = 1  #" + "x" * 5_000_000, 1)
    assert run.status == "timeout" and run.seconds < 3


def test_a_kernel_that_does_not_come_to_life_says_why(monkeypatch, nursery):
    monkeypatch.setattr(module, "START_SECONDS", 0.0)
    with pytest.raises(KernelDied, match="not ready: timeout"):
        Kernel(nursery)


def test_ending_a_kernel_does_not_wait_for_its_code(nursery):
    with Kernel(nursery) as kernel:
        kernel.run("import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()", 10)
        begun = time.monotonic()
    assert time.monotonic() - begun < 2
