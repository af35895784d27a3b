"""How is a YAML file of ours read, so that every fault names the file and the line?"""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from yaml.nodes import MappingNode, Node, SequenceNode

from hub.errors import ConfigurationFault

Model = TypeVar("Model", bound=BaseModel)


class Strict(BaseModel):
    """Base of every configuration model: frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class _UniqueKeyLoader(yaml.SafeLoader):
    """Plain YAML values, but a key given twice is an error instead of a silent overwrite."""


def _construct_mapping(loader: _UniqueKeyLoader, node: MappingNode, deep: bool = False) -> dict[object, object]:
    seen: set[object] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            raise yaml.MarkedYAMLError(problem=f"the key {key!r} stands twice", problem_mark=key_node.start_mark)
        seen.add(key)
    return yaml.SafeLoader.construct_mapping(loader, node, deep=True)


_UniqueKeyLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _construct_mapping)
# `yes`, `no`, `on`, `off` are words of our code tables, not booleans: only true and false are.
_UniqueKeyLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load_model(path: Path, model: type[Model]) -> Model:
    """Read and check one YAML file; raises `ConfigurationFault` naming every fault with its line."""
    try:
        text = path.read_text(encoding="utf-8")
        loader = _UniqueKeyLoader(text)
        try:
            node = loader.get_single_node()
            data = loader.construct_document(node) if node is not None else {}
        finally:
            loader.dispose()
    except OSError as fault:
        raise ConfigurationFault(f"{path}: {fault.strerror}") from fault
    except yaml.MarkedYAMLError as fault:
        line = fault.problem_mark.line + 1 if fault.problem_mark else 0
        raise ConfigurationFault(f"{path}:{line}: {fault.problem}") from fault
    except (yaml.YAMLError, ValueError) as fault:
        # ValueError: what looks like a date and is none (2030-01-32).
        raise ConfigurationFault(f"{path}: {fault}") from fault
    try:
        return model.model_validate(data)
    except ValidationError as fault:
        lines = [
            f"{path}:{_line_of(node, error['loc'])}: {'.'.join(map(str, error['loc']))}: {error['msg']}"
            for error in fault.errors()
        ]
        raise ConfigurationFault("\n".join(lines)) from fault


def _line_of(node: Node | None, location: tuple[int | str, ...]) -> int:
    """The 1-based line of the deepest node that the location reaches."""
    line = node.start_mark.line + 1 if node is not None else 0
    for step in location:
        if isinstance(node, MappingNode):
            match = next(((key, value) for key, value in node.value if key.value == str(step)), None)
            if match is None:
                continue
            line, node = match[0].start_mark.line + 1, match[1]
        elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
    return line
