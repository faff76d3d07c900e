"""Old names of what plugs into nbgrader, for configurations written before 0.2; they go in 0.3."""

import warnings

from marking.gradebook.feedback_exporter import FeedbackExporter
from marking.gradebook.preprocessors import Intake, Judge

__all__ = ["FeedbackExporter", "Intake", "Judge"]

warnings.warn(
    "marking.judge goes in the next release: in nbgrader_config.py write "
    "marking.gradebook.preprocessors.Intake, marking.gradebook.preprocessors.Judge and "
    "marking.gradebook.feedback_exporter.FeedbackExporter",
    FutureWarning,
    stacklevel=2,
)
