"""``digest init``: a working folder to start from; nothing is overwritten."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli.arguments import PathText
from digest.cli.context import shell_command

if TYPE_CHECKING:
    from digest.cli.context import CliContext
    from digest.cli.new_sources import NewSources

_PLAIN = re.compile(r"[\w./+-]+", re.ASCII)  # a path that needs no quoting
# Placeholders in the shipped files for cron, systemd and containers.
_COMMAND, _ROOT, _USER = "/opt/papers-digest/bin/digest", "/srv/papers", "User=papers"
_USER_UNITS = "user"  # the folder of the units for `systemctl --user`, which know %h
_DEPLOY = ("deploy", "actions", "gitlab")  # the options that say where it is to run
_REPOSITORY = "actions"  # the folder of the files for a repository, which `--deploy` leaves out
_PLACEHOLDER = re.compile("|".join(map(re.escape, (_COMMAND, _ROOT, _USER))))


@click.command()
@click.argument("directory", type=PathText("dir"), metavar="[DIR]", required=False)
@click.option(
    "--source", "sources", multiple=True, metavar="KIND", help="Ask this source, such as hf-daily."
)
@click.option(
    "--contact", metavar="ADDRESS", help="Your mail or web address, named in each request."
)
@click.option("--topics", is_flag=True, help="Write a file of changes to the topics.")
@click.option("--templates", is_flag=True, help="Copy the page templates, to change them.")
@click.option("--deploy", is_flag=True, help="Write files for cron, systemd and containers.")
@click.option("--actions", is_flag=True, help="Write a workflow that runs it on GitHub.")
@click.option("--gitlab", is_flag=True, help="Write a pipeline that runs it on GitLab.")
@click.option(
    "--sample", is_flag=True, help="Add sample papers, to try it in a folder of their own."
)
@click.pass_obj
def init(
    context: CliContext,
    /,
    directory: str | None,
    sources: tuple[str, ...],
    contact: str | None,
    **parts: bool,
) -> None:
    """Make a working folder. Existing files are never overwritten.

    A source is hf-daily, biorxiv, arxiv-rss:cs.CL+cs.AI, arxiv-search:QUERY, arxiv-oai:SET,
    feed:URL, page:URL, mailbox:PATH or folder:PATH; --source may be given several times.

    \b
    Example:
      digest init ~/papers
      digest init --source hf-daily --contact you@example.org ~/papers
      digest init --sample ~/sample
    """
    root = Path(directory) if directory else context.root
    deploy = [name for name in _DEPLOY if parts.pop(name)]
    for line in make(root, deploy=deploy, sources=sources, contact=contact, **parts):
        context.echo(line)


def make(
    root: Path,
    *,
    topics: bool,
    templates: bool,
    sample: bool,
    deploy: Collection[str] = (),
    sources: Sequence[str] = (),
    contact: str | None = None,
) -> Iterator[str]:
    """Make the missing parts of a working folder while the caller iterates.

    Yields a line on each file, such as "made" or "kept", and at last the next step. The
    keywords are the options of `digest init`, with those of `_DEPLOY` in ``deploy``;
    `config/digest.toml` is always made. Raises `SettingsError`, before anything is made, if
    samples are asked for and the folder has other dumps or issues, if the sources cannot be
    used, or if a folder with subscribers is to be run by GitHub or GitLab.
    """
    from digest.cli import actions_files, new_sources, samples
    from digest.settings import resources

    config, pages = resources.shipped("config"), resources.shipped("templates")
    wanted = new_sources.read(root, sources, contact, with_samples=sample)
    _check_folder(root, sample=sample, is_public=bool({"actions", "gitlab"} & {*deploy}))
    for folder in ("config", "inbox", "output"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    if not wanted or wanted.file is None:
        yield from _copy(config / "digest.toml", root / "config" / "digest.toml")
    else:
        (root / "config" / "digest.toml").write_bytes(wanted.file)
        yield f"made   {root / 'config' / 'digest.toml'}"
    if topics:
        yield from _write_topics(config, root / "config" / "topics.toml")
    if templates:
        yield from _copy_templates(pages, root / "templates")
    if "deploy" in deploy:
        yield from _write_deploy_files(config / "deploy", root)
    repository = config / "deploy" / _REPOSITORY
    yield from actions_files.write(
        repository, root, github="actions" in deploy, gitlab="gitlab" in deploy
    )
    if sample:
        yield from samples.copy_samples(root)
    command = shell_command(*([] if root == Path() else ["--root", str(root)]), "run")
    if wanted and wanted.missing:
        yield from wanted.missing
    yield f"Next: {'' if sample else _before_run(root, wanted)}{command}"


def _check_folder(root: Path, *, sample: bool, is_public: bool) -> None:
    """Raise `SettingsError` if a folder must not have samples, or not be run in public."""
    if sample:
        from digest.cli import samples

        samples.require_own_folder(root)
    if is_public:
        from digest import settings
        from digest.operations.subscribers import public_folder

        public_folder.require_no_subscribers(settings.load(root).state_folder)


def _before_run(root: Path, wanted: NewSources | None) -> str:
    """Return what is to be done before the first run."""
    if wanted is None:
        return f"put a copy of a listing page into {root / 'inbox'}/, then: "
    file = root / "config" / "digest.toml"
    return f"add the lines above to {file}, then: " if wanted.missing else ""


def _write_topics(shipped: Path, own: Path) -> Iterator[str]:
    is_new = not own.exists()
    yield from _copy(shipped / "topics-changes.toml", own)
    if is_new:
        yield f"see    {shipped / 'topics.toml'} for the shipped topics"


def _copy_templates(pages: Path, target: Path) -> Iterator[str]:
    from digest.operations import template_copies

    files = sorted(path for path in pages.rglob("*") if path.is_file())
    missing = [file for file in files if not (target / file.relative_to(pages)).exists()]
    for file in files:
        yield from _copy(file, target / file.relative_to(pages))
    if missing:
        # `digest check` compares with this record to name copies that a release made outdated.
        names = [file.relative_to(pages).as_posix() for file in missing]
        template_copies.record_copies(target, pages, names)


def _copy(source: Path, target: Path) -> Iterator[str]:
    if target.exists():
        if not target.samefile(source):  # a checkout is a working folder of its own
            yield f"kept   {target}"
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    yield f"made   {target}"


def _write_deploy_files(files: Path, root: Path) -> Iterator[str]:
    """Write the files for cron, systemd and containers with this folder, owner and command."""
    folder, command = root / "deploy", Path(sys.executable).with_name("digest")
    if not _PLAIN.fullmatch(f"{command}{root.absolute()}"):
        # cron and systemd have no quoting that holds for every path.
        yield f"not made {folder}: cron and systemd need paths of letters, digits and ./_+- only"
        return
    values = {_COMMAND: str(command), _ROOT: str(root.absolute()), _USER: f"User={_owner(root)}"}
    for file in sorted(path for path in files.rglob("*") if path.is_file()):
        if file.parent.name == _REPOSITORY:
            continue
        target = folder / file.relative_to(files)
        if target.exists():
            yield f"kept   {target}"
            continue
        # In one pass, because the command may lie below a folder called like a placeholder.
        text = _PLACEHOLDER.sub(lambda match: values[match[0]], file.read_text(encoding="utf-8"))
        if file.parent.name == _USER_UNITS:
            text = _below_home(text)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        yield f"made   {target}"


def _below_home(unit: str) -> str:
    """Return a unit with ``%h``, which systemd replaces, for the home folder of the user."""
    try:
        home = Path.home()
    except RuntimeError:  # the user has no entry in passwd
        return unit
    return re.sub(rf"(=-?| ){re.escape(str(home))}/", r"\1%h/", unit)


def _owner(root: Path) -> str:
    try:
        return root.owner()
    except KeyError:  # the user has no entry in passwd, as in a container; systemd takes numbers
        return str(root.stat().st_uid)
