"""Figures that answer: live ipywidgets in JupyterLab, frames with native controls on the static
page.

`interactive("overlap-1d")` shows one of the course's own figures; `explore(figure, …)` makes one
from any function.
"""

from .explorer import BUDGET, Choice, Explorer, explore
from .gallery import COURSE, interactive

__all__ = ["BUDGET", "COURSE", "Choice", "Explorer", "explore", "interactive"]
