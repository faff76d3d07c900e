"""The catalogue: every function that students write, and how it is marked.

`QUESTIONS` holds the questions by function name, `ASSIGNMENTS` the function names of each assignment in order.
"""

from . import (
    checkerboard,
    convolution_matrix,
    cures,
    learned_upsampling,
    rotated_kernel,
    stride_and_overlap,
    the_layer,
    transposed_convolution,
)
from .model import A, Case, Category, N, Question, case

__all__ = ["ASSIGNMENTS", "QUESTIONS", "A", "Case", "Category", "N", "Question", "case"]

_CHAPTERS = (
    rotated_kernel,
    convolution_matrix,
    transposed_convolution,
    stride_and_overlap,
    the_layer,
    checkerboard,
    cures,
    learned_upsampling,
)

QUESTIONS: dict[str, Question] = {q.name: q for chapter in _CHAPTERS for q in chapter.QUESTIONS}
ASSIGNMENTS: dict[str, tuple[str, ...]] = {
    chapter.QUESTIONS[0].assignment: tuple(q.name for q in chapter.QUESTIONS) for chapter in _CHAPTERS
}
