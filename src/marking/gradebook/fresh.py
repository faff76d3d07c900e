"""A new gradebook's first table: which version of nbgrader's tables it has.

nbgrader starts the program `alembic` to learn the number, which takes as long as marking three
submissions, and finds it only where the environment of this Python is activated.  Alembic's own
library reads it from the same files at once.
"""

from __future__ import annotations


def state_version(db_url: str) -> None:
    """In a database that has no tables yet, write down the version of those that nbgrader is going
    to make, as nbgrader does.  SQLAlchemyError or OSError if it cannot be opened.
    """
    from alembic.script import ScriptDirectory
    from nbgrader.dbutil import ALEMBIC_DIR
    from sqlalchemy import Column, MetaData, String, Table, create_engine, inspect

    engine = create_engine(db_url)
    try:
        with engine.begin() as connection:
            if inspect(connection).get_table_names():
                return
            version = Table(
                "alembic_version", MetaData(), Column("version_num", String(32), nullable=False)
            )
            version.create(connection)
            head = ScriptDirectory(ALEMBIC_DIR).get_current_head()
            connection.execute(version.insert().values(version_num=head))
    finally:
        engine.dispose()
