"""Files written whole, and digests that tell lists of parts apart."""

import os

import pytest

from marking.files import digest, digest_of_files, remove_tree, replace_text, replacing


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path):
    path = tmp_path / "a.txt"
    replace_text(path, "old")
    with pytest.raises(ZeroDivisionError), replacing(path) as partial:
        partial.write_text("half")
        1 / 0  # noqa: B018  (something goes wrong half-way)
    assert path.read_text() == "old"
    replace_text(path, "new")
    assert path.read_text() == "new"


def test_no_folder_is_too_deep_or_too_closed_to_be_removed(tmp_path, monkeypatch):
    strange = tmp_path / "strange"
    (strange / "full").mkdir(parents=True)
    (strange / "full" / "file").write_text("x")
    (strange / "link").symlink_to(tmp_path / "kept")
    (tmp_path / "kept").mkdir()
    (strange / "full" / "shut").mkdir(mode=0)
    (strange / "full").chmod(0)
    monkeypatch.chdir(strange)
    for _ in range(1500):  # deeper than functions may call each other
        os.mkdir("d")
        os.chdir("d")
    monkeypatch.undo()
    remove_tree(strange)
    assert os.listdir(tmp_path) == ["kept"]


def test_no_two_lists_of_parts_have_one_digest():
    lists = [[], [b""], [b"", b""], [b"ab"], [b"a", b"b"], [b"b", b"a"]]
    assert len({digest(parts) for parts in lists}) == len(lists)


def test_a_digest_of_files_follows_their_places_and_contents(tmp_path):
    seen = set()
    for name, text in [("a", "1"), ("a", "2"), ("b", "2")]:
        (tmp_path / name).write_text(text)
        seen.add(digest_of_files([tmp_path / name], tmp_path))
    assert len(seen) == 3
    both = [tmp_path / "a", tmp_path / "b"]
    assert digest_of_files(both, tmp_path) == digest_of_files(both[::-1] * 2, tmp_path)
