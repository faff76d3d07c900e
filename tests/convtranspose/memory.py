"""How much memory a call needs."""

import tracemalloc


def peak_numbers(call):
    """Most float64 numbers that a call holds at one time beside its arguments."""
    # plans are remembered; they are not work arrays
    call()
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1] / 8
    finally:
        tracemalloc.stop()
