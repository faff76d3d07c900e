"""The bounds on what is handed in, on what kernels may use, send and take, and on what is shown,
with their reasons.
"""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1 << 20

# What is looked at of one hand-in.  Whoever hands in more is told so; nobody else waits for it.
MAX_FILES = 500  # by name; an honest hand-in has a handful
MAX_HASHED = 20_000_000  # bytes of all files together that are looked into, to see a change
HASHED_AT_ONCE = 1 << 20  # bytes of a file in memory while it is looked into
MAX_CANDIDATES = 10  # notebooks opened where none has the assignment's name
MAX_CANDIDATE_BYTES = 32_000_000  # of all these together
READING_SECONDS = 30.0  # to choose, read and repair the notebook; honest ones take a tenth

# What is unpacked of a platform's archive, of a whole class.
MAX_ARCHIVE_FILES = 20_000
MAX_ARCHIVE_BYTES = 4_000_000_000  # of all files together, unpacked
MAX_MEMBER_BYTES = 64_000_000  # of one file
MAX_ARCHIVE_PATH = 1000  # characters of a path in it
MAX_ARCHIVE_DEPTH = 3  # zip files around a file, the archive itself not counted
MAX_INNER_FILES = 2_000  # of a zip file in it: one student's
MAX_INNER_BYTES = 400_000_000
MAX_INNER_LIST = 2_000_000  # bytes of its list of files, which is read before they are counted
MAX_RATIO = 200  # of a file's size to its packed size; notebooks with many like figures have 30
MIN_RATIO_BYTES = 1_000_000  # any file may have these, however small it was packed

# What is read of one notebook.
MAX_BYTES = 16_000_000  # of the file: with pictures in it an honest one has two or three
MAX_VALUES = 500_000  # of its JSON: as Python's objects they take a hundred bytes each
MAX_NESTING = 100  # of its JSON; nbformat's own has ten
MAX_CELLS = 1000
MAX_SOURCE = 200_000  # characters of one cell
MAX_SOURCES = 1_000_000  # characters of all cells together
MAX_PARSED = (
    20_000  # characters of a cell that is parsed to see what it defines; a function has 500
)
MAX_TIMESTAMP = 100  # bytes

# What is kept of the text and pictures that students put beside their code.  Renderers of Markdown
# take a time that grows with the square of some texts: at these lengths, a second at most.
MAX_TEXT = 20_000  # characters of one text cell: eight pages
MAX_TEXTS = 200_000  # of all text cells together
MAX_RUN = 100  # of one character, again and again
MAX_PICTURES = 20  # pasted into one text cell
MAX_PIXELS = 25_000_000  # of one picture, whatever its file's size: shown, they take 100 MB

# What is shown of code on a feedback page.  The highlighter, too, takes the square of some texts.
MAX_SHOWN_CODE = 20_000  # characters of one cell
MAX_HIGHLIGHTED = 5_000  # characters of one cell; a longer one is shown in one colour
MAX_HIGHLIGHTED_ALL = 100_000  # of all cells of a page
PAGE_SECONDS = 60.0  # to make one feedback page; an honest one takes half a second

# What the agent may send back.  It runs beside a student's code and keeps to copies of these
# bounds (`marking.kernels.inside.agent`), where a student can change them; read strictly they are
# here.
MAX_ELEMENTS = 20_000  # of one array: twice as many as any right answer of the course has
MAX_ITEMS = 20_000  # of one nested list, which JSON carries item by item
MAX_DEPTH = 8  # axes of an array
MAX_ANSWER_TEXT = 400  # characters of a string, a message or a name
MAX_DIGITS = 300  # of an integer: what is shorter also fits into a float
MAX_REPLY = 8_000_000  # characters: every answer of a question as large as the agent sends them

# What a student's function may ask of a right one that stands in for another of the student's. With
# numbers and sides no larger, no right answer has more than some million entries.
MAX_HELP_ELEMENTS = 4_096  # of one array
MAX_HELP_NUMBER = 32  # the largest whole number
MAX_HELP_CALLS = 20_000  # while one question is asked
MAX_HELP_RESULT = 65_536  # entries of one result
MAX_HELP_SECONDS = 10.0  # of processor time of the grader's, for all calls of one question

# What a kernel may send at once, and how it is waited for.
MAX_MESSAGE = 2 * MAX_REPLY  # bytes; a kernel that announces a longer message is given up
RECEIVE_BYTES = 1 << 18  # read at once
LOOK_SECONDS = 0.25  # between two looks at whether a silent kernel is still there
KERNEL_START_SECONDS = 60.0  # until a kernel is ready
FORK_SERVER_START_SECONDS = 120.0  # until it has imported everything, on a machine that is busy
FORK_SERVER_END_SECONDS = 2.0  # once its socket is closed; then it is killed
KERNEL_END_SECONDS = 10.0  # until its init has ended all that a kernel started; then it is killed
PROBE_SECONDS = 60.0  # until a look at what the system allows is given up
EXIT_REASON_SECONDS = 2.0  # the reason may come a moment after the kernel's socket has closed
MAX_REASON = 300  # characters of a kernel's own account of why it did not start

# What is kept of the outputs of one cell.
MAX_CELL_TEXT = 20_000  # characters of all text
MAX_TRACEBACK_LINES = 40
MAX_TEXT_PARTS = 1_000  # of a text that comes as a list
MAX_IMAGES = 8
MAX_IMAGE_BYTES = 2_000_000  # of one image
MAX_OUTPUTS = 60

# What is kept of the outputs of all cells of a notebook together.  An honest one has a dozen
# figures of 50 kB.
MAX_NOTEBOOK_TEXT = 500_000  # characters
MAX_NOTEBOOK_IMAGES = 100
MAX_NOTEBOOK_IMAGE_BYTES = 16_000_000
MAX_NOTEBOOK_PIXELS = 100_000_000

# How often the kernel of one notebook is started.  Each cell that hangs or ends the process costs a
# start, and all earlier cells are run again.
MAX_KERNEL_STARTS = 25

# A worker that is not done by then is ended by its process number: far beyond what a notebook's own
# limits allow, so that it happens only where these fail.
WORKER_GRACE_SECONDS = 300.0

# Waited for a gradebook that another program holds, of a whole run; SQLite itself waits 5 s each
# time.
GRADEBOOK_SECONDS = 60.0
MAX_STUDENT_ID = 100  # characters; the gradebook's column takes 128


@dataclass(frozen=True)
class Times:
    """How long things may take, in seconds."""

    cell: float = 20.0  # one cell
    answer: float = 10.0  # all calls of one round to one function
    submission: float = 180.0  # everything


@dataclass(frozen=True)
class Limits:
    """What one kernel may use.  Bytes, seconds, counts."""

    # of all processes together, and the first two of each one alone, too
    memory: int = 2048 * MEBIBYTE  # of each one its address space
    cpu_seconds: int = 300
    processes: int = 48  # and threads
    open_files: int = 256
    file_bytes: int = 64 * MEBIBYTE
    temporary_bytes: int = 64 * MEBIBYTE  # of all files of one temporary folder

    def of_a_process(self) -> dict[str, int]:
        """As {name of RLIMIT_…: value}."""
        return {
            "AS": self.memory,
            "CPU": self.cpu_seconds,
            "NPROC": self.processes,
            "NOFILE": self.open_files,
            "FSIZE": self.file_bytes,
            # Not 0: where the system hands the memory of a crashed program to another program, only
            # 1 keeps it from doing so (core(5)).  As the size of a file, 1 byte is none, too.
            "CORE": 1,
        }
