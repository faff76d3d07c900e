"""The sample data that comes with matplotlib: there is none."""

from io import BytesIO


def get_sample_data(*args: object, **kwargs: object) -> BytesIO:
    """An empty file."""
    return BytesIO()
