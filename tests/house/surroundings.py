"""Where does a package read the clock or the environment on its own, instead of being handed them?

Import contracts see modules, not calls: `datetime` may be imported, `datetime.now` may not be called.
"""

from __future__ import annotations

import ast
from pathlib import Path

# The last two parts of a dotted name, as it stands in the code.
READINGS = frozenset(
    {
        "datetime.now",
        "datetime.utcnow",
        "datetime.today",
        "date.today",
        "time.time",
        "time.time_ns",
        "time.monotonic",
        "time.localtime",
        "time.gmtime",
        "os.environ",
        "os.getenv",
        "os.getcwd",
        "Path.cwd",
        "Path.home",
        "uuid.uuid1",
        "uuid.uuid4",
        "func.now",
        "func.current_timestamp",
    }
)


def readings_in(path: Path) -> list[str]:
    """`file:line name` of each reading in one module; a name that is imported bare counts too."""
    tree = ast.parse(path.read_bytes(), str(path))
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            name = f"{_last_part(node.value)}.{node.attr}"
            if name in READINGS:
                found.append(f"{path}:{node.lineno} {name}")
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            found += [f"{path}:{node.lineno} {name}" for name in names if name in READINGS]
    return found


def readings_under(package: Path) -> tuple[int, list[str]]:
    """How many modules were looked at, and every reading in them."""
    modules = sorted(package.rglob("*.py"))
    return len(modules), [reading for module in modules for reading in readings_in(module)]


def _last_part(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
