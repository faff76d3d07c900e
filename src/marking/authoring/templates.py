"""The texts that a new assignment and a new question begin with; `skeletons` fills them in."""

from __future__ import annotations

from string import Template

# One package's `__init__`; its two lists are written by `listed` and `questions`.
PACKAGE = Template('''\
"""The assignment $assignment: $title."""

$imports
from marking.questions.model import Assignment

ASSIGNMENT = Assignment(
    title="$title",
    order=$order,
    questions=$questions,
)
''')

QUESTION = Template('''\
"""$signature: TODO say in a few words what it gives."""
$any
import numpy as np

from marking.questions.arrays import $arrays
from marking.questions.mistakes import Misconception
from marking.questions.model import Category, Question, case, kinds_of_numbers


def $function($typed) -> np.ndarray:
    """The right answer."""
    return np.array($first)  # TODO compute it


# TODO list wrong functions that people write: Misconception(name, hint, function)
MISCONCEPTIONS: tuple[Misconception, ...] = ()

QUESTION = Question(
    signature="$signature",
    reference=$function,
    categories=(
        Category(
            "TODO say what these cases are about",
            1,
            (
                case($cases_a),
                case($cases_b),
            ),
        ),
        kinds_of_numbers(
            case($cases_int64),
            case($cases_float32),
        ),
    ),
    misconceptions=MISCONCEPTIONS,
    hint="TODO say where to look if the mistake has no name.",
)
''')

VARIANTS = Template('''\
"""Right answers to $function, in different styles."""

import numpy as np


def copied($parameters):
    return np.array($first)  # TODO write right answers in other styles: loops, lists, a trick
''')

NOTEBOOK = Template("""\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
    format_version: 0.13
kernelspec:
  display_name: Python 3 (ipykernel)
  language: python
  name: python3
---

# $title

TODO say what the reader will write, and what for.

**Before you start.** TODO say what the reader needs to know.

**Time.** About 30 minutes. TODO estimate it.

**How it works.** Write your code in the cells that say *your code here*, run them, then run the
`check` cell below each. A check asks your function questions with fresh numbers and tells you what
is right, what is not, and where to look. Run it as often as you like: nothing is sent anywhere. At
the end, choose *Restart Kernel and Run All Cells* in the menu *Kernel* and look at every check once
more; where there is a button **Validate** in the toolbar, it does the same. You may use NumPy and
Python's own `math` and `itertools`.

```{code-cell} ipython3
import numpy as np

from marking import check
```

$section
$end

TODO say what the reader can do now.

```{code-cell} ipython3
# Free space: try it here.
```
""")

END = "## What you can do now"  # the heading before which a new question goes

SECTION = Template('''\
## $number. TODO name what $function does

TODO explain what is asked, with a drawing or a formula.

**Predict first.** TODO ask something to think about before the code is written.

```{code-cell} ipython3
---
nbgrader:
  grade: false
  grade_id: $function
  locked: false
  schema_version: 3
  solution: true
  task: false
---
def $signature:
    """TODO say what comes in, with its shape, and what comes out; show a small example."""
    ### BEGIN SOLUTION
    return np.array($first)  # TODO compute it
    ### END SOLUTION
```

```{code-cell} ipython3
$function($example)
```

```{code-cell} ipython3
---
nbgrader:
  grade: true
  grade_id: test_$function
  locked: true
  schema_version: 3
  solution: false
  task: false
---
check($function)
```

''')
