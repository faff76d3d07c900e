"""The best protection that can be had is chosen; none is never chosen without being asked for."""

import sys

import pytest

from marking.errors import NoSandbox
from marking.kernels import bubblewrap
from marking.kernels.tiers import Tier, choose_tier, forks, what_is_open

needs_bubblewrap = pytest.mark.skipif(
    bubblewrap.why_no_bubblewrap() is not None, reason=str(bubblewrap.why_no_bubblewrap())
)


def test_what_the_weaker_tiers_leave_open_is_said():
    assert "not in namespaces of its own" in what_is_open(Tier.LANDLOCK)
    assert "whatever you can do" in what_is_open("none")
    assert what_is_open("warm") is None and what_is_open(Tier.FRESH) is None


def test_users_see_the_values_of_tiers():
    assert [f"{tier}" for tier in Tier] == ["warm", "cold", "landlock", "none"]


@pytest.mark.parametrize(
    ("platform", "forked"), [("linux", {"warm", "landlock", "none"}), ("darwin", {"warm"})]
)
def test_without_a_sandbox_kernels_are_forked_only_where_that_is_safe(
    platform, forked, monkeypatch
):
    monkeypatch.setattr(sys, "platform", platform)
    assert {tier for tier in Tier if forks(tier)} == forked


def test_without_bubblewrap_it_refuses_in_one_sentence(monkeypatch):
    monkeypatch.setattr(bubblewrap, "why_no_bubblewrap", lambda: "bwrap is not installed")
    with pytest.raises(
        NoSandbox, match=r"none can be had: bwrap is not installed; .*--unsafe"
    ) as refusal:
        choose_tier()
    assert "\n" not in str(refusal.value)
    assert choose_tier(unsafe=True) in (Tier.LANDLOCK, Tier.NONE)


@pytest.mark.parametrize(
    ("program", "root", "said"),
    [
        (None, False, "install bubblewrap, or"),
        ("/usr/bin/bwrap", False, "is installed: let the system allow it user namespaces, or"),
        ("/usr/bin/bwrap", True, "is installed: as root it needs the capability SYS_ADMIN"),
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap exists on Linux only")
def test_the_refusal_names_what_would_help(program, root, said, monkeypatch):
    monkeypatch.setattr(bubblewrap, "why_no_bubblewrap", lambda: "it does not work")
    monkeypatch.setattr(bubblewrap, "executable", lambda: program)
    monkeypatch.setattr(bubblewrap, "is_root", lambda: root)
    with pytest.raises(NoSandbox, match=said):
        choose_tier()


@needs_bubblewrap
def test_where_namespaces_cannot_be_nested_every_kernel_gets_a_sandbox_of_its_own(monkeypatch):
    assert choose_tier() in (Tier.FORKED, Tier.FRESH)
    monkeypatch.setattr(bubblewrap, "program", lambda *_: ["/usr/bin/false"])
    bubblewrap.can_nest.cache_clear()
    try:
        assert choose_tier() is Tier.FRESH
    finally:
        bubblewrap.can_nest.cache_clear()
