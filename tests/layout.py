"""The rules of the cut: what may import what, who owns which library, sizes, clocks.

The rules stand first, as data; each is then a function from a tree of modules to complaints.
Reads source, never imports it.
"""

from __future__ import annotations

import ast
import graphlib
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

LAYERS = {
    "ground": "model errors",
    "core": "reading text matching editorial",
    "render": "rendering",
    "edge": "settings inbox ledger output shipped compiled journal delivery",
    "shell": "run pipeline operations cli __main__",
}
MAY_USE = {
    "ground": {"ground"},
    "core": {"core", "ground"},
    "render": {"render", "core", "ground"},
    "edge": {"ground"},  # and its own parts, never another edge
    "shell": {"shell", "edge", "render", "core", "ground"},
    "nowhere": set(),
}
OWNERS = {
    "ahocorasick": ["editorial.topics"],
    "apscheduler": ["operations.serve"],
    "bibtexparser": ["reading.bibtex"],
    "click": ["cli"],
    "feedparser": ["reading.feeds"],
    "jinja2": ["rendering.pages"],
    "lxml": ["rendering.feeds", "reading"],
    "markdown": ["rendering.pages"],
    "markupsafe": ["rendering"],
    "nh3": ["rendering.pages"],
    "rapidfuzz": ["matching.similarity"],
    "rich": ["cli"],
    "rispy": ["reading.ris"],
    "selectolax": ["reading"],
    "sqlite3": ["ledger"],
    "tomllib": ["settings"],
    "watchfiles": ["operations.inbox_watcher"],
}
FREE = {"digest", "msgspec", ""}  # records are made of msgspec; relative imports are `homes`'
MODULE_LINES = 250
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTION_LINES = 40  # without the docstring
CLOCKS = re.compile(
    r"datetime\.(datetime\.(now|utcnow|today)|date\.today)"
    r"|time\.(time|time_ns|monotonic|monotonic_ns|localtime|gmtime|ctime|asctime)"
    r"|uuid\.uuid[14]"  # chance is no better than a clock: other bytes in every run
)
SQL_CLOCKS = re.compile(
    r"current_(timestamp|date|time)\b|\(\s*'now'|unixepoch\(\s*\)", re.IGNORECASE
)


class Module(NamedTuple):
    """A source file, read and not run."""

    name: str  # dotted, from "digest" on; a package's __init__ has the package's name
    source: str
    tree: ast.Module
    imports: tuple[tuple[str, str], ...]  # local name, and what it stands for, dotted

    @property
    def libraries(self) -> set[str]:
        """Top-level names of everything imported."""
        return {target.partition(".")[0] for _, target in self.imports}


Tree = dict[str, Module]
Rule = Callable[[Tree], Iterator[str]]


def read(root: Path) -> Tree:
    """Every module below ``root``/digest by its dotted name."""
    modules = {}
    for path in sorted((root / "digest").rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        source = path.read_text(encoding="utf-8")
        tree = ast.parse(source)
        modules[name] = Module(name, source, tree, tuple(_imports(tree)))
    return modules


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Lazy imports count: they hide a direction, they do not change it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.asname or alias.name, alias.name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                where = "." * node.level + (node.module or "")
                yield alias.asname or alias.name, f"{where}.{alias.name}"


def _used(module: Module, modules: Tree) -> set[str]:
    """The names of our own modules that ``module`` imports."""
    targets = {target for _, target in module.imports if target.partition(".")[0] == "digest"}
    used = {name if name in modules else name.rpartition(".")[0] for name in targets}
    return used - {module.name}


def _noun(name: str) -> str:
    """``ledger`` of ``digest.ledger.schema``; ``cli_init`` belongs to ``cli``."""
    part = [*name.split("."), ""][1]
    return next((noun for noun in LAYERS["shell"].split() if part.startswith(f"{noun}_")), part)


def _layer(name: str) -> str:
    """The layer of a module; the package itself is ground and holds its version."""
    layers = (layer for layer, nouns in LAYERS.items() if _noun(name) in ["", *nouns.split()])
    return next(layers, "nowhere")


def homes(modules: Tree) -> Iterator[str]:
    """Every module stands in a layer, and imports by full name."""
    for name, module in modules.items():
        if _layer(name) == "nowhere":
            yield f"{name} is in no layer"
        for _, target in module.imports:
            if target.startswith("."):
                yield f"{name} imports {target} by a relative name"


def directions(modules: Tree) -> Iterator[str]:
    """Shell -> edge, render, core -> ground; edges never use each other."""
    for name, module in modules.items():
        for target in sorted(_used(module, modules)):
            inside = _noun(name) == _noun(target)
            if not inside and _layer(target) not in MAY_USE[_layer(name)]:
                yield f"{name} ({_layer(name)}) uses {target} ({_layer(target)})"


def owners(modules: Tree) -> Iterator[str]:
    """One owner per library, and no library without one."""
    for name, module in modules.items():
        for library in sorted(module.libraries):
            if library in OWNERS:
                if not any(_owns(name, owner) for owner in OWNERS[library]):
                    yield f"{name} uses {library}, which belongs to {OWNERS[library][0]}"
            elif library not in sys.stdlib_module_names | FREE:
                yield f"{name} uses {library}, which has no owner"


def _owns(name: str, owner: str) -> bool:
    return re.match(rf"digest\.{re.escape(owner)}(\.|_|$)", name) is not None


def cycles(modules: Tree) -> Iterator[str]:
    """No module needs itself, not even by a lazy import."""
    graph = {name: _used(module, modules) for name, module in modules.items()}
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        circle = error.args[1][:0:-1]  # it lists a user after what it uses, and the first one twice
        first = circle.index(min(circle))
        yield " -> ".join([*circle[first:], *circle[:first], circle[first]])


def sizes(modules: Tree) -> Iterator[str]:
    """A module or function that outgrows its size hides a second noun."""
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


def clocks(modules: Tree) -> Iterator[str]:
    """The moment of a run enters once, in the shell; SQL never asks the time."""
    for module in modules.values():
        if _layer(module.name) == "shell":
            continue
        names = dict(module.imports)
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute | ast.Name):
                if CLOCKS.fullmatch(name := _dotted(node, names)):
                    yield f"{module.name}:{node.lineno} reads {name}"
            elif isinstance(node, ast.Constant) and SQL_CLOCKS.search(str(node.value)):
                yield f"{module.name}:{node.lineno} lets SQL ask the time"


def _dotted(node: ast.expr, names: dict[str, str]) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value, names)}.{node.attr}"
    return names.get(node.id, "") if isinstance(node, ast.Name) else ""


RULES: list[Rule] = [homes, directions, owners, cycles, sizes, clocks]
