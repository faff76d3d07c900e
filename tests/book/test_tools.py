"""The tools beside the book: a browser is found, or one sentence says what to do; a student's copy
of the exercises is never overwritten.
"""

from __future__ import annotations

import subprocess

import pytest
from tools import browser, install
from tools.lab import copy_exercises


def test_the_browser_that_is_named_is_taken(tmp_path, monkeypatch):
    named = tmp_path / "my browser"
    named.write_text("")
    monkeypatch.setenv(browser.VARIABLE, str(named))
    assert browser.find_browser() == str(named)


def test_a_browser_on_the_path_is_found(tmp_path, monkeypatch):
    program = tmp_path / browser.PROGRAMS[1]
    program.write_text("")
    program.chmod(0o755)
    monkeypatch.delenv(browser.VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert browser.find_browser() == str(program)


@pytest.mark.parametrize("named", ["", "nowhere/to be found"])
def test_without_a_browser_one_sentence_says_what_to_do(named, tmp_path, monkeypatch):
    monkeypatch.setenv(browser.VARIABLE, named)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser, "ON_MACOS", ())
    monkeypatch.setattr(browser, "_playwright_browser", lambda: None)
    with pytest.raises(browser.BrowserError, match=browser.VARIABLE), browser.started_browser():
        pass
    assert named in browser.advice() and "\n" not in browser.advice()


def test_exercises_that_a_student_has_are_left_alone(tmp_path):
    released, own = tmp_path / "released", tmp_path / "own"
    for name in ("one", "two"):
        (released / name).mkdir(parents=True)
        (released / name / f"{name}.ipynb").write_text("released")
    (released / "file").write_text("no assignment")
    (own / "one").mkdir(parents=True)
    (own / "one" / "one.ipynb").write_text("half done")
    assert copy_exercises(released, own) == ["two"]
    assert (own / "one" / "one.ipynb").read_text() == "half done"
    assert (own / "two" / "two.ipynb").read_text() == "released"
    assert sorted(path.name for path in own.iterdir()) == ["one", "two"]
    assert copy_exercises(released, own) == []


@pytest.fixture
def ran(monkeypatch):
    """What would be run, with its variables; programs in `ran.failing` end with an error."""

    class Ran(list):
        failing: tuple[str, ...] = ()
        configuration = ""

        def __call__(self, command, env=None, **_more):
            words = " ".join(command)
            self.append((words, env or {}))
            failed = any(part in words for part in self.failing)
            return subprocess.CompletedProcess(command, int(failed), self.configuration)

    recorded = Ran()
    monkeypatch.setattr(install.subprocess, "run", recorded)
    return recorded


LOCK = """\
uvloop==1 \\
    --hash=sha256:aa
uv==0.13.9 \\
    --hash=sha256:bb \\
    --hash=sha256:cc
zipp==3 \\
    --hash=sha256:dd
"""


def test_the_lines_of_one_package_are_taken_from_the_lock():
    assert install.locked(LOCK, "uv") == "".join(LOCK.splitlines(keepends=True)[2:5])
    assert install.locked(LOCK, "pip") == ""


def test_uv_installs_with_the_hashes_of_the_lock_from_pips_own_index(ran, tmp_path):
    lock = tmp_path / "requirements.txt"
    lock.write_text(LOCK)
    ran.configuration = "global.index-url='https://mirror.invalid/simple'\n:env:.timeout='9'\n"
    assert install.main([str(lock)]) == 0
    words, variables = ran[2]
    assert "uv pip install" in words and f"--require-hashes -r {lock}" in words
    assert variables["UV_DEFAULT_INDEX"] == "https://mirror.invalid/simple"
    assert len(ran) == 4 and "import IPython" in ran[3][0]


@pytest.mark.parametrize("failing", ["--only-binary", "uv pip install"])
def test_where_uv_cannot_be_had_or_cannot_install_pip_does(failing, ran, tmp_path, capsys):
    lock = tmp_path / "requirements.txt"
    lock.write_text(LOCK)
    ran.failing = (failing,)
    assert install.main([str(lock)]) == 0
    words = ran[-1][0]
    assert "-m pip" in words and words.endswith(f"--require-hashes -r {lock}")
    assert "pip does" in capsys.readouterr().out
    ran.failing = (failing, f"--quiet --require-hashes -r {lock}")
    assert install.main([str(lock)]) == 1
