"""In these tests no explanation may fail unseen."""

import logging

import pytest


@pytest.fixture(autouse=True)
def explanations_succeed(caplog):
    """A test fails if `explain_safely` had to fall back; one that means it clears `caplog`."""
    caplog.set_level(logging.INFO, "marking.examiner.explaining")
    yield
    ours = [r for r in caplog.get_records("call") if r.name == "marking.examiner.explaining"]
    assert [record.getMessage() for record in ours] == []
