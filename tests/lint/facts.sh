#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The schema of snapshots says what the rows of src/model/facts.def say: each key, its type,
# its words, and whether it may be null; see facts.py. UPDATE=1 adds what the schema lacks.
# And each member of the whole schema says what it is, see schema.py.
set -u
srcdir=${srcdir:-.}
. "$srcdir/tests/tap.sh"
if ! tap_python; then
	tap_skip "facts and the schema" "python3 is not installed"
	tap_done
	exit
fi
said=$("$python" "$srcdir/tests/lint/facts.py" "$srcdir" ${UPDATE:+write} 2>&1)
tap_some "facts.def has rows" "$(grep -xE '[0-9]{3,} rows' <<<"$said")"
tap_empty "the schema of snapshots is that of the rows" "$(grep -vxE '[0-9]+ rows' <<<"$said")"
said=$("$python" "$srcdir/tests/lint/schema.py" "$srcdir/src/data/iommu-resv.schema.json" 2>&1)
tap_some "the schema has members" "$(grep -xE '[0-9]{3,} members' <<<"$said")"
tap_empty "each member of the schema is described" "$(grep -vxE '[0-9]+ members' <<<"$said")"
tap_done
