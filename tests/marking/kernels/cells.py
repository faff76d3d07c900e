"""Running cells in a kernel, and waiting for what they bring about."""

import time

GENEROUS_SECONDS = 60.0  # on a busy machine; what is asked for comes at once


def printed(kernel, code, seconds=GENEROUS_SECONDS):
    """What `code` prints in the kernel; errors fail the test."""
    run = kernel.run(code, seconds)
    assert run.status == "ok", run
    return "".join(
        output.text
        for output in run.outputs
        if output.output_type == "stream" and output.name == "stdout"
    )


def error(kernel, code, seconds=GENEROUS_SECONDS):
    """The name of the exception that `code` ends with."""
    run = kernel.run(code, seconds)
    assert run.status == "error", run
    return next(output.ename for output in run.outputs if output.output_type == "error")


def eventually(true, seconds=GENEROUS_SECONDS):
    """Whether `true` comes to say so."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
