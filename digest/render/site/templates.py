"""Fill templates with values, and escape every value for its kind of page.

HTML is escaped by Jinja's autoescape, Markdown and plain text by the environment's ``finalize``,
so templates need no escaping of their own. Nothing here depends on issues.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import nodes

from digest import errors
from digest.model.files import Page
from digest.render import escape
from digest.render.site import environments
from digest.render.site.template_cache import BytecodeCache

# A page is encoded in parts of so many pieces: as one text it would be in memory three times.
_PART = 1000
# Bounds of one page, so that a mistake in a template does not keep a run for ever.
_MAX_BYTES = 256 << 20
_LONGEST = 500  # characters of a reason
_MAX_STEPS = 1_000_000  # of all ranges together


class PageTooLarge(Exception):
    """A page has more bytes than the caller allows."""


class _StepCounter:
    """Counts the steps of the ranges of one page. Loops over other things are finite."""

    def __init__(self) -> None:
        self.steps = 0

    def make_range(self, *bounds: int) -> range:
        """Return a range; raises `OverflowError` when the page has asked for too many steps."""
        steps = range(*bounds)
        # A slice, because `len` fails for a range of more than `sys.maxsize` steps.
        if steps[_MAX_STEPS:] or self.steps + len(steps) > _MAX_STEPS:
            message = f"range: a page can have {_MAX_STEPS:,} steps at most"
            raise OverflowError(message)
        self.steps += len(steps)
        return steps


class Templates:
    """Fills templates, each the first of its name in ``folders``.

    The last folder has the shipped templates. They are also named ``shipped/<name>``, so that
    a template of the same name can extend the shipped one.
    ``cache`` keeps compiled templates.
    Raises `SettingsError` with a template's name and line if it cannot be used.
    """

    def __init__(self, folders: Sequence[Path], cache: BytecodeCache | None) -> None:
        self._folders = tuple(folders)
        self._cache = cache
        self._environments: dict[str, jinja2.Environment] = {}
        self._counter = _StepCounter()

    def check(self, names: Iterable[str]) -> None:
        """Compile these templates, to find a broken one before a run needs it.

        A block that is in no template it extends is reported too: it would never be printed.
        """
        # Most templates extend the same one.
        parse = functools.cache(_parse)
        for name in names:
            self._template(name)
            try:
                inherited, own = _blocks(functools.partial(parse, self._environment(name)), name)
            except Exception as error:  # such as templates that extend each other
                raise _mistake(name, error) from error
            if unprinted := own - inherited:
                reason = f"block {min(unprinted)} is in no template that this one extends"
                raise errors.SettingsError(name, reason, hint=", ".join(sorted(inherited)))

    def page(
        self, name: str, path: str, values: Mapping[str, Any], *, limit: int | None = None
    ) -> Page:
        """Return the page at ``path``: the template filled with these values.

        A page may have `_MAX_BYTES`, and its ranges `_MAX_STEPS` steps. Above ``limit`` bytes
        raises `PageTooLarge`, without filling the rest of the template.
        """
        self._counter.steps = 0
        pieces = self._template(name).generate(values)
        try:
            return Page(path, b"".join(_encoded(pieces, limit)))
        except PageTooLarge:
            raise
        except Exception as error:  # a template may do anything, such as divide by zero
            raise _mistake(name, error) from error

    def asset(self, name: str) -> Page:
        """Return a file that lies beside the templates, unchanged."""
        for folder in self._folders:
            file = folder / name
            if file.is_file():
                return Page(name, _read(file))
        raise errors.SettingsError(name, "is missing from the templates")

    def _template(self, name: str) -> jinja2.Template:
        try:
            return self._environment(name).get_template(name)
        except Exception as error:  # a template may be in another encoding, or too deep to compile
            raise _mistake(name, error) from error

    def _environment(self, name: str) -> jinja2.Environment:
        """Return the environment of a template's kind. It is made when it is needed first."""
        kind = name.rpartition(".")[2]
        if kind not in self._environments:
            made = environments.make(kind, self._folders, self._cache)
            made.globals["range"] = self._counter.make_range
            self._environments[kind] = made
        return self._environments[kind]


def _encoded(pieces: Iterator[str], limit: int | None) -> Iterator[bytes]:
    """Yield the pieces of a page, encoded. Raises `OverflowError` if they are too many bytes.

    Raises `PageTooLarge` above the caller's ``limit``.
    """
    size = 0
    # `iter` with two arguments: takes parts until one is empty.
    for part in iter(lambda: list(itertools.islice(pieces, _PART)), []):
        encoded = escape.document("".join(part))
        size += len(encoded)
        if limit is not None and size > limit:
            raise PageTooLarge
        if size > _MAX_BYTES:
            message = f"the page has more than {_MAX_BYTES >> 20} MiB"
            raise OverflowError(message)
        yield encoded


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise errors.SettingsError(str(file), f"cannot be read: {error.strerror}") from error


def _parse(environment: jinja2.Environment, name: str) -> nodes.Template:
    source = environment.loader.get_source(environment, name)[0] if environment.loader else ""
    return environment.parse(source)


def _blocks(parse: Callable[[str], nodes.Template], name: str) -> tuple[set[str], set[str]]:
    """Return the blocks of the templates that one extends, and its own outermost blocks.

    A template that extends none has its own blocks in both places.
    """
    parsed = parse(name)
    # A block inside another one is printed with it, so its name need not be inherited.
    own = {node.name for node in parsed.body if isinstance(node, nodes.Block)}
    inherited: set[str] = set()
    for extends in parsed.find_all(nodes.Extends):
        # A parent named by an expression is known only when a page is rendered.
        if isinstance(extends.template, nodes.Const):
            parent = str(extends.template.value)
            inherited |= {block.name for block in parse(parent).find_all(nodes.Block)}
            inherited |= _blocks(parse, parent)[0]
    return inherited or own, own


def _mistake(name: str, error: Exception) -> errors.SettingsError:
    if isinstance(error, jinja2.TemplateSyntaxError):
        return errors.SettingsError(error.filename or name, f"line {error.lineno}: {error.message}")
    if isinstance(error, jinja2.TemplateNotFound):
        return errors.SettingsError(name, f"there is no template {error.name}")
    if isinstance(error, (errors.SettingsError, jinja2.TemplateError)):
        return errors.SettingsError(name, str(error))
    if isinstance(error, UnicodeDecodeError):
        reason = f"is not in UTF-8, at byte {error.start}"
        return errors.SettingsError(name, reason, hint="save it as UTF-8")
    if isinstance(error, RecursionError):
        return errors.SettingsError(name, "includes, extends or calls itself without end")
    line = _line_in_template(error).removeprefix(f"{name}, ")
    return errors.SettingsError(name, f"{line}{type(error).__name__}: {error}"[:_LONGEST])


def _line_in_template(error: Exception) -> str:
    """Return the place of an error in a template as text, or "" if it is not known."""
    import traceback  # needed for mistakes only

    suffixes = (".html", ".md", ".txt")
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.endswith(suffixes)
    ]
    return f"{Path(frames[-1].filename).name}, line {frames[-1].lineno}: " if frames else ""
