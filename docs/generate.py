"""Write the generated parts of the reference: `python docs/generate.py`, or `make docs`.

A page of `docs/reference/` is written by hand, except between ``<!-- generated: NAME -->`` and
``<!-- end -->``. Tables of settings come from the records of the settings and the docstrings
under their fields, the commands from the command line itself. The result is committed, so
that the pages can be read without building them; a test fails when one is out of date. The
source of the manual page, ``man digest``, is made of the same parts and is not committed.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
import msgspec

from digest.cli.command_group import summary
from digest.cli.commands import GROUPS, walk
from digest.cli.global_options import GlobalOption
from digest.cli.main import cli
from digest.model import (
    limits,
    mail_settings,
    settings,
    source_settings,
    topic_settings,
    web_settings,
)
from digest.operations.reading import records
from digest.settings import describe
from digest.web.data import api, openapi

REFERENCE = Path(__file__).parent / "reference"
OPENAPI = REFERENCE / "openapi.json"
MANUAL = Path(__file__).parent / "_build" / "manual" / "digest.md"
TABLES: dict[str, type[msgspec.Struct]] = {
    "[site]": settings.Site,
    "[inbox]": settings.Inbox,
    "[state]": settings.State,
    "[notify]": settings.Notify,
    "[limits]": limits.Limits,
    "[profile]": settings.Profile,
    "[fetch]": source_settings.Fetch,
    "[[source]]": source_settings.Source,
    "[[publish]]": source_settings.Publish,
    "[summary]": source_settings.Summary,
    "[mail]": mail_settings.Mail,
    "[[chat]]": mail_settings.Chat,
    "[web]": web_settings.Web,
    "[[edition]]": settings.Edition,
    "[[topic]] with extends": topic_settings.TopicChange,
    "[[topic]]": topic_settings.Topic,
    "phrase": topic_settings.Phrase,
}
_REGION = re.compile(r"(<!-- generated: (.+?) -->\n).*?(<!-- end -->)", re.DOTALL)


def pages() -> dict[Path, str]:
    """Return each page that has generated parts, with its text as it should be.

    One of them is the description of the API, all of which is generated.
    """
    texts = {path: path.read_text("utf-8") for path in sorted(REFERENCE.glob("*.md"))}
    filled = {
        path: _REGION.sub(_fill, text) for path, text in texts.items() if _REGION.search(text)
    }
    return {**filled, OPENAPI: description()}


def description() -> str:
    """Return the description of the API, as a folder with the default title gives it."""
    site = settings.Site()
    described = openapi.describe(api.OPERATIONS, site.title, "https://papers.example.org/")
    return f"{json.dumps(described, indent=2, ensure_ascii=False)}\n"


def operations() -> str:
    """Return the Markdown of each operation of the API, and of the records they answer with."""
    return "\n".join([*_operations(), *_records()])


def _operations() -> Iterator[str]:
    for operation in api.OPERATIONS:
        yield from (f"### `GET {_path(operation)}`", "", operation.summary, "")
        rows = [
            *operation.parts.items(),
            *(
                (each["name"], each["description"])
                for each in (
                    openapi.list_parameters(operation.parameters) if operation.parameters else ()
                )
            ),
        ]
        yield from ("| parameter | is |", "|---|---|")
        yield from (f"| `{name}` | {_cell(about)} |" for name, about in rows)
        yield from ("", f"Answers with {_record_link(operation.result)}.", "")


def _path(operation: openapi.ApiOperation) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda part: part[1].upper(), operation.path)


def _record_link(record: type[msgspec.Struct]) -> str:
    if record.__module__ == records.__name__:
        return f"`{record.__name__}`"
    return "the [issue as its page has it](json.md#datejson)"


def _records() -> Iterator[str]:
    for name in (
        "PaperList",
        "ListedPaper",
        "PaperRecord",
        "PaperPlace",
        "IssueList",
        "ListedIssue",
    ):
        record: type[msgspec.Struct] = getattr(records, name)
        yield from (
            f"### `{name}`",
            "",
            " ".join(inspect.cleandoc(record.__doc__ or "").split()),
            "",
        )
        yield f"Keys: {', '.join(f'`{field}`' for field in record.__struct_fields__)}."
        yield ""


def _fill(region: re.Match[str]) -> str:
    start, name, end = region.groups()
    body = table(TABLES[name]) if name in TABLES else _PARTS[name]()
    return f"{start}\n{body}\n{end}"


def table(record: type[msgspec.Struct]) -> str:
    """Return the Markdown table of a record's settings: key, default, meaning."""
    rows = [
        f"| `{setting.name}` | {_default(setting)} | {_cell(setting.about)} |"
        for setting in describe.describe(record)
    ]
    return "\n".join(["| key | default | meaning |", "|---|---|---|", *rows, ""])


def _default(setting: describe.SettingText) -> str:
    if setting.is_required:
        return "required"
    if setting.default is None:
        return "none"
    return f"`{json.dumps(setting.default)}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def overview() -> str:
    """Return the Markdown table of all commands, each with the summary of its help."""
    rows = (
        f"| [`digest {name}`](#{_anchor(name)}) | {_cell(summary(context.command))} |"
        for name, context in _commands()
    )
    return "\n".join(["| command | does |", "|---|---|", *rows, ""])


def _anchor(name: str) -> str:
    return f"digest {name}".replace(" ", "-")


def global_options() -> str:
    """Return the Markdown table of the options that every command takes."""
    return "\n".join(_options(_program()))


def commands() -> str:
    """Return the Markdown of every command: its usage, what it does, its options."""
    return "\n".join(line for name, context in _commands() for line in _command(name, context))


def manual() -> str:
    """Return the source of the manual page, in Markdown with definition lists for Sphinx."""
    return "\n".join(_manual(_program()))


def _manual(program: click.Context) -> Iterator[str]:
    yield from ("# digest", "", "## Synopsis", "", "`digest [OPTIONS] COMMAND [ARGS]...`", "")
    yield from ("## Description", "")
    for paragraph in _paragraphs(program.command):
        yield from (*_paragraph(paragraph), "")
    yield from ("## Commands", "")
    for heading, names in GROUPS.items():
        listed = [(name, cli.get_command(program, name)) for name in names]
        rows = [(f"digest {name}", summary(command)) for name, command in listed if command]
        yield from (f"**{heading}**", "", *_definitions(rows))
    yield from ("## Global options", "", *_definitions(_option_rows(program)))
    for name, context in _commands():
        yield from _description(name, context)
        yield from _definitions(_option_rows(context))
    statuses = (REFERENCE / "exit-statuses.md").read_text("utf-8").partition("\n\nWhen")[0]
    rows = re.findall(r"^\| (\d+) \| (.*) \|$", statuses, re.MULTILINE)
    yield from ("## Exit status", "", *_definitions(rows))


def _definitions(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    for term, meaning in rows:
        yield from (f"`{term}`", f": {meaning}", "")


_PARTS = {
    "overview": overview, "options": global_options, "commands": commands,
    "operations": operations,
}  # fmt: skip


def _program() -> click.Context:
    return click.Context(cli, info_name="digest", help_option_names=["-h", "--help"])


def _commands() -> Iterator[tuple[str, click.Context]]:
    return walk(cli, _program())


def _command(name: str, context: click.Context) -> Iterator[str]:
    yield from _description(name, context)
    yield from _options(context)


def _description(name: str, context: click.Context) -> Iterator[str]:
    usage = " ".join(["digest", name, *context.command.collect_usage_pieces(context)])
    yield from (f"## digest {name}", "", "```text", usage, "```", "")
    for paragraph in _paragraphs(context.command):
        yield from (*_paragraph(paragraph), "")


def _options(context: click.Context) -> Iterator[str]:
    yield from ("| option | meaning |", "|---|---|")
    for names, meaning in _option_rows(context):
        yield f"| `{_cell(names)}` | {_cell(meaning)} |"
    yield ""


def _option_rows(context: click.Context) -> Iterator[tuple[str, str]]:
    """Yield names and meaning of each option; those of all commands for the program alone."""
    for parameter in context.command.get_params(context):
        if isinstance(parameter, GlobalOption) and context.parent:
            continue
        if isinstance(parameter, click.Option) and (record := parameter.get_help_record(context)):
            yield record


def _paragraphs(command: click.Command) -> list[str]:
    return inspect.cleandoc(command.help or "").split("\n\n")


def _paragraph(paragraph: str) -> Iterator[str]:
    """Return prose as it is; what click is told not to wrap is an example of commands."""
    if not paragraph.startswith("\b"):
        yield paragraph
        return
    _, introduction, *lines = paragraph.split("\n")
    yield from (introduction, "", "```text", *map(str.strip, lines), "```")


def main() -> None:
    """Write each page whose text has changed, and print its name; write the manual page."""
    for path, text in pages().items():
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            sys.stdout.write(f"written: {path}\n")
    MANUAL.parent.mkdir(parents=True, exist_ok=True)
    MANUAL.write_text(manual(), "utf-8")


if __name__ == "__main__":
    main()
