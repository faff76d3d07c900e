"""`python -m marking` is the command `marking`."""

import os
import sys

if __name__ == "__main__":
    # Python looks for modules in the working folder first, which may be full of students' files:
    # a numpy.py there would be run as ours.  The command `marking` does not look there either.
    if sys.path and sys.path[0] in ("", os.getcwd()):
        del sys.path[0]

    from marking.cli import main

    sys.exit(main())
