"""The examiner: everything that judges a student's code.

Students write ``from marking import check``; the import stays light until `check` is used.
"""

__all__ = ["check"]


def check(f):
    """Mark the function f here and now: shows the verdict and gives back the points (see `marking.notebook`)."""
    from .notebook import check as check_here

    return check_here(f)
