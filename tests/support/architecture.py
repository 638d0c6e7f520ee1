"""Check the structure of the package: imports, owners of libraries, sizes, clocks and SQL.

The rules come first, as data. Each function in `RULES` takes all modules and yields a line for
each breach of the rule that its docstring states. The source is read as text and never imported.
"""

from __future__ import annotations

import ast
import functools
import graphlib
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

# A folder or module of digest/ and the others that it may use. Lazy imports count.
_GROUND = "errors model"
_CORE = f"{_GROUND} text"
_RULES = f"{_CORE} parsers matching editorial"
_BELOW_THE_STEPS = f"{_RULES} render storage http_client sources summaries delivery settings"
MAY_USE = {
    "errors": "",
    "model": "errors",
    "text": _GROUND,
    "parsers": _CORE,
    "matching": _CORE,
    "editorial": _CORE,
    "render": f"{_CORE} editorial",
    "storage": _GROUND,
    "http_client": _GROUND,
    "sources": f"{_GROUND} http_client",
    "summaries": f"{_CORE} http_client",
    "delivery": f"{_GROUND} http_client",
    "settings": _CORE,
    "pipeline": _BELOW_THE_STEPS,
    "operations": f"{_BELOW_THE_STEPS} pipeline",
    "publication": f"{_BELOW_THE_STEPS} pipeline operations",
    "web": f"{_BELOW_THE_STEPS} pipeline operations publication",
    "cli": f"{_BELOW_THE_STEPS} pipeline operations publication web",
    "__main__": "cli",
}
# Libraries, and the folders or modules of digest/ that alone import them.
OWNERS = {
    "ahocorasick": ["editorial.topics"],
    "apscheduler": ["operations.serving.serve"],
    "click": ["cli"],
    "css_inline": ["render.mail"],
    "dkim": ["delivery"],
    "feedparser": ["parsers.formats.xml_feed"],
    "imaplib": ["delivery.mailbox"],
    "jinja2": ["render.site", "render.mail"],
    "lxml": ["render.feeds", "parsers"],
    "markdown": ["render.site.notes"],
    "nh3": ["render.site.notes"],
    "prometheus_client": ["web.metrics"],
    "protego": ["sources.robots"],
    "rapidfuzz": ["matching.similarity"],
    "rich": ["cli.progress"],
    "selectolax": ["parsers"],
    "smtplib": ["delivery"],
    "sqlite3": ["storage.ledger", "storage.people"],
    "tomllib": ["settings"],
    "urllib3": ["http_client"],
    "waitress": ["web.server"],
    "watchfiles": ["operations.serving.inbox_watcher"],
    "webencodings": ["parsers.input.encodings"],
    "werkzeug": ["web"],
}
MOUTH = "cli.terminal"  # the only module that writes to the terminal
SPEECH = re.compile(
    r"print|input|sys\.(__)?std(out|err)(__)?(\..*)?|os\.(write|writev)|warnings\.(warn|showwarning)"
    r"|click\.(echo|secho|prompt|confirm|progressbar|echo_via_pager|get_text_stream|pause|clear)"
    r"|logging\.(StreamHandler|basicConfig)|traceback\.print_\w+|getpass\.getpass"
)
FREE = {"digest", "msgspec", ""}  # records are made of msgspec; relative imports are `homes`'
MODULE_LINES = 250
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTION_LINES = 40  # without the docstring
FOLDER_MODULES = 25
ONE_EACH = {"digest.cli", "digest.parsers.formats"}  # a module a command, a module a format
FORMATS = "digest.parsers.formats"
FORMAT_NAMES = {"NAME", "detect", "read"}  # what every format defines
CLOCKS = re.compile(
    r"datetime\.(datetime\.(now|utcnow|today)|date\.today)"
    r"|time\.(time|time_ns|monotonic|monotonic_ns|localtime|gmtime|ctime|asctime)"
    r"|uuid\.uuid[14]"  # random ids differ from run to run, as the time does
)
# The command line needs the time for its log, `Publication` for the default moment of a run,
# operations for how long a run takes, the lock for its timeout, the inbox to tell how long ago a
# file was written, and requests and commands for
# their time limits and pauses, and the web side for how long answers take.
MAY_READ_CLOCKS = {
    "cli", "publication", "operations", "storage.lock", "pipeline.read_inbox", "http_client",
    "sources.asking", "delivery.commands", "delivery.smtp.session", "summaries.ask", "web",
}  # fmt: skip
# The time as SQLite gives it: dates computed from a bound value are allowed.
SQL_CLOCKS = re.compile(
    r"current_(timestamp|date|time)\b|\(\s*'now'|unixepoch\(\s*\)", re.IGNORECASE
)
SQL = re.compile(
    r"\s*(SELECT\s.+\sFROM|INSERT\s.*INTO|UPDATE\s\w+\sSET|DELETE\sFROM|CREATE\s.*TABLE|PRAGMA\s)",
    re.DOTALL,
)
# An INSERT without a list of columns. Possessive, because a shorter name would match without one.
INSERT = re.compile(r"INSERT\s+(?:OR\s+\w+\s+)?INTO\s++[\w.]++\s*+(?!\()")


class Module(NamedTuple):
    """A source file, read as text and never run."""

    name: str  # dotted, from "digest" on; a package's __init__ has the package's name
    source: str
    tree: ast.Module
    imports: tuple[tuple[str, str], ...]  # local name, and the dotted name it stands for

    @property
    def libraries(self) -> set[str]:
        """Return the top-level names of everything imported."""
        return {target.partition(".")[0] for _, target in self.imports}

    @property
    def home(self) -> str:
        """Return the folder of digest/ it stands in, or its own name directly below digest/."""
        return [*self.name.split("."), ""][1]


Tree = dict[str, Module]
Rule = Callable[[Tree], Iterator[str]]


@functools.cache
def read(root: Path) -> Tree:
    """Return every module below ``root``/digest by its dotted name."""
    modules = {}
    for path in sorted((root / "digest").rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        source = path.read_text(encoding="utf-8")
        tree = ast.parse(source)
        modules[name] = Module(name, source, tree, tuple(_imports(tree)))
    return modules


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield local name and target of each import, lazy ones included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.asname or alias.name, alias.name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                where = "." * node.level + (node.module or "")
                yield alias.asname or alias.name, f"{where}.{alias.name}"


def _used(module: Module, modules: Tree) -> set[str]:
    """Return the names of our own modules that ``module`` imports.

    `digest` itself is left out, because every module may import the version from it.
    """
    targets = {target for _, target in module.imports if target.partition(".")[0] == "digest"}
    used = {name if name in modules else name.rpartition(".")[0] for name in targets}
    return used - {module.name, "digest"}


def homes(modules: Tree) -> Iterator[str]:
    """Every module stands in a known folder, and imports by full name."""
    for name, module in modules.items():
        if module.home not in {"", *MAY_USE}:
            yield f"{name} is in no layer"
        for _, target in module.imports:
            if target.startswith("."):
                yield f"{name} imports {target} by a relative name"


def directions(modules: Tree) -> Iterator[str]:
    """A folder imports only those that `MAY_USE` lists; `digest` itself may import all."""
    for name, module in modules.items():
        allowed = {module.home, *MAY_USE.get(module.home, "").split()}
        for target in sorted(_used(module, modules)):
            if module.home and modules[target].home not in allowed:
                yield f"{name} uses {target}"


def owners(modules: Tree) -> Iterator[str]:
    """Every library has an owner, and no other module imports it."""
    for name, module in modules.items():
        for library in sorted(module.libraries):
            if library in OWNERS:
                if not any(_stands_in(name, owner) for owner in OWNERS[library]):
                    yield f"{name} uses {library}, which belongs to {OWNERS[library][0]}"
            elif library not in sys.stdlib_module_names | FREE:
                yield f"{name} uses {library}, which has no owner"


def _stands_in(name: str, place: str) -> bool:
    return f"{name}.".startswith(f"digest.{place}.")


def cycles(modules: Tree) -> Iterator[str]:
    """No module imports itself through others, not even by a lazy import."""
    graph = {name: _used(module, modules) for name, module in modules.items()}
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        # graphlib lists each module before its users, and the first one twice.
        circle = error.args[1][:0:-1]
        first = circle.index(min(circle))
        yield " -> ".join([*circle[first:], *circle[:first], circle[first]])


def sizes(modules: Tree) -> Iterator[str]:
    """Modules, functions and folders are not larger than their limits."""
    folders = Counter(name.rpartition(".")[0] for name in modules)
    for folder, count in folders.items():
        if count > FOLDER_MODULES and folder not in ONE_EACH:
            yield f"{folder} has {count} modules"
    for module in modules.values():
        if (lines := module.source.count("\n")) > MODULE_LINES:
            yield f"{module.name} has {lines} lines"
        for node in ast.walk(module.tree):
            if isinstance(node, FUNCTION) and (lines := _length(node)) > FUNCTION_LINES:
                yield f"{module.name}.{node.name} has {lines} lines"


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = function.body[0]
    documented = ast.get_docstring(function, clean=False) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def formats(modules: Tree) -> Iterator[str]:
    """Each format defines `NAME`, `detect` and `read`, and only the registry imports it."""
    for name, module in modules.items():
        if name.rpartition(".")[0] == FORMATS:
            defined = {node.name for node in module.tree.body if isinstance(node, FUNCTION)}
            defined |= {name for name in FORMAT_NAMES if f"\n{name} = " in f"\n{module.source}"}
            for missing in sorted(FORMAT_NAMES - defined):
                yield f"{name} does not define {missing}"
            if name.rpartition(".")[2] not in _strings(modules.get(FORMATS)):
                yield f"{name} is not in the registry"
        for target in sorted(_used(module, modules)):
            if target.startswith(f"{FORMATS}."):  # another format may not either
                yield f"{name} uses {target}, which only its registry may"


def _strings(module: Module | None) -> set[str]:
    nodes = ast.walk(module.tree) if module else ()
    return {str(node.value) for node in nodes if isinstance(node, ast.Constant)}


def class_names(modules: Tree) -> Iterator[str]:
    """No two classes have the same name, so that a name is enough to find a class."""
    places: dict[str, list[str]] = {}
    for name, module in modules.items():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(name)
    for class_name, where in sorted(places.items()):
        if len(where) > 1:
            yield f"class {class_name} stands in {' and '.join(where)}"


def clocks(modules: Tree) -> Iterator[str]:
    """Only the modules in `MAY_READ_CLOCKS` read a clock, and no SQL does."""
    for module in modules.values():
        may_read = any(_stands_in(module.name, place) for place in MAY_READ_CLOCKS)
        names = dict(module.imports)
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute | ast.Name):
                if not may_read and CLOCKS.fullmatch(name := _dotted(node, names)):
                    yield f"{module.name}:{node.lineno} reads {name}"
            elif isinstance(node, ast.Constant) and SQL_CLOCKS.search(str(node.value)):
                yield f"{module.name}:{node.lineno} lets SQL ask the time"


def _dotted(node: ast.expr, names: dict[str, str]) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value, names)}.{node.attr}"
    return names.get(node.id, "") if isinstance(node, ast.Name) else ""


def mouths(modules: Tree) -> Iterator[str]:
    """Only `MOUTH` writes to the terminal, so that everything shown is escaped."""
    for module in modules.values():
        names = {"print": "print", "input": "input", **dict(module.imports)}
        for node in () if _stands_in(module.name, MOUTH) else ast.walk(module.tree):
            name = _dotted(node, names) if isinstance(node, ast.Attribute | ast.Name) else ""
            if SPEECH.fullmatch(name):
                yield f"{module.name}:{getattr(node, 'lineno', 0)} writes by {name}"


def sql(modules: Tree) -> Iterator[str]:
    """SQL stands in the packages of the two databases only, and an INSERT names its columns."""
    for module in modules.values():
        for node in ast.walk(module.tree):
            if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
                continue
            is_at_home = any(_stands_in(module.name, owner) for owner in OWNERS["sqlite3"])
            if not is_at_home and SQL.match(node.value):
                yield f"{module.name}:{node.lineno} holds SQL"
            if INSERT.search(node.value):
                yield f"{module.name}:{node.lineno} inserts without naming columns"


RULES: list[Rule] = [
    homes, directions, owners, cycles, sizes, formats, class_names, clocks, mouths, sql,
]  # fmt: skip
