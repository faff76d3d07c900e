"""How short a limit may be made in a class of ours, so that nobody waits long for endless loops."""

from __future__ import annotations

import math
import os

from marking.processes import cpus

BUSY = 2.0  # processes that wait for each processor, up to which a quiet machine's limit holds


def patient(quiet: float) -> float:
    """The limit, in whole seconds, that is `quiet` seconds on a machine with little to do.

    Longer in proportion while others work on it, as the load of the last minute tells: an honest
    answer of milliseconds then takes seconds.
    """
    waiting = os.getloadavg()[0] / cpus() if hasattr(os, "getloadavg") else BUSY
    return float(math.ceil(quiet * max(1.0, waiting / BUSY)))
