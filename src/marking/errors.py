"""The errors whose message is one sentence for the user; the command line prints it and nothing
else.
"""


class MarkingError(Exception):
    """Something a user can put right.  Its message is one whole sentence that says how."""


class CourseError(MarkingError, ValueError):
    """The course or the class cannot be used as asked."""


class ReleaseError(MarkingError, ValueError):
    """A source that cannot be released."""


class Unreadable(MarkingError, ValueError):
    """The file is not a notebook; the message is for the student."""


class GradebookError(MarkingError, RuntimeError):
    """The gradebook cannot take this."""


class NoSandbox(MarkingError, RuntimeError):
    """No sandbox can be had; the message says why and what to do."""


class KernelDied(MarkingError, RuntimeError):
    """The kernel could not start, or ended before it answered."""


class TimeIsUp(Exception):
    """What was being done took longer than it may; raised in the midst of it."""


class NoMoreKernels(Exception):
    """The notebook has used up its time, or its starts of kernels; the message says which, as the
    end of a sentence that begins with what was not done.
    """
