#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Validates each JSON output that tests/cases.sh kept, and those of this host, against the
# schema that we install, and against a strict copy of it: no key and no word that it does
# not list. The schema itself must accept what a later minor version adds, and documents that
# earlier minor versions printed stay valid and keep their shape, see tests/schema/old.py.
set -u
srcdir=${srcdir:-.}
. "$srcdir/tests/tap.sh"
JSON_DIR=${JSON_DIR:-$PWD/tests/json}
schema=$srcdir/src/data/iommu-resv.schema.json

if ! tap_python || ! "$python" -c 'import jsonschema' 2>/dev/null; then
	tap_skip "JSON outputs follow the schema" "python3-jsonschema is not installed"
	tap_done
	exit
fi
mkdir -p "$JSON_DIR"
for command in check "list --by device" explain snapshot "show nosuch" "check --bogus"; do
	# shellcheck disable=SC2086 # two words
	"$IOMMU_RESV" $command -J >"$JSON_DIR/this host.${command%% *}.${#command}" 2>/dev/null
done
"$IOMMU_RESV" watch -J --timeout 0 >"$JSON_DIR/this host.watch" 2>/dev/null
for file in "$srcdir"/tests/firmware/{good,bad}/* "$srcdir"/src/data/examples/*.json; do
	case $file in
	*.json) "$IOMMU_RESV" --from "$file" check -J >"$JSON_DIR/examples.${file##*/}" ;;
	*) "$IOMMU_RESV" decode -J "$file" >"$JSON_DIR/firmware.${file##*/}" ;;
	esac 2>/dev/null
done
"$IOMMU_RESV" merge -J "$srcdir"/src/data/examples/*.json "$srcdir/README" \
	>"$JSON_DIR/examples.merge" 2>/dev/null
"$python" - "$schema" "$JSON_DIR" "$srcdir/tests/schema" <<'PYTHON'
import glob
import json
import os
import re
import sys
import tempfile

import jsonschema

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[3])
import old

# keys that tell the documents apart
KINDS = ("devices", "findings", "plan", "guest", "inquiries", "map", "fit", "tables", "topics", "error", "watched", "differences", "hosts")

count = failed = 0


def tap(name, problems, skip=None):
    global count, failed
    count += 1
    if skip:
        print(f"ok {count} - {name} # SKIP {skip}")
        return
    failed += bool(problems)
    print(f"{'not ok' if problems else 'ok'} {count} - {name}")
    for problem in problems[:10]:
        print("#", problem.replace("\n", "\n# ")[:600])


def no_duplicates(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError(f"a key twice in {keys}")
    return dict(pairs)


def strict(schema):
    """A copy that closes each object, and each list of words."""
    if isinstance(schema, list):
        return [strict(value) for value in schema]
    if not isinstance(schema, dict):
        return schema
    copy = {key: strict(value) for key, value in schema.items()}
    types = copy.get("type", [])
    if "object" in types and "properties" in copy:
        copy["additionalProperties"] = False
    if "examples" in copy:
        copy["enum"] = copy.pop("examples") + [None] * ("null" in types)
    return copy


def closed(schema, where="schema"):
    """Where an object takes no other keys."""
    if isinstance(schema, list):
        schema = dict(enumerate(schema))
    if not isinstance(schema, dict):
        return []
    found = [where] if schema.get("additionalProperties") is False else []
    for key, value in schema.items():
        found += closed(value, f"{where}/{key}")
    return found


def later(value):
    """What a later minor version may make of a document."""
    if isinstance(value, list):
        return [later(element) for element in value]
    if not isinstance(value, dict):
        return value
    copy = {key: later(element) for key, element in value.items()}
    copy["something_new"] = {"of": "a later version"}
    if "schema_version" in copy:
        copy["schema_version"] = [1, 99]
    return copy


def complaints(validator, value):
    for error in validator.iter_errors(value):
        where = "/".join(str(part) for part in error.absolute_path)
        yield f"{where}: {error.message[:300]}"


schema = json.load(open(sys.argv[1]))
validator_class = jsonschema.validators.validator_for(schema)
try:
    validator_class.check_schema(schema)
    tap("the schema is a schema", [])
except jsonschema.SchemaError as error:
    tap("the schema is a schema", [str(error)])
tap("the schema closes no object", closed(schema))
strict_validator = validator_class(strict(schema))
validator = validator_class(schema)

outputs = {}  # a case has several outputs; one line a case is enough
for path in sorted(glob.glob(sys.argv[2] + "/*")):
    outputs.setdefault(path.rsplit("/", 1)[1].split(".", 1)[0], []).append(path)
tap("the cases print JSON", [] if outputs else ["no output was kept"])
kinds = set()
seen = set()
causes = set()
for name, paths in outputs.items():
    problems = []
    for path in paths:
        text = open(path, "rb").read()
        if (key := hash(re.sub(rb'\n "source": [^\n]*', b"", text))) in seen:
            continue  # a tree and its snapshot give the same
        seen.add(key)
        try:
            value = json.loads(text, object_pairs_hook=no_duplicates)
        except ValueError as error:
            problems.append(f"{path}: {error}")
            continue
        problems += complaints(strict_validator, value)
        causes.add((value.get("absence") or {}).get("cause"))
        kind = value.get("schema"), *(key for key in KINDS if key in value)
        if kind not in kinds:  # of each kind one is enough
            kinds.add(kind)
            problems += complaints(validator, later(value))
            if not list(complaints(strict_validator, later(value))):
                problems.append("the strict copy takes what it does not know")
    tap(f"{name}: {len(paths)} JSON outputs follow the schema", problems)
missing = [key for key in KINDS if not any(key in kind for kind in kinds)]
words = schema["$defs"]["absence"]["properties"]["cause"]["examples"]
some = "only some cases were run" if os.environ.get("CASES") else None
tap("reports, findings, tables, topics, errors and snapshots are among them",
    missing if ("iommu-resv-snapshot",) in {kind[:1] for kind in kinds} else ["snapshots"], some)
tap("each cause of an absence is among them", [word for word in words if word not in causes], some)
tap("a value of another type is a loss",
    [] if old.lost({"a": [{"b": 1}]}, {"a": [{"b": "1"}]}) else ["none was seen"])
with tempfile.TemporaryDirectory() as folder:
    minors = list(old.examine(os.environ["IOMMU_RESV"], folder,
                              lambda value: complaints(strict_validator, value)))
for minor, problems in minors:
    tap(f"what {minor} printed is valid and is still printed in this shape", problems)
tap("documents of earlier minor versions are among them",
    [] if len(minors) >= 2 else ["there are fewer than two"])
print(f"1..{count}")
sys.exit(failed > 0)
PYTHON
