#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What kernels do stands in one table, and nobody else compares versions.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
. "$srcdir/tests/tap.sh"
export LC_ALL=C TERM=dumb
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
	grep -rqE "BEHAVIOUR_$name\b" "$srcdir"/src --include='*.c' || unasked+="$name "
	"$IOMMU_RESV" explain "$id" >/dev/null 2>&1 || unexplained+="$id "
done
tap_empty "each row has the id of its name" "$misnamed"
tap_empty "each row says what it does, where, and how that is known" "$incomplete"
tap_empty "each row is asked by somebody" "$unasked"
tap_empty "each row is explained" "$unexplained"

if tap_python; then
	said=$("$python" "$srcdir/tests/lint/behaviours.py" "$srcdir" ${UPDATE:+write} 2>&1)
	tap_empty "the manual's list is that of the rows" "$(grep -vxE '[0-9]+ rows' <<<"$said")"
else
	tap_skip "the manual's list is that of the rows" "python3 is not installed"
fi
tap_done
