"""Figures that answer: live ipywidgets in JupyterLab, frames with native controls on the static page.

`interactive("overlap-1d")` shows one of the course's own figures; `explore(figure, …)` makes one from any function.
"""

from .course import COURSE, interactive
from .explore import BUDGET, Choice, Explorer, explore

__all__ = ["BUDGET", "COURSE", "Choice", "Explorer", "explore", "interactive"]
