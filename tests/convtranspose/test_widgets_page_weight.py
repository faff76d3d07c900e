"""The table of page weights, on a site small enough to weigh by hand."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from convtranspose.widgets import interactive

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "page_weight.py"
HEAD = (
    '<link rel="stylesheet" href="_static/theme.css"><script src="_static/theme.js?v=1"></script>'
)


@pytest.fixture(scope="module")
def page_weight():
    spec = importlib.util.spec_from_file_location("page_weight", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def site(tmp_path):
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "theme.css").write_text("@font-face{src:url(a.woff2)}")
    (tmp_path / "_static" / "a.woff2").write_bytes(bytes(range(256)) * 4)
    (tmp_path / "_static" / "theme.js").write_text("1;" * 50)
    (tmp_path / "photo.png").write_bytes(bytes(range(256)))
    (tmp_path / "a.html").write_text(HEAD + '<img src="photo.png">')
    (tmp_path / "b.html").write_text(HEAD + interactive("sliding").html)
    (tmp_path / "c.html").write_text(
        HEAD + '<img src="data:image/png;base64,AAAA"><img src="https://example.org/x.png">'
    )
    return tmp_path


def test_the_theme_is_counted_once_and_apart(page_weight, site, capsys):
    assert page_weight.main([str(site)]) == 0
    lines = capsys.readouterr().out.splitlines()
    weigh = page_weight.weight
    theme = sum(weigh(site / "_static" / name) for name in ("theme.css", "a.woff2", "theme.js"))
    assert f"theme {theme}" in lines[0]
    own = {line.split()[0]: [int(word) for word in line.split()[1:3]] for line in lines[1:]}
    a = weigh(site / "a.html") + weigh(site / "photo.png")
    assert own["a.html"] == [a, a + theme]
    assert own["c.html"] == [weigh(site / "c.html"), weigh(site / "c.html") + theme]
    assert f"sliding {interactive('sliding').weight}" in "\n".join(lines)


def test_what_is_too_heavy_is_named(page_weight, site, capsys, monkeypatch):
    monkeypatch.setattr(page_weight, "OWN_BUDGET", 2_000)
    monkeypatch.setattr(page_weight, "BUDGET", 1_000)
    assert page_weight.main([str(site)]) == 1
    complaint = capsys.readouterr().err
    assert complaint.startswith("over budget: b.html (")
    assert "figure sliding (" in complaint
    assert "a.html" not in complaint


def test_a_missing_site_is_one_sentence(page_weight, tmp_path, capsys):
    assert page_weight.main([str(tmp_path / "nothing")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
