"""Stands in for sqlite3 where the runtime has none: IPython does without it if this import fails.

A package of its name must be there all the same, or the kernel looks for one elsewhere.
"""

raise ModuleNotFoundError("this Python has no sqlite3", name="sqlite3")
