"""Wrong operators as functions, each with a name and a hint; one module per assignment."""

from .model import Misconception

__all__ = ["Misconception"]
