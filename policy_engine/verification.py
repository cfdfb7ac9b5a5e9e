"""Says whether a JSON report is true: digests and outcomes are computed anew from the files, and compared."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from policy_engine.assessment import Assessor, EngineChoice
from policy_engine.batch import assess_one
from policy_engine.configuration import thresholds_from
from policy_engine.errors import Fault, PolicyEngineError, SourceError
from policy_engine.gate.judging import gate_input, judge_gate
from policy_engine.loading import LoadedLens, LoadedProposal
from policy_engine.patchwork.model import Instrument
from policy_engine.patchwork.obligations import instrument_of
from policy_engine.proofs.checking import check, read_proof
from policy_engine.reports.json_report import SCHEMA, plain
from policy_engine.results import Assessment

LARGEST_REPORT: Final = 512 * 1024 * 1024
MOST_DIFFERENCES: Final = 20
_LONGEST: Final = 80
Around: TypeAlias = Mapping[str, LoadedProposal]
"""The laws around the texts, by file."""


@dataclass(frozen=True, slots=True)
class ReadReport:
    """A report, or a proof, as it was read."""

    content: Mapping[str, Any]
    is_proof: bool


@dataclass(frozen=True, slots=True)
class Verification:
    """What was computed anew, in words, and everything that is not true; `possible`: it could be verified at all."""

    scope: str
    differences: tuple[str, ...]
    possible: bool = True


def read_report(file: str) -> ReadReport:
    """Read a report in JSON or JSON Lines, or a proof; raises SourceError where it is none."""
    try:
        with Path(file).open("rb") as stream:
            raw = stream.read(LARGEST_REPORT + 1)
        if len(raw) > LARGEST_REPORT:
            raise SourceError(Fault(f"the report is larger than {LARGEST_REPORT:,} bytes", file))
        text = raw.decode("utf-8")
        proof = read_proof(text, file)
        return ReadReport(proof, is_proof=True) if proof else ReadReport(_document(text, file), is_proof=False)
    except OSError as error:
        raise SourceError(Fault(f"the report cannot be read: {error.strerror}", file)) from error
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        hint = "give a file written with --format json or jsonl"
        raise SourceError(Fault("this is no report of policy-engine", file, hint=hint)) from error


def _document(text: str, file: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError:
        if not text.strip():
            raise
        document = {"schema": SCHEMA, "context": [], "assessments": [], "failures": [], "gate": None}
        for line in text.splitlines():
            row = json.loads(line)
            document["schema"], kind = row.pop("schema"), row.pop("kind")
            if kind == "gate":
                document["gate"] = row
            elif kind == "context":
                document["context"] = row["laws"]
            else:
                document[f"{kind}s"].append(row)
    if document["schema"] != SCHEMA:
        raise SourceError(Fault(f"the report has the schema `{document['schema']}`", file, hint=f"known: {SCHEMA}"))
    document.setdefault("context", [])
    for part in (*document["assessments"], *document["failures"], *document["context"]):
        if not isinstance(part, dict):
            raise TypeError("an assessment, a fault or a law is not an object")
    return {key: document[key] for key in ("assessments", "failures", "gate", "context")}


def lens_of(read: ReadReport) -> str:
    """Return the id of the lens that a report or a proof names, or an empty string where it names none."""
    parts = [read.content] if read.is_proof else read.content["assessments"]
    return min({str(_at(part, "lens", "id") or "") for part in parts}, default="")


def replayed(read: ReadReport, lens: LoadedLens) -> Verification:
    """Replay a proof with the checker, which uses neither evaluator."""
    try:
        differences = check(read.content, lens)
        count = len(read.content["proofs"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return Verification("the proof cannot be read", (f"the proof does not have the shape of one: {error!r}",))
    return Verification(f"{count} derivation(s) replayed", differences)


def verify(
    read: ReadReport,
    lens: LoadedLens,
    engine: EngineChoice = "auto",
    around: Mapping[str, LoadedProposal] | None = None,
) -> Verification:
    """Compute everything anew and return what differs; which evaluator ran is no difference, they always agree.

    Raises SourceError where the laws around the texts are not those of the report.
    """
    report = read.content
    if report["context"] and around is None:
        return _without_laws(report["context"])
    laws = _laws_of(report["context"], around or {}) if report["context"] or around is not None else None
    differences: list[str] = []
    assessments: list[Assessment] = []
    faults: list[Fault] = []
    with Assessor(lens, engine) as assessor:
        for reported in report["assessments"]:
            file = str(_at(reported, "proposal", "file"))
            result = assess_one(assessor, file, laws)
            if result.assessment is None:
                differences.append(f"{file}: the report has an assessment, the file is at fault: {result.faults[0]}")
                continue
            assessments.append(result.assessment)
            differences += _assessment_differences(file, reported, _json(result.assessment))
        for file in dict.fromkeys(str(fault.get("file", "")) for fault in report["failures"]):
            anew = assess_one(assessor, file, laws).faults if file else ()
            faults += anew
            differences += _fault_differences(file, report["failures"], anew)
    gate = report["gate"]
    if gate is not None:
        differences += _gate_differences(gate, assessments, faults)
    if not report["assessments"] and not report["failures"]:
        differences.append("the report holds nothing that could be true")
    parts = [f"{len(report['assessments'])} assessment(s)", f"{len(report['failures'])} fault(s)"]
    parts += ["the gate"] if gate is not None else []
    among = f" among {len(laws)} law(s)" if laws else ""
    return Verification(f"{', '.join(parts)} computed anew{among}", tuple(differences))


def _without_laws(reported: Sequence[Mapping[str, Any]]) -> Verification:
    ids = ", ".join(str(law.get("id")) for law in reported)
    said = f"it was made among other laws; give them with --context to have it computed anew: {ids}"
    return Verification("nothing computed anew", (said,), possible=False)


def _laws_of(reported: Sequence[Mapping[str, Any]], around: Around) -> tuple[Instrument, ...]:
    """Return the laws that a report was made among, in its order; others that lie beside them are left out."""
    by_digest = {law.document.digest: law for law in around.values()}
    by_id = {law.proposal.id: file for file, law in around.items()}
    faults = []
    for law in reported:
        name, digest = str(law.get("id")), str(law.get("digest"))
        if digest in by_digest:
            continue
        if name in by_id:
            now = around[by_id[name]].document.digest
            said = f"`{name}` changed after the report was made: SHA-256 {digest[:12]} then, {now[:12]} now"
            faults.append(Fault(said, by_id[name], hint="give the file as it was then"))
        else:
            faults.append(Fault(f"the report was made among `{name}`, which --context does not give"))
    if not reported:
        faults.append(Fault("the report was made without other laws around its texts", hint="leave out --context"))
    if faults:
        raise SourceError(faults)
    return tuple(instrument_of(by_digest[str(law["digest"])]) for law in reported)


def _assessment_differences(file: str, reported: Any, anew: Any) -> Iterator[str]:
    then, now = _at(reported, "digests"), anew["digests"]
    stale = [name for name in ("proposal", "rules", "lens") if _at(then, name) != now[name]]
    if stale:
        what = {"proposal": "the file", "rules": "the rules", "lens": "the lens"}
        yield f"{file}: {' and '.join(what[name] for name in stale)} changed after the report was made"
    skipped = {"digests"}
    found = list(_differences("", {k: v for k, v in reported.items() if k not in skipped}, _without(anew, skipped)))
    yield from (f"{file}: {text}" for text in found[:MOST_DIFFERENCES])
    if len(found) > MOST_DIFFERENCES:
        yield f"{file}: and {len(found) - MOST_DIFFERENCES} more"


def _fault_differences(file: str, reported: Sequence[Mapping[str, Any]], anew: Sequence[Fault]) -> Iterator[str]:
    if [fault for fault in reported if fault.get("file") == file] != [_json(fault) for fault in anew]:
        yield f"{file}: the faults are not those that the report tells"


def _gate_differences(gate: Any, assessments: Sequence[Assessment], faults: Sequence[Fault]) -> Iterator[str]:
    try:
        as_of = datetime.date.fromisoformat(gate["as_of"]) if gate["as_of"] else None
        thresholds = thresholds_from({"mode": gate["mode"], **gate["thresholds"]})
        files = gate["files"]
        given = gate_input(thresholds, waivers=files.get("waivers"), as_of=as_of, baseline=files.get("baseline"))
        anew = _json(judge_gate(given, assessments, faults))
    except PolicyEngineError as error:
        yield f"gate: it cannot be judged anew: {error.faults[0]}"
    except (KeyError, TypeError, ValueError, AttributeError):
        yield "gate: the report does not hold what it was judged from"
    else:
        yield from (f"gate: {text}" for text in list(_differences("", gate, anew))[:MOST_DIFFERENCES])


def _differences(path: str, reported: Any, anew: Any) -> Iterator[str]:
    """Yield each place where two JSON values differ."""
    if isinstance(reported, dict) and isinstance(anew, dict):
        for key in dict.fromkeys((*anew, *reported)):
            inner = f"{path}.{key}" if path else str(key)
            if key not in anew:
                yield f"{inner} is not in a true report"
            elif key not in reported:
                yield f"{inner} is missing"
            else:
                yield from _differences(inner, reported[key], anew[key])
    elif isinstance(reported, list) and isinstance(anew, list) and len(reported) == len(anew):
        for index, (then, now) in enumerate(zip(reported, anew, strict=True)):
            yield from _differences(f"{path}[{_name(now, index)}]", then, now)
    elif reported != anew or type(reported) is not type(anew):
        yield f"{path}: the report says {_short(reported)}, computed anew it is {_short(anew)}"


def _name(item: Any, index: int) -> str:
    return str(item.get("criterion") or item.get("id") or index) if isinstance(item, dict) else str(index)


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _json(result: Any) -> Any:
    return json.loads(json.dumps(plain(result)))


def _without(data: Mapping[str, Any], keys: set[str]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key not in keys}


def _at(data: Any, *keys: str) -> Any:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data
