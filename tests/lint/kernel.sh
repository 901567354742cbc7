#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What kernels do stands in one table, and nobody else compares versions.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
. "$srcdir/tests/tap.sh"
export LC_ALL=C TERM=dumb
IOMMU_RESV=${IOMMU_RESV:-$srcdir/.build/gcc/iommu-resv}
table=$srcdir/src/kernel/behaviours.def

# A release may be printed anywhere; whoever compares its numbers should ask the table.
number='\b(r|k|kernel|release|version)(\.|->)(major|minor|patch|build)\b'
found=$(grep -rnE "${number}[[:space:]]*([<>]|[!=]=)|([<>]|[!=]=)[[:space:]]*$number|kernel_at_least|str(n|case)?cmp\([^)]*release" \
	"$srcdir"/src --include='*.c' --include='*.h' | grep -vE "^$srcdir/src/(kernel|model/snapshot-load.c)")
tap_empty "no version is compared outside src/kernel" "${found#"$srcdir"/}"

names=$(sed -n 's/^BEHAVIOUR(\([A-Z0-9_]*\),$/\1/p' "$table")
tap_some "behaviours.def has rows" "$names"
tap_empty "every row begins in the first column" "$(grep -nE '[^^]BEHAVIOUR\(' "$table")"

unasked='' misnamed='' incomplete='' unexplained=''
for name in $names; do
	id=$(tr 'A-Z_' 'a-z-' <<<"$name")
	row=$(awk -v start="BEHAVIOUR($name," '$0 == start { on = 1 } on { print } on && /\)$/ { exit }' "$table")
	grep -qF ".id = \"$id\"" <<<"$row" || misnamed+="$name "
	for member in does source basis; do
		grep -qE "\.$member = " <<<"$row" || incomplete+="$name (no $member) "
	done
	grep -rqE "BEHAVIOUR_$name\b|record_behaviour\([^,]*, \"$id\"\)" "$srcdir"/src \
		--include='*.c' || unasked+="$name "
	"$IOMMU_RESV" explain "$id" >/dev/null 2>&1 || unexplained+="$id "
done
tap_empty "each row has the id of its name" "$misnamed"
tap_empty "each row says what it does, where, and how that is known" "$incomplete"
tap_empty "each row is asked by somebody" "$unasked"
tap_empty "each row is explained" "$unexplained"

# What a table's parser names by its id, and what a rule's findings rest on.
unknown=''
for id in $(grep -rhoE 'record_behaviour\([^,]*, "[a-z0-9-]+"' "$srcdir"/src/firmware | sed 's/.*"\(.*\)"/\1/'); do
	grep -qF ".id = \"$id\"" "$table" || unknown+="$id "
done
tap_empty "parsers name rows that there are" "$unknown"
unlisted=''
for file in "$srcdir"/src/rules/*.c; do
	grep -q '^const struct rule ' "$file" || continue # what rules share
	listed=$(tr -d '\n' <"$file" | grep -oE 'RESTS_ON\([^)]*\)')
	for name in $(grep -oE 'BEHAVIOUR_[A-Z0-9_]+' "$file" | sort -u); do
		grep -qE "$name\b" <<<"$listed" || [ "${file##*/}" = rules.c ] ||
			unlisted+="${file##*/} asks $name "
	done
done
tap_empty "a rule lists the rows that it asks" "$unlisted"

# Dates stand in the table and nowhere else: texts name a row, or are made from it.
found=$(grep -rnE '"[^"]*\b[4-7]\.[0-9]+\b[^"]*"' "$srcdir"/src --include='*.c' |
	grep -vE "^$srcdir/src/kernel/|:[0-9]+:[[:space:]]*(/\*|\*)")
tap_empty "no text names a version of Linux" "${found#"$srcdir"/}"

if tap_python; then
	said=$("$python" "$srcdir/tests/lint/behaviours.py" "$srcdir" "$IOMMU_RESV" 2>&1)
	tap_empty "the program says the same of each row" "$(grep -vxE '[0-9]+ rows' <<<"$said")"
	said=$("$python" "$srcdir/tests/lint/behaviours.py" "$srcdir" ${UPDATE:+write} 2>&1)
	tap_empty "the manual's list is that of the rows" "$(grep -vxE '[0-9]+ rows' <<<"$said")"
else
	tap_skip "the manual's list is that of the rows" "python3 is not installed"
fi
tap_done
