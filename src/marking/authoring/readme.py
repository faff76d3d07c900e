"""The README in every zip for students: three steps from the unpacked zip to the first check."""

from __future__ import annotations

from collections.abc import Sequence

# Beside the unpacked folder, so that one environment serves every zip of the course.
ENVIRONMENT = "convolution-env"
LAB = "requirements.txt"
EDITOR = "requirements-editor.txt"
EXTRAS = {LAB: "lab", EDITOR: "editor"}  # what each of them installs of the package

TEXT = """\
Transposed convolution: your assignment{plural}
{contents}

You need Python 3.11 or newer and about 450 MB of disk. Open a terminal in this folder, the one
that README.txt is in.

1. Install (once, a few minutes). It makes the folder {environment} beside this one, which serves
   for all zips of the course that you unpack in the same place.

   Linux and macOS:

     python3 -m venv ../{environment}
     ../{environment}/bin/python -m pip install -r {lab}

   Windows:

     py -m venv ..\\{environment}
     ..\\{environment}\\Scripts\\python -m pip install -r {lab}

   Where Linux says that there is no venv: sudo apt install python3-venv

2. Open JupyterLab, and in it the notebook{plural}.

   Linux and macOS:

     ../{environment}/bin/python -m jupyterlab

   Windows:

     ..\\{environment}\\Scripts\\python -m jupyterlab

3. Write your code where it says "your code here", run the cell (Shift+Enter), and run the check
   below it. A check says what is right, what is not, and where to look. When you are done, choose
   Restart Kernel and Run All Cells in the menu Kernel, look at every check once more, and save.
   Hand in the .ipynb file, nothing else.

The whole notebook checked in a terminal, as it will be marked:

  Linux and macOS:   ../{environment}/bin/python -m marking check {first}/{first}.ipynb
  Windows:           ..\\{environment}\\Scripts\\python -m marking check {first}\\{first}.ipynb

You were given a corrected zip? Unpack it in another place, so that your work stays as it is. Copy
its .whl and requirements files into this folder and do the pip line of step 1 again. Then restart
the kernel.

VS Code instead of JupyterLab: in step 1 install {editor} in place of
{lab}. Open this folder in VS Code with the extensions Python and Jupyter, open the
notebook, and choose {environment} as its kernel (Select Kernel, Python Environments; if it is
not listed: Enter interpreter path). At the end: Restart, then Run All.

Google Colab: upload the notebook (File, Upload notebook) and the .whl file (folder symbol at the
left). Run this in a cell of its own, above all others, after every new start:

  %pip install --no-deps {wheel}

The button Validate, where your course uses nbgrader (about 100 MB more): after step 1

  Linux and macOS:   ../{environment}/bin/python -m pip install "./{wheel}[validate]"
  Windows:           ..\\{environment}\\Scripts\\python -m pip install "./{wheel}[validate]"
"""


def readme(names: Sequence[str], wheel: str) -> str:
    """The README of a zip that holds the assignments `names` and the file `wheel`."""
    return TEXT.format(
        plural="s" if len(names) > 1 else "",
        contents="\n".join(f"  {name}/{name}.ipynb" for name in names),
        wheel=wheel,
        first=names[0],
        environment=ENVIRONMENT,
        lab=LAB,
        editor=EDITOR,
    )


def requirements(wheel: str) -> dict[str, str]:
    """The files for `pip install -r` beside it, by name: the package in this folder with what one
    way to open a notebook needs.
    """
    return {file: f"./{wheel}[{extra}]\n" for file, extra in EXTRAS.items()}
