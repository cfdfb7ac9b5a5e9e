"""Plain data becomes a model; whatever does not fit becomes faults with line, near-miss and mend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError

from policy_engine.errors import Fault, PolicyEngineError
from policy_engine.proposals.records import parts_of, provision_types
from policy_engine.rules.resolve import near
from policy_engine.source import Document, Path
from policy_engine.source.limits import MOST_FAULTS

Model = TypeVar("Model", bound=BaseModel)
_EXPECTED = {
    "bool_type": "true or false",
    "float_type": "a number",
    "string_type": "text",
    "date_type": "a date (YYYY-MM-DD, not quoted)",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}


def validated(model: type[Model], document: Document, error: type[PolicyEngineError]) -> Model:
    """Return the model, or raise `error` with one fault for each thing that is wrong."""
    try:
        return model.model_validate(document.data)
    except ValidationError as found:
        raise error(faults_of(model, document, found.errors(include_url=False))) from None


def faults_of(model: type[BaseModel], document: Document, errors: Iterable[Mapping[str, Any]]) -> list[Fault]:
    """Turn pydantic's errors into faults, one for each place; of a flood, those that stand first."""
    by_path: dict[Path, list[Mapping[str, Any]]] = {}
    for error in errors:
        by_path.setdefault(_data_path(document.data, error), []).append(error)
    parents = {path[:length] for path in by_path for length in range(len(path))}
    told = [path for path, found in by_path.items() if path not in parents or not _echoes(found)]
    told.sort(key=lambda path: _place(document, path, by_path[path]))
    faults = []
    for path in told[:MOST_FAULTS]:
        found = by_path[path]
        message, hint = _words(model, path, found)
        line, column = _place(document, path, found)
        faults.append(Fault(message, document.file, line, column, hint))
    return faults


def _echoes(errors: Iterable[Mapping[str, Any]]) -> bool:
    """Say whether errors about a whole only repeat those about its parts."""
    return all(error["type"] in {"too_short", "literal_error"} for error in errors)


def _place(document: Document, path: Path, errors: list[Mapping[str, Any]]) -> tuple[int, int]:
    extra = errors[0]["type"] == "extra_forbidden"
    at = document.key_position(path) if extra else document.position(path)
    return at.line, at.column


def _data_path(data: Any, error: Mapping[str, Any]) -> Path:
    """Return where the error lies in the data: pydantic also names the members of unions on the way."""
    path: list[str | int] = []
    steps = error["loc"]
    for position, step in enumerate(steps):
        inside = (isinstance(data, dict) and step in data) or (
            isinstance(data, list) and isinstance(step, int) and step < len(data)
        )
        if inside:
            data = data[step]
            path.append(step)
        elif error["type"] == "missing" and position == len(steps) - 1:
            path.append(step)
    return tuple(path)


def _words(model: type[BaseModel], path: Path, errors: list[Mapping[str, Any]]) -> tuple[str, str]:
    """Return message and hint for the errors at one place."""
    kinds = {error["type"]: error for error in errors}
    name = f"`{_short(path[-1])}`" if path and isinstance(path[-1], str) else "this value"
    first = errors[0]
    if "missing" in kinds:
        return f"{name} is missing", "add it; `policy-engine new` shows the whole shape"
    if "extra_forbidden" in kinds:
        return f"{name} is not a field here", near(str(path[-1]), fields_along(model, first["loc"][:-1]), "fields")
    if "union_tag_not_found" in kinds:
        return "the provision has no `type`", near("", provision_types(), "types")
    if "union_tag_invalid" in kinds:
        tag = first["input"].get("type")
        if not isinstance(tag, str):
            return f"`type` takes one word, found {_found(tag)}", near("", provision_types(), "types")
        return f"`{_short(tag)}` is not a provision type", near(tag, provision_types(), "types")
    return _value_words(name, errors, kinds)


def _value_words(name: str, errors: list[Mapping[str, Any]], kinds: Mapping[str, Mapping[str, Any]]) -> tuple[str, str]:
    given = errors[0]["input"]
    words = [word for error in errors if error["type"] == "literal_error" for word in _expected_words(error)]
    expected = [_EXPECTED[kind] for kind in kinds if kind in _EXPECTED]
    silences = {"not_addressed", "contested"} & set(words)
    choices = [word for word in words if word not in silences]
    if isinstance(given, str) and words:
        if expected and not choices:
            mend = _mend_number(given) if "a number" in expected else near(given, words)
            return f"{name} takes {expected[0]}, found the text `{_short(given)}`", mend or near(given, words)
        return f"`{_short(given)}` is not a value of {name}", near(given, words, "values")
    if expected:
        mend = _mend_number(given) if "a number" in expected and isinstance(given, str) else ""
        return f"{name} takes {expected[0]}, found {_found(given)}", mend
    if choices:
        return f"{name} takes one word, found {_found(given)}", near("", words, "values")
    message = str(errors[0]["msg"]).removeprefix("Value error, ")
    return f"{name}: {message[:1].lower()}{message[1:]}", ""


def _expected_words(error: Mapping[str, Any]) -> list[str]:
    return [word.strip().strip("'") for word in str(error["ctx"]["expected"]).replace(" or ", ", ").split(", ")]


def _mend_number(given: str) -> str:
    digits = given.strip().rstrip("%").strip().replace(",", "")
    if not digits.replace(".", "", 1).isdigit():
        return ""
    return f"write {digits} without quotes or signs; the unit is in the field's name"


def _found(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"the text `{_short(value)}`"
    if isinstance(value, (dict, list)):
        return "a mapping" if isinstance(value, dict) else "a list"
    return str(value)


def _short(text: str) -> str:
    text = text.replace("\n", "\\n")
    return text if len(text) <= 60 else text[:57] + "..."


def fields_along(model: type[BaseModel], steps: Iterable[str | int]) -> tuple[str, ...]:
    """Return the field names of the model that lies at the end of pydantic's path."""
    current: Any = model
    for step in steps:
        if isinstance(step, str) and step in provision_types():
            current = provision_types()[step]
        elif isinstance(current, type) and issubclass(current, BaseModel):
            by_alias = {info.alias or name: info for name, info in current.model_fields.items()}
            if step not in by_alias:
                continue
            current = _element(by_alias[str(step)].annotation)
    if isinstance(current, type) and issubclass(current, BaseModel):
        return tuple(info.alias or name for name, info in current.model_fields.items())
    return ()


def _element(annotation: Any) -> Any:
    """Return the model inside an optional, annotated or tuple type; of a union, the first model."""
    for part in parts_of(annotation):
        if get_origin(part) is tuple:
            return _element(get_args(part)[0])
        if get_origin(part) is dict:
            return _element(get_args(part)[1])
        if isinstance(part, type) and issubclass(part, BaseModel):
            return part
    return annotation
