"""One hypothesis profile for the library: the same examples every time, so that a failure can be
repeated.
"""

from hypothesis import settings

settings.register_profile("convtranspose", derandomize=True, deadline=None, max_examples=60)
settings.load_profile("convtranspose")
