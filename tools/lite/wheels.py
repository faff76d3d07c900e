"""The wheels that a site serves beside Pyodide's own: what is installed here, and what stands in
for a package that the runtime lacks.
"""

from __future__ import annotations

import hashlib
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from importlib.metadata import distribution
from pathlib import Path

from tools.lite.distribution import Package, checksum, normalised

# The earliest time a zip can hold: the same content always gives the same bytes.
EARLIEST = (1980, 1, 1, 0, 0, 0)
TAG = "py3-none-any"


def installed(name: str, folder: Path) -> Path:
    """A wheel of the pure Python distribution called `name` that is installed here, in `folder`."""
    found = distribution(name)
    contents = {}
    for file in found.files or ():
        inside = file.as_posix()
        of_wheel = not inside.startswith("..") and "__pycache__" not in file.parts
        # What is compiled for this machine has a twin in Python, if the distribution is pure.
        of_wheel = of_wheel and file.suffix not in (".so", ".pyd")
        if of_wheel and file.name not in ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json"):
            contents[inside] = Path(str(found.locate_file(file))).read_bytes()
    return write_wheel(folder, found.metadata["Name"], found.version, contents)


def stand_in(name: str, version: str, modules: Mapping[str, str], folder: Path) -> Path:
    """A wheel of a few modules (their texts, by their paths), in `folder`."""
    texts = {path: text.encode() for path, text in modules.items()}
    return write_wheel(folder, name, version, texts)


def write_wheel(folder: Path, name: str, version: str, contents: Mapping[str, bytes]) -> Path:
    """A wheel with these files; what the format asks for is added where it is not among them."""
    stem = f"{normalised(name).replace('-', '_')}-{version}"
    known = next((path.split("/")[0] for path in contents if path.endswith("/METADATA")), None)
    info = known or f"{stem}.dist-info"
    files = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {TAG}\n".encode(),
    } | dict(contents)
    record = "".join(f"{path},{_digest(data)},{len(data)}\n" for path, data in files.items())
    wheel = folder / f"{stem}-{TAG}.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in [*files.items(), (f"{info}/RECORD", f"{record}{info}/RECORD,,\n")]:
            entry = zipfile.ZipInfo(path, EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return wheel


def _digest(data: bytes) -> str:
    return "sha256=" + urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


def entry(wheel: Path, depends: list[str]) -> tuple[str, Package]:
    """A wheel's name and its entry in Pyodide's lock file."""
    name, version = wheel.name.split("-")[:2]
    with zipfile.ZipFile(wheel) as archive:
        tops = {path.partition("/")[0] for path in archive.namelist() if path.endswith(".py")}
    tops = {top for top in tops if "-" not in top}  # the rest is data of the wheel's own
    package = {
        "depends": depends,
        "file_name": wheel.name,
        "imports": sorted(top.removesuffix(".py") for top in tops),
        "install_dir": "site",
        "name": normalised(name),
        "package_type": "package",
        "sha256": checksum(wheel.read_bytes()),
        "unvendored_tests": False,
        "version": version,
    }
    return normalised(name), package
