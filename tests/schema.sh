#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Validates each JSON output that tests/cases.sh kept, and those of this host, against the
# schema that we install.
set -u
srcdir=${srcdir:-.}
. "$srcdir/tests/tap.sh"
JSON_DIR=${JSON_DIR:-$PWD/tests/json}
schema=$srcdir/src/data/iommu-resv.schema.json
python=/usr/bin/python3
[ -x "$python" ] || python=python3

if ! "$python" -c 'import jsonschema' 2>/dev/null; then
	tap_skip "JSON outputs follow the schema" "python3-jsonschema is not installed"
	tap_done
	exit
fi
mkdir -p "$JSON_DIR"
for command in check "list --by device" explain; do
	# shellcheck disable=SC2086 # two words
	"$IOMMU_RESV" $command -J >"$JSON_DIR/this host.${command%% *}" 2>/dev/null
done
"$python" - "$schema" "$JSON_DIR" <<'PYTHON'
import glob
import json
import sys

import jsonschema

count = failed = 0


def tap(name, problems):
    global count, failed
    count += 1
    failed += bool(problems)
    print(f"{'not ok' if problems else 'ok'} {count} - {name}")
    for problem in problems[:10]:
        print("#", problem.replace("\n", "\n# ")[:600])


def no_duplicates(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError(f"a key twice in {keys}")
    return dict(pairs)


schema = json.load(open(sys.argv[1]))
validator_class = jsonschema.validators.validator_for(schema)
try:
    validator_class.check_schema(schema)
    tap("the schema is a schema", [])
except jsonschema.SchemaError as error:
    tap("the schema is a schema", [str(error)])
validator = validator_class(schema)

outputs = {}  # a case has several outputs; one line a case is enough
for path in sorted(glob.glob(sys.argv[2] + "/*")):
    outputs.setdefault(path.rsplit("/", 1)[1].rsplit(".", 1)[0], []).append(path)
tap("the cases print JSON", [] if outputs else ["no output was kept"])
for name, paths in outputs.items():
    problems = []
    for path in paths:
        text = open(path, "rb").read()
        if not text:
            continue  # refused before it began: the transcript shows why
        try:
            value = json.loads(text, object_pairs_hook=no_duplicates)
        except ValueError as error:
            problems.append(str(error))
            continue
        for error in validator.iter_errors(value):
            where = "/".join(str(part) for part in error.absolute_path)
            problems.append(f"{where}: {error.message[:300]}")
    tap(f"{name}: {len(paths)} JSON outputs follow the schema", problems)
print(f"1..{count}")
sys.exit(failed > 0)
PYTHON
