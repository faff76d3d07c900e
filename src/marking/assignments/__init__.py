"""The assignments: one package each, found by its folder; see `marking.questions.catalogue`.

A package's `__init__` states the assignment (title, order, questions); one module per function
holds all there is to say about that question.
"""
