"""Templates to pages: which file of a name is used, and that no value is markup unasked.

Every value a template prints is escaped for its sink without being asked: HTML by
autoescape, Markdown by the environment's ``finalize``. Knows nothing of issues.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import CodeType
from typing import Any

import jinja2
import jinja2.bccache
from jinja2 import nodes

import digest
from digest import errors
from digest.model.issues import Page
from digest.render import escape

SHIPPED = "shipped"
_PART = 1000  # values and what stands between them: a page as one text would be held thrice


class Templates:
    """Fills templates, each the first of its name in ``folders``.

    The last folder's are also called ``shipped/<name>``, for one of the same name that
    extends it and says only what is different.
    ``cache`` names a folder for compiled templates; it is made when there is something to keep.
    Raises `SettingsError` with the template's name and line when one cannot be used.
    """

    def __init__(self, folders: Sequence[Path], cache: Path | None) -> None:
        self._folders = tuple(folders)
        environment = functools.partial(
            jinja2.Environment,
            loader=jinja2.ChoiceLoader(
                [
                    jinja2.FileSystemLoader([str(folder) for folder in folders]),
                    jinja2.PrefixLoader({SHIPPED: jinja2.FileSystemLoader(str(folders[-1]))}),
                ]
            ),
            bytecode_cache=_BytecodeCache(cache) if cache else None,
            undefined=jinja2.StrictUndefined,
            auto_reload=False,
            keep_trailing_newline=True,
            lstrip_blocks=True,
            trim_blocks=True,
        )
        html = environment(autoescape=True)
        markdown = environment(autoescape=False, finalize=_escaped)
        markdown.filters["link"] = _link
        self._environments = {"html": html, "md": markdown}

    def check(self, names: Iterable[str]) -> None:
        """Compiles these templates, so that a broken one is found before a run needs it.

        A block of which no template above knows would never be shown: that is a mistake too.
        """
        for name in names:
            self._template(name)
            above, own = _blocks(self._environments[name.rpartition(".")[2]], name)
            if lost := own - above:
                reason = f"block {min(lost)} is in no template that this one extends"
                raise errors.SettingsError(name, reason, hint=", ".join(sorted(above)))

    def page(self, name: str, path: str, shown: Mapping[str, Any]) -> Page:
        """The page a template makes of what it is shown."""
        printed = self._template(name).generate(shown)
        try:
            parts = iter(lambda: list(itertools.islice(printed, _PART)), [])
            return Page(path, b"".join([escape.document("".join(part)) for part in parts]))
        except jinja2.TemplateError as error:
            raise _mistake(name, error) from error

    def asset(self, name: str) -> Page:
        """A file beside the templates, as it is."""
        for folder in self._folders:
            file = folder / name
            if file.is_file():
                return Page(name, file.read_bytes())
        raise errors.SettingsError(name, "is missing from the templates")

    def _template(self, name: str) -> jinja2.Template:
        try:
            return self._environments[name.rpartition(".")[2]].get_template(name)
        except jinja2.TemplateError as error:
            raise _mistake(name, error) from error


def _blocks(environment: jinja2.Environment, name: str) -> tuple[set[str], set[str]]:
    """The blocks of the templates above one, and its own that are inside no other.

    Without a template above, its own are all there are.
    """
    parsed = environment.parse(_source(environment, name))
    own = {part.name for part in parsed.body if isinstance(part, nodes.Block)}
    above: set[str] = set()
    for part in parsed.find_all(nodes.Extends):
        if isinstance(part.template, nodes.Const):
            parent = str(part.template.value)
            whole = environment.parse(_source(environment, parent))
            above |= {block.name for block in whole.find_all(nodes.Block)}
            above |= _blocks(environment, parent)[0]
    return above or own, own


def _source(environment: jinja2.Environment, name: str) -> str:
    return environment.loader.get_source(environment, name)[0] if environment.loader else ""


def _mistake(name: str, error: jinja2.TemplateError) -> errors.SettingsError:
    if isinstance(error, jinja2.TemplateSyntaxError):
        return errors.SettingsError(error.filename or name, f"line {error.lineno}: {error.message}")
    if isinstance(error, jinja2.TemplateNotFound):
        return errors.SettingsError(name, f"there is no template {error.name}")
    return errors.SettingsError(name, str(error))


class _BytecodeCache(jinja2.FileSystemBytecodeCache):
    """Jinja's cache of compiled templates, of which no failure fails a run.

    Jinja looks at the template's source and at the version of Python before it uses a file.
    """

    def __init__(self, folder: Path) -> None:
        # Jinja does not look at its own version, nor at the options of our environments.
        super().__init__(str(folder), f"{digest.__version__}-{jinja2.__version__}-%s.cache")

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        try:
            super().load_bytecode(bucket)
        except Exception:  # noqa: BLE001 - a damaged pickle raises nearly anything
            bucket.reset()
        if not isinstance(bucket.code, CodeType):
            bucket.reset()

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        with contextlib.suppress(OSError):
            Path(self.directory).mkdir(parents=True, exist_ok=True)
            super().dump_bytecode(bucket)


class EscapedText(str):
    """Text that is HTML, or Markdown, already: it is printed as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


def _escaped(value: object) -> str:
    return value if isinstance(value, EscapedText) else escape.markdown(str(value))


def _link(words: str, address: str) -> EscapedText:
    escaped, target = escape.markdown(words), escape.markdown_address(address)
    return EscapedText(f"[{escaped}]({target})" if target else escaped)
