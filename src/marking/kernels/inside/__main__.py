"""Run as a folder, `python -I /inside`: makes a package of the folder, and starts its program.

Python puts a folder that it runs on the path on which imports are looked for.  There a student's
`import agent` would find ours; so the folder leaves that path, and the modules, once imported, are
taken off the list of those that an import finds.
"""

import importlib
import sys
import types

NAME = "inside"

if __name__ == "__main__":
    package = types.ModuleType(NAME)
    package.__path__ = [sys.path.pop(0)]
    sys.modules[NAME] = package
    program = importlib.import_module(f"{NAME}.program")
    for name in [name for name in sys.modules if name.partition(".")[0] == NAME]:
        del sys.modules[name]
    program.main()
