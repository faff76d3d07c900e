"""Pages whose cells must run are run side by side, before Sphinx reads any of them.

MyST-NB runs a page when Sphinx reads it, so one after another.  Here the pages that Sphinx is about
to read, and whose results are not in the execution cache, are run first, as many at once as there
are processors.  Their results go into the cache, where MyST-NB finds them.  Whatever fails here is
left out of the cache: MyST-NB runs it again when the page is read, and reports it as ever.

Kernels are processes of their own and one loop of events in this process waits for all of them: so
there is one writer of the cache, one place that hands out kernels' ports, and Ctrl-C ends all.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn, JupyterCacheAbstract
from jupyter_cache.cache.db import NbProjectRecord
from myst_nb.core.config import NbParserConfig
from myst_nb.core.execute import NotebookClientCache, create_client
from myst_nb.core.nb_to_tokens import nb_node_to_dict
from myst_nb.core.read import create_nb_reader
from nbclient import NotebookClient
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True)
class Page:
    """A page whose cells must run, as MyST-NB reads it."""

    name: str  # Sphinx's: the path from the project's folder, without a suffix
    path: Path
    notebook: NotebookNode
    config: NbParserConfig  # with what the page sets for itself
    read_format: dict[str, Any]  # how the cache reads the file


def processors() -> int:
    """Processors that this process may use."""
    # marking.processes has the same line; but to import marking is to set up a reader's notebook.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def read_page(env: BuildEnvironment, name: str) -> Page | None:
    """The page NAME as MyST-NB reads it; None if it is no MyST notebook that runs through the
    cache, or one that cannot be read: MyST-NB will say so.
    """
    path = Path(env.doc2path(name))
    config = env.mystnb_config
    try:
        text = path.read_text(encoding="utf-8-sig")
        reader = create_nb_reader(str(path), env.myst_config, config, text)
        if reader is None:
            return None
        notebook = reader.read(text)
        own = nb_node_to_dict(notebook.metadata.get(config.metadata_key, {}))
        client = create_client(notebook, str(path), config.copy(**own), LOGGER, reader.read_fmt)
    except Exception:  # a reader may raise anything
        return None
    if not isinstance(client, NotebookClientCache) or reader.read_fmt is None:
        return None
    return Page(name, path, notebook, client.nb_config, reader.read_fmt)


def not_in_cache(pages: Iterable[Page], cache: JupyterCacheAbstract) -> list[Page]:
    """The pages whose results the cache lacks; of pages with the same cells only the first."""
    missing: dict[str, Page] = {}
    for page in pages:
        try:
            cache.match_cache_notebook(page.notebook)
        except KeyError:
            missing.setdefault(cache.create_hashed_notebook(page.notebook)[1], page)
    return list(missing.values())


def longest_first(pages: Iterable[Page], seconds: Mapping[str, float]) -> list[Page]:
    """The pages in the order in which they should begin, so that none is left running alone.

    `seconds` is what pages took last time.  A page that has not run yet may take any time: the more
    a page allows its cells, and the larger it is, the sooner it begins.
    """

    def length(page: Page) -> tuple[float, float, int]:
        known = seconds.get(page.name, math.inf)
        return known, page.config.execution_timeout, page.path.stat().st_size

    return sorted(pages, key=length, reverse=True)


async def run_cells(page: Page) -> float:
    """Run the cells of the page into its notebook, as MyST-NB does (jupyter-cache's
    `single_nb_execution`, which cannot be awaited); the seconds that it took.
    """
    own = page.notebook.metadata.get("execution", {})
    with contextlib.ExitStack() as stack:
        folder = page.path.parent.absolute()
        if page.config.execution_in_temp:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        client = NotebookClient(
            page.notebook,
            timeout=own.get("timeout", page.config.execution_timeout),
            allow_errors=own.get("allow_errors", page.config.execution_allow_errors),
            record_timing=False,
            resources={"metadata": {"path": str(folder)}},
        )
        kernel = client.create_kernel_manager()
        begun = time.perf_counter()
        try:
            await client.async_execute()
        finally:
            # Interrupted while its kernel starts or ends, nbclient leaves that running, and when
            # this process ends it looks for the kernel once more.
            client.km = kernel
            if kernel.has_kernel:
                await kernel.shutdown_kernel(now=True)
        return time.perf_counter() - begun


def store(cache: JupyterCacheAbstract, page: Page, seconds: float) -> None:
    """Put the page's results into the cache, as MyST-NB does."""
    record = cache.add_nb_to_project(str(page.path), read_data=page.read_format)
    NbProjectRecord.remove_tracebacks([record.pk], cache.db)  # of a run that failed
    bundle = CacheBundleIn(page.notebook, record.uri, data={"execution_seconds": seconds})
    cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)


async def run_all(
    pages: Sequence[Page],
    at_once: int,
    cache: JupyterCacheAbstract,
    done: Callable[[Page, float | None], None],
) -> None:
    """Run the pages, `at_once` of them at a time, begun in their order; `done` gets each, with its
    seconds, or None if it failed.
    """
    free = asyncio.Semaphore(at_once)

    async def run(page: Page) -> None:
        async with free:
            try:
                seconds = await run_cells(page)
            except Exception:  # of a cell, of a kernel: MyST-NB meets it again, and reports it
                if not interrupted():
                    done(page, None)
                return
            store(cache, page, seconds)  # without a pause, so that Ctrl-C does not come between
            done(page, seconds)

    async with asyncio.TaskGroup() as group:
        for page in pages:
            group.create_task(run(page))


def interrupted() -> bool:
    """Whether the task that asks was cancelled: nbclient takes that for the death of its kernel."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


class KernelsLoop(asyncio.SelectorEventLoop):
    """A loop of events for several kernels, on every system.

    Windows' usual loop cannot wait for ZeroMQ's sockets.  And nbclient would take Ctrl-C from
    asyncio, on behalf of the kernel that started last; where a loop takes no handlers, as on
    Windows, it does without.
    """

    def add_signal_handler(self, *_: object) -> NoReturn:
        raise NotImplementedError


def remembered(file: Path) -> dict[str, float]:
    """What pages took when they last ran, in seconds, by name; nothing if the file is no such."""
    try:
        seconds = json.loads(file.read_text(encoding="utf-8"))
        return {str(name): float(taken) for name, taken in seconds.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def run_pages(app: Sphinx, env: BuildEnvironment, names: list[str]) -> None:
    """Run those of the pages that must run, unless there is nothing to gain by it: one page, or one
    processor.
    """
    at_once = processors()
    if at_once == 1:
        return
    cache = get_cache(env.mystnb_config.execution_cache_path)
    read = (read_page(env, name) for name in names)
    pages = not_in_cache((page for page in read if page is not None), cache)
    if len(pages) < 2:
        return
    file = Path(app.outdir).parent / "page-seconds.json"
    seconds = remembered(file)
    finished = 0

    def done(page: Page, taken: float | None) -> None:
        nonlocal finished
        finished += 1
        if taken is not None:
            seconds[page.name] = taken
        if not app.quiet and sys.stderr.isatty():
            how = "failed" if taken is None else f"{taken:.0f} s"
            line = f"pages run: {finished} of {len(pages)}, {PurePosixPath(page.name).name} {how}"
            print(line, file=sys.stderr)

    with asyncio.Runner(loop_factory=KernelsLoop) as runner:
        runner.run(run_all(longest_first(pages, seconds), at_once, cache, done))
    file.write_text(json.dumps(seconds, indent=1) + "\n", encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the hook; called by Sphinx."""
    app.connect("env-before-read-docs", run_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
