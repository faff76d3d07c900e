"""The tiers that this machine has, as parameters of tests: what is promised of each is tried in
each.
"""

import pytest

from marking.kernels import bubblewrap, tiers
from marking.kernels.tiers import Tier


def why_not(tier):
    """Why kernels of `tier` cannot be had here; None if they can."""
    if tier in (Tier.FORKED, Tier.FRESH):
        reason = bubblewrap.why_no_bubblewrap()
        if reason is None and tier is Tier.FORKED and not bubblewrap.can_nest():
            reason = "namespaces cannot be nested here"
        return reason
    if tier is Tier.LANDLOCK and not tiers.has_landlock():
        return "this system has no Landlock"
    return None


def _parameter(tier):
    reason = why_not(tier)
    return pytest.param(
        tier, id=tier.value, marks=pytest.mark.skipif(reason is not None, reason=str(reason))
    )


WITH_NAMESPACES = [_parameter(tier) for tier in (Tier.FORKED, Tier.FRESH)]
PROTECTED = [_parameter(tier) for tier in (Tier.FORKED, Tier.FRESH, Tier.LANDLOCK)]
EVERY = [_parameter(tier) for tier in Tier]
IN_THE_OPEN = [_parameter(tier) for tier in (Tier.LANDLOCK, Tier.NONE)]  # in no namespace
