"""Formgrader's pages with a policy against scripts, and with texts that have been made harmless.

Two walls, each of which holds alone: what a student wrote comes onto a page by the list of
`marking.markup`, and the browser runs only scripts that carry the page's own number, fresh for
every page, which nbgrader's templates are given and nothing else is.

nbgrader lets no configuration set either, so the methods of its handlers that answer are replaced,
once a process.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import os
import re
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, Environment, FileSystemLoader
from nbgrader.server_extensions.formgrader import base, handlers
from tornado import web
from traitlets import default
from traitlets.config import Config

from marking.course import submissions_around
from marking.gradebook.pages import HarmlessExporter

TEMPLATES = Path(handlers.template_path)
# Formgrader waits for MathJax to say that it has ended before it shows the first cell to be marked.
NO_MATHJAX = (
    "var MathJax = {Hub: {Startup: {signal: {Interest: "
    "function (tell) { setTimeout(tell, 0, 'End'); }}}}};"
)
# Of what is no page: files of a submission, answers to requests.
FILES_POLICY = "default-src 'none'; frame-ancestors 'self'; sandbox"


class NumberedScripts(FileSystemLoader):
    """nbgrader's templates, whose own scripts carry the number `resources.script_number`.

    Put in where the template is read: whatever is filled in later gets none.
    """

    def get_source(self, environment: Environment, template: str) -> Any:
        source, path, is_fresh = super().get_source(environment, template)
        numbered = source.replace("<script", '<script nonce="{{ resources.script_number }}"')
        return numbered, path, is_fresh


@functools.cache
def handler_hashes() -> str:
    """The hashes of the handlers that nbgrader's templates hold as attributes."""
    found = {
        handler
        for path in TEMPLATES.rglob("*")
        if path.suffix in (".tpl", ".j2")
        for handler in re.findall(r'\bonclick="([^"]*)"', path.read_text(encoding="utf-8"))
    }
    digests = (hashlib.sha256(handler.encode()).digest() for handler in sorted(found))
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def policy(number: str, pictures: str = "'self' data:") -> str:
    """The policy of a page whose own scripts carry `number`, with `pictures` from there only."""
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'nonce-{number}' 'unsafe-hashes' {handler_hashes()}",
            "style-src 'self' 'unsafe-inline'",
            f"img-src {pictures}",
            "font-src 'self' data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'self'",
        ]
    )


class FormgradeExporter(HarmlessExporter):
    """Formgrader's page of a submission.  TeX is shown as it is written: MathJax came from a
    content network, and makes scripts as it goes.
    """

    links = False  # an address of this server, followed, acts with the login of whoever follows it

    def head(self, resources: Mapping[str, Any]) -> str:
        """What stands in for MathJax, as a script of the page's own."""
        number = resources["script_number"]
        return f'<script nonce="{number}">{NO_MATHJAX}</script>{super().head(resources)}'

    @default("template_name")
    def _template_name_default(self) -> str:
        return "formgrade"

    @default("extra_template_basedirs")
    def _extra_template_basedirs_default(self) -> list[str]:
        return [str(TEMPLATES)]

    @default("extra_loaders")
    def _extra_loaders_default(self) -> list[BaseLoader]:
        return [*super()._extra_loaders_default(), NumberedScripts(TEMPLATES / "formgrade")]


@functools.cache
def exporter() -> Any:
    """The one exporter of this process: its templates are compiled once."""
    make: Any = FormgradeExporter  # nbconvert's classes have no types
    return make(config=Config())


@functools.cache
def environment() -> Environment:
    """The templates of formgrader's other pages."""
    return Environment(loader=NumberedScripts(TEMPLATES))


def quoted(value: object) -> object:
    """A text for nbgrader's templates, which put it between double quotes and between elements as
    it is.
    """
    if isinstance(value, Mapping):
        return {key: quoted(part) for key, part in value.items()}
    if not isinstance(value, str):
        return value
    return re.sub(r'[<>"\\\n\r]', lambda found: f"&#{ord(found[0])};", value)


class _Pages:
    """In place of the exporter that a handler asks for: its pages carry the handler's policy."""

    def __init__(self, handler: Any) -> None:
        self._handler = handler

    def from_filename(
        self, filename: str, resources: Mapping[str, Any]
    ) -> tuple[str, dict[str, Any]]:
        """The page of the marked notebook in the file `filename`."""
        # No picture from this server either: to ask for one is to ask for an address of it.
        number = numbered(self._handler, "data:")
        shown = {key: quoted(value) for key, value in resources.items()}
        page, made = exporter().from_filename(filename, shown | {"script_number": number})
        return page, made


def numbered(handler: Any, *pictures: str) -> str:
    """A fresh number for the scripts of the page that `handler` is about to write, which its policy
    then names.
    """
    number = secrets.token_urlsafe(16)
    handler.set_header("Content-Security-Policy", policy(number, *pictures))
    return number


def _render(handler: Any, name: str, **values: Any) -> str:
    """In place of `BaseHandler.render`."""
    number = numbered(handler)
    shown = {key: quoted(value) for key, value in values.items()}
    shown["resources"] = quoted(dict(values.get("resources", {})) | {"script_number": number})
    return environment().get_template(name).render(**shown)


def _checking_folder(get: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """In place of `FormgraderHandler.get`, which runs the configuration in a folder that the
    address names.
    """

    @functools.wraps(get)
    def checked(handler: Any) -> Any:
        path = handler.get_argument("path", "")
        # Browsers say what they ask for; only as a page it was asked for by somebody.
        purpose = handler.request.headers.get("Sec-Fetch-Dest", "document")
        if path and purpose not in ("document", "iframe"):
            raise web.HTTPError(403, "another course is opened as a page, not as part of one")
        if path and submissions_around(Path(os.path.abspath(path))) is not None:
            raise web.HTTPError(403, "no configuration is read where students' files lie")
        return get(handler)

    return checked


@functools.cache
def install() -> None:
    """Replace the methods, for all pages of this process."""
    base.BaseHandler.content_security_policy = property(lambda handler: FILES_POLICY)
    base.BaseHandler.render = _render
    base.BaseHandler.exporter = property(_Pages)
    handlers.FormgraderHandler.get = _checking_folder(handlers.FormgraderHandler.get)
