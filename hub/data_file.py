"""How is a YAML file of ours read, so that every fault names the file and the line?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from hub.errors import ConfigurationFault

Model = TypeVar("Model", bound=BaseModel)
Location = tuple[int | str, ...]
"""Keys and places in lists, from the top of a file down."""


class Strict(BaseModel):
    """Base of every configuration model: frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FaultWithin(ValueError):
    """What a validator of a whole model raises to say which part of it is at fault."""

    def __init__(self, within: Location, message: str) -> None:
        super().__init__(message)
        self.within = within


# libyaml's parser reads the same ten times as fast; PyYAML is built without it on some machines.
if TYPE_CHECKING:
    from yaml import SafeLoader as _SafeLoader
else:
    _SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _UniqueKeyLoader(_SafeLoader):
    """Plain YAML values, but a key given twice is an error instead of a silent overwrite."""


def _construct_mapping(loader: _UniqueKeyLoader, node: MappingNode, deep: bool = False) -> dict[object, object]:
    seen: set[object] = set()
    for key_node, _ in node.value:
        if not isinstance(key_node, ScalarNode):
            raise yaml.MarkedYAMLError(problem="a key must be one word", problem_mark=key_node.start_mark)
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            raise yaml.MarkedYAMLError(problem=f"the key {key!r} stands twice", problem_mark=key_node.start_mark)
        seen.add(key)
    return yaml.SafeLoader.construct_mapping(loader, node, deep=True)


def _construct_date(loader: _UniqueKeyLoader, node: ScalarNode) -> object:
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError as fault:
        raise yaml.MarkedYAMLError(problem=f"{node.value}: {fault}", problem_mark=node.start_mark) from fault


_UniqueKeyLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _construct_mapping)
_UniqueKeyLoader.add_constructor("tag:yaml.org,2002:timestamp", _construct_date)
# `yes`, `no`, `on`, `off` are words of our code tables, not booleans: only true and false are.
_UniqueKeyLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class _AsWritten(_UniqueKeyLoader):
    """Every plain value is the text that stands there: a day or a number too."""


_AsWritten.yaml_implicit_resolvers = {}


def load_model(path: Path, model: type[Model], *, as_written: bool = False) -> Model:
    """Read and check one YAML file; raises `ConfigurationFault` naming every fault with its line.

    as_written: days, numbers and other plain values are taken as their text.
    """
    node, data = _read(path, _AsWritten if as_written else _UniqueKeyLoader)
    try:
        return model.model_validate(data)
    except ValidationError as fault:
        lines = [_told(path, node, error) for error in _without_echoes(fault.errors())]
        raise ConfigurationFault("\n".join(lines)) from fault


def fault_at(path: Path, location: Location, message: str) -> ConfigurationFault:
    """What is wrong at a place of a file that was read before: for faults that only show beside other files."""
    node, _ = _read(path)
    return ConfigurationFault(f"{path}:{_line_of(node, location)}: {_dotted(location)}: {message}")


def _read(path: Path, of: type[_UniqueKeyLoader] = _UniqueKeyLoader) -> tuple[Node | None, object]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        loader = of(text)
        try:
            node = loader.get_single_node()
            return node, loader.construct_document(node) if node is not None else {}
        finally:
            loader.dispose()
    except OSError as fault:
        raise ConfigurationFault(f"{path}: {fault.strerror}") from fault
    except UnicodeDecodeError as fault:
        raise ConfigurationFault(f"{path}: the file is not in UTF-8") from fault
    except yaml.MarkedYAMLError as fault:
        line = fault.problem_mark.line + 1 if fault.problem_mark else 1
        raise ConfigurationFault(f"{path}:{line}: {fault.problem}") from fault
    except yaml.reader.ReaderError as fault:
        # libyaml counts bytes.
        line = text.encode()[: fault.position].count(b"\n") + 1
        raise ConfigurationFault(f"{path}:{line}: no text: {fault.reason}") from fault


def _told(path: Path, node: Node | None, error: ErrorDetails) -> str:
    cause = error.get("ctx", {}).get("error")
    location = error["loc"] + (cause.within if isinstance(cause, FaultWithin) else ())
    return f"{path}:{_line_of(node, location)}: {_dotted(location)}: {error['msg']}"


def _without_echoes(errors: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """Where a value may be a word or a mapping and is a faulty mapping, only the faults of the mapping are told."""
    places = [error["loc"] for error in errors]
    return [error for error in errors if not any(_echoes(error["loc"], place) for place in places)]


def _echoes(word: Location, place: Location) -> bool:
    """Whether `word` complains that a value is not the one word it may be, while `place` is a fault within the value."""
    tag = str(word[-1]) if word else ""
    within = len(place) > len(word) and place[: len(word) - 1] == word[:-1]
    return within and (tag == "str" or tag.startswith("literal["))


def _dotted(location: Location) -> str:
    return ".".join(map(str, location))


def _line_of(node: Node | None, location: Location) -> int:
    """The 1-based line of the deepest node that the location reaches."""
    line = node.start_mark.line + 1 if node is not None else 1
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
