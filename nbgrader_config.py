"""The course, as nbgrader sees it: its own commands, formgrader and feedback work unchanged with this file."""

c = get_config()  # noqa: F821  (nbgrader defines it)

c.CourseDirectory.course_id = "transposed-convolution"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
# The source of an assignment is text; it holds the solutions and must reach neither students nor their kernels.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "*.md", "*.toml"]

# A function that is not written yet gives None, so Run All never stops half-way; its check says kindly what is missing.
c.ClearSolutions.code_stub = {"python": "...  # your code here"}
c.ClearSolutions.text_stub = "*Your answer here.*"

# Questions are asked with fresh random numbers.  They depend on this seed and on the student's id alone, so a mark can
# be reproduced; set another seed for another year.
c.Judge.seed = "2026"

c.Autograde.sanitize_preprocessors = [
    "marking.judge.Intake",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "marking.judge.Judge",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.GenerateFeedback.exporter_class = "marking.judge.FeedbackExporter"
c.LimitOutput.max_lines = 1000
