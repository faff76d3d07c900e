"""The course, as nbgrader sees it: its own commands, formgrader and feedback work unchanged with
this file.
"""

from marking.gradebook.hooks import guard

c = get_config()  # noqa: F821  (nbgrader defines it)

c.CourseDirectory.course_id = "transposed-convolution"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
# The source of an assignment is text; it holds the solutions and must reach neither students nor
# their kernels.
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints",
    "*.pyc",
    "__pycache__",
    "feedback",
    "*.md",
    "*.toml",
]

# A function that is not written yet gives None, so Run All never stops half-way; its check says
# kindly what is missing.
c.ClearSolutions.code_stub = {"python": "...  # your code here"}
c.ClearSolutions.text_stub = "*Your answer here.*"

# Questions are asked with fresh random numbers.  They depend on the secret of the class (in
# .marking/secret, made when it is marked first), on this seed, on the student's id and on what was
# handed in, so a mark can be reproduced.
c.Judge.seed = "2026"

c.Autograde.sanitize_preprocessors = [
    "marking.gradebook.preprocessors.Intake",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "marking.gradebook.preprocessors.Judge",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.GenerateFeedback.exporter_class = "marking.gradebook.feedback_exporter.FeedbackExporter"
c.LimitOutput.max_lines = 1000

# Formgrader shows what students wrote on pages that may do whatever you may: no script of theirs
# is to run there.  And to Validate a copied cell, or a check of one's own, is no more fatal than to
# the grader.  Open JupyterLab in this folder, or this file is not read.
guard()
