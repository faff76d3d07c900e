"""`marking sandbox`: it tries what must not be possible, and would notice if it were."""

import threading

import pytest
from tests.marking.kernels.tiered import PROTECTED

from marking.cli import main
from marking.kernels import environment, protection, tiers, trial
from marking.kernels.attempts import ATTEMPTS, Attempt
from marking.kernels.tiers import Tier

BOUNDED = {
    "leave a core dump",
    "write more into a file than is allowed",
    "have more memory than is allowed",
    "have more memory than is allowed, in several processes",
    "start more processes than are allowed",
    "leave a process behind",
}
# What the system itself may refuse to an ordinary user, or to everybody in a container.
NEEDS_RIGHTS = {
    "write into Python's packages",
    "make a file in the folder of everything",
    "become root",
    "open a raw socket",
    "open a socket for packets",
    "open a socket to the machine around this one",
    "use the keyring of your login",
    "leave a key behind",
    "enter a new user namespace",
    "start a process in a new namespace",
    "prepare a mount",
    "load a program into the system's kernel",
    "watch the whole machine's events",
    "use io_uring",
    "handle page faults itself",
    "let itself be traced",
    "read another process's memory",
    "pose as another kind of system",
    "read a library that is the answer",
}


@pytest.mark.parametrize("tier", PROTECTED)
def test_nothing_that_is_forbidden_can_be_done(tier):
    results = trial.try_sandbox(tier)
    assert len(results) >= 40
    assert [result.name for result in results if result.open] == []


def test_without_protection_the_attempts_work(monkeypatch):
    """Else they would prove nothing: an attempt with a mistake in it fails everywhere."""
    monkeypatch.setattr(environment, "_calls", lambda shares_paths: None)
    closed = {result.name for result in trial.try_sandbox(Tier.NONE) if not result.open}
    assert closed - NEEDS_RIGHTS == BOUNDED


def test_names_are_those_of_attempts():
    names = [attempt.name for attempt in ATTEMPTS]
    assert len(set(names)) == len(names)
    others = {"read what another one keeps", "leave a file for the next one"}
    assert {*names, "leave a process behind"} | others >= BOUNDED | NEEDS_RIGHTS


@pytest.fixture
def quick(monkeypatch):
    """One attempt in place of all; the test says which."""

    def put(code):
        monkeypatch.setattr(trial, "ATTEMPTS", (Attempt("do it", code),))
        monkeypatch.setattr(trial, "_neighbours", lambda launcher, canary: iter(()))
        monkeypatch.setattr(trial, "_stays", lambda launcher, canary: False)

    return put


needs_protection = pytest.mark.skipif(
    tiers.choose_tier(unsafe=True) is Tier.NONE, reason="this system has no protection at all"
)


@needs_protection
def test_the_command_says_what_protects_and_that_nothing_is_open(quick, capsys):
    quick("open(canary['secret']).read()")
    assert main(["sandbox", "--unsafe"]) == 0
    said = capsys.readouterr().out
    for subject in ("tier", "user", "system calls", "memory", "processes", "files"):
        assert f"\n{subject} " in "\n" + said
    assert "closed  do it" in said
    assert "none of 2 things" in said


@needs_protection
@pytest.mark.parametrize("code", ["pass", "open('in-its-own-folder', 'w').close()"])
def test_the_command_fails_when_something_is_open(quick, capsys, code):
    quick(code)
    assert main(["sandbox", "--unsafe"]) == 1
    said = capsys.readouterr().out
    assert "OPEN    do it" in said
    assert "1 of 2 things that no submission may do can be done here" in said


@pytest.mark.parametrize("tier", list(Tier))
def test_what_protects_is_said_on_one_line(tier):
    said = protection.sentence(tier)
    assert "\n" not in said and f"({tier})" in said
    assert "2 GiB of memory, 48 processes, 300 s" in said


def test_an_ordinary_users_kernels_are_not_said_to_be_somebody_elses(monkeypatch):
    monkeypatch.setattr(protection.bubblewrap, "is_root", lambda: False)
    assert dict(protection.rows(Tier.LANDLOCK))["user"] == "yours, with your rights"
    assert "without capabilities" in dict(protection.rows(Tier.FORKED))["user"]
    monkeypatch.setattr(protection.bubblewrap, "is_root", lambda: True)
    assert "owns nothing" in dict(protection.rows(Tier.LANDLOCK))["user"]


def test_no_thread_outlives_the_socket_that_it_reads():
    # One that did read from what got the socket's number next: the answer of another kernel.
    before = threading.active_count()
    with trial._canaries():
        assert threading.active_count() == before + 1
    assert threading.active_count() == before
