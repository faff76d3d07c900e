"""What several questions have in common."""

from .model import A, Case, Category

FRACTIONS = {"step": 1 / 8, "limit": 2**13}  # eighths: every float holds them exactly
KINDS = "whole numbers, fractions, float32; arguments left alone"


def kinds(*cases: Case, points: float = 1, name: str = KINDS) -> Category:
    """The category for kinds of numbers and for leaving arguments alone."""
    return Category(name, points, cases, manners=True)


def whole(*shape: int) -> A:
    """An array of integers."""
    return A(shape, "int64")


def narrow(*shape: int) -> A:
    """An array of float32."""
    return A(shape, "float32")


def fractions(*shape: int) -> A:
    """An array of eighths."""
    return A(shape, **FRACTIONS)


def real(*shape: int) -> A:
    """An array of float64 that holds whole numbers."""
    return A(shape)
