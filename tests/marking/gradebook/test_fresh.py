"""A new gradebook is what nbgrader's own would be, and needs no other program."""

import sqlite3

from nbgrader.api import Gradebook

from marking.gradebook.fresh import state_version


def tables(path):
    """The version of the tables, and their definitions."""
    with sqlite3.connect(path) as connection:
        made = connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
        return connection.execute("SELECT * FROM alembic_version").fetchall(), [
            (name, sql and " ".join(sql.split())) for name, sql in made if name != "alembic_version"
        ]


def test_a_new_gradebook_is_as_nbgrader_makes_it(tmp_path, monkeypatch):
    Gradebook(f"sqlite:///{tmp_path / 'stock.db'}").close()
    monkeypatch.setenv("PATH", "")  # no program alembic
    state_version(f"sqlite:///{tmp_path / 'ours.db'}")
    Gradebook(f"sqlite:///{tmp_path / 'ours.db'}").close()
    assert tables(tmp_path / "ours.db") == tables(tmp_path / "stock.db")


def test_a_gradebook_that_is_there_is_left_alone(tmp_path):
    url = f"sqlite:///{tmp_path / 'old.db'}"
    with sqlite3.connect(tmp_path / "old.db") as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.execute("INSERT INTO alembic_version VALUES ('an older one')")
    state_version(url)
    with sqlite3.connect(tmp_path / "old.db") as connection:
        assert connection.execute("SELECT * FROM alembic_version").fetchall() == [("an older one",)]
