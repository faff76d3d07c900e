"""Nothing that comes through the socket can hold the grader up or fill its memory."""

import json
import socket
import time

import pytest

from marking.kernels import channel as module
from marking.kernels.channel import Channel, ChannelEnded, EndReason
from marking.limits import MAX_MESSAGE


def in_seconds(seconds):
    return time.monotonic() + seconds


def alive():
    return True


def gone():
    return False


def framed(message):
    data = message if isinstance(message, bytes) else json.dumps(message).encode()
    return len(data).to_bytes(4, "big") + data


@pytest.fixture
def ends():
    """The grader's channel, and the kernel's end as a bare socket."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield Channel(ours), theirs


def reason(ended):
    return ended.value.reason


def test_messages_arrive_whole_and_in_order_however_they_are_cut(ends, monkeypatch):
    monkeypatch.setattr(module, "RECEIVE_BYTES", 3)
    channel, kernel = ends
    kernel.sendall(framed({"id": 1}) + framed({"id": 2}))
    received = [channel.receive(in_seconds(60), alive) for _ in range(2)]
    assert received == [{"id": 1}, {"id": 2}]


@pytest.mark.parametrize("data", [b"", b"[]", b"not JSON!", b"\xff", b"[" * 100_000])
def test_what_is_no_message_is_skipped(ends, data):
    channel, kernel = ends
    kernel.sendall(framed(data) + framed({"id": 1}))
    assert channel.receive(in_seconds(60), alive) == {"id": 1}


def test_what_is_no_message_is_not_read_for_ever(ends):
    channel, kernel = ends
    kernel.sendall(framed(b"[]") * 1000)
    with pytest.raises(ChannelEnded) as ended:
        channel.receive(in_seconds(0.2), alive)
    assert reason(ended) is EndReason.TIMEOUT


@pytest.mark.parametrize("part", [b"", b"\0\0", framed({"id": 1})[:-1]])
def test_part_of_a_message_is_waited_for_until_the_deadline(ends, part):
    channel, kernel = ends
    kernel.sendall(part)
    with pytest.raises(ChannelEnded) as ended:
        channel.receive(in_seconds(0.2), alive)
    assert reason(ended) is EndReason.TIMEOUT


def test_a_message_announced_as_too_long_is_not_waited_for(ends):
    channel, kernel = ends
    kernel.sendall((MAX_MESSAGE + 1).to_bytes(4, "big"))
    with pytest.raises(ChannelEnded) as ended:
        channel.receive(in_seconds(60), alive)
    assert reason(ended) is EndReason.OUTPUT


def test_what_was_sent_before_the_end_is_still_read(ends):
    channel, kernel = ends
    kernel.sendall(framed({"id": 1}))
    kernel.close()
    assert channel.receive(in_seconds(60), gone) == {"id": 1}
    with pytest.raises(ChannelEnded) as ended:
        channel.receive(in_seconds(60), gone)
    assert reason(ended) is EndReason.DIED


def test_a_kernel_that_is_gone_though_its_socket_is_open_is_not_waited_for(ends):
    channel, _ = ends
    with pytest.raises(ChannelEnded) as ended:
        channel.receive(in_seconds(60), gone)
    assert reason(ended) is EndReason.DIED


def test_a_request_that_is_not_taken_is_given_up_at_the_deadline(ends):
    channel, _ = ends
    with pytest.raises(ChannelEnded) as ended:
        channel.send({"code": "x" * 10_000_000}, in_seconds(0.2), alive)
    assert reason(ended) is EndReason.TIMEOUT


def test_a_request_to_a_closed_socket_finds_the_kernel_gone(ends):
    channel, kernel = ends
    kernel.close()
    with pytest.raises(ChannelEnded) as ended:
        channel.send({"code": "1"}, in_seconds(60), alive)
    assert reason(ended) is EndReason.DIED
