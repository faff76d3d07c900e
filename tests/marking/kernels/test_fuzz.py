"""Whatever a kernel sends, the grader gets its outputs and one answer per call: no exception
leaves, and nothing is waited for beyond its time.

The corpus holds what a kernel may send from its start on, as bytes.
"""

import json
import socket
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.errors import KernelDied
from marking.examiner.calls import Answer, Call
from marking.kernels.kernel import CellStatus, Kernel
from marking.kernels.launcher import ExitReason
from marking.kernels.protocol import decode_answers
from marking.limits import MAX_CELL_TEXT
from marking.processes import time_limit

CORPUS = sorted((Path(__file__).parent / "corpus").iterdir())
READY = b'{"kind": "ready"}'
CALLS = [Call("f", (1,), {}), Call("f", (2.5,), {})]
SOON = 10.0  # seconds, for what sends a few kilobytes and ends

WORDS = st.sampled_from(
    ["kind", "id", "done", "stream", "error", "display_data", "execute_result", "clear_output"]
    + ["answers", "status", "data", "text", "text/plain", "image/png", "traceback", "name", "ok"]
    + ["value", "type", "mutated", "failure", "seconds", "a", "t", "f", "i", "<f8", "nan", "x"]
)
LEAVES = st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=10) | WORDS
JSON = st.recursive(
    LEAVES,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(WORDS, below, max_size=6),
    max_leaves=15,
)
MESSAGES = st.lists(
    st.dictionaries(WORDS, JSON, max_size=5).map(lambda m: {"id": 1, "kind": "done"} | m),
    max_size=6,
)
FEW = settings(max_examples=60, deadline=None)
MANY = settings(FEW, max_examples=10_000)


class Scripted:
    """A launcher, and a kernel's process, that has sent `data` and ended."""

    def __init__(self, data):
        self.connection, theirs = socket.socketpair()
        theirs.setblocking(False)
        self._theirs, self._data = theirs, data
        self.alive()

    def start(self, modules=()):
        return self

    def alive(self):
        """It sends what the socket takes whenever the grader looks, and ends then."""
        try:
            while self._data and self._theirs.fileno() >= 0:
                self._data = self._data[self._theirs.send(self._data) :]
        except BlockingIOError:
            return True
        except OSError:
            pass
        self._theirs.close()
        return False

    def exit_reason(self):
        return ExitReason.UNKNOWN

    def end(self):
        self._theirs.close()
        self.connection.close()


def framed(*messages):
    return b"".join(len(m).to_bytes(4, "big") + m for m in messages)


def converse(data):
    """A whole life of a kernel that sends `data`: a cell, then questions."""
    with time_limit(SOON):
        try:
            kernel = Kernel(Scripted(data))
        except KernelDied as died:
            assert str(died)
            return
        with kernel:
            ran = kernel.run("x", SOON)
            assert ran.status in CellStatus
            json.dumps(ran.outputs)
            assert len(str(ran.outputs)) < 3_000_000 + 4 * MAX_CELL_TEXT
            answers = kernel.ask(CALLS, SOON)
            assert len(answers) == len(CALLS)
            assert all(isinstance(answer, Answer) for answer in answers)


def check_messages(messages):
    converse(framed(READY, *(json.dumps(message).encode() for message in messages)))


def check_reply(reply):
    for text in (reply, json.dumps(reply), json.dumps([reply, reply])):
        answers = decode_answers(text, 2)
        assert len(answers) == 2 and all(isinstance(answer, Answer) for answer in answers)


BYTES = given(data=st.binary(max_size=200), ready=st.booleans())
TALK = given(messages=MESSAGES)
REPLY = given(reply=JSON)


def check_bytes(data, ready):
    converse((framed(READY) if ready else b"") + data)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_the_corpus_is_borne(path):
    converse(path.read_bytes())


def test_there_is_a_corpus_that_comes_through_to_the_questions():
    assert len(CORPUS) >= 10
    ends = {path.name: path.read_bytes().startswith(framed(READY)) for path in CORPUS}
    assert sum(ends.values()) >= 5


@FEW
@BYTES
def test_any_bytes_are_borne(data, ready):
    check_bytes(data, ready)


@FEW
@TALK
def test_any_messages_are_borne(messages):
    check_messages(messages)


@FEW
@REPLY
def test_any_reply_is_read_as_answers(reply):
    check_reply(reply)


@pytest.mark.soak
def test_any_bytes_and_messages_are_borne_for_minutes():
    """The same properties with many more examples."""
    MANY(BYTES(check_bytes))()
    MANY(TALK(check_messages))()
    MANY(REPLY(check_reply))()
