#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Lists that must agree: rules, their cases, the manual and `explain`; words of the output
# and `explain`; options, --help and the manual; columns and the manual.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
. "$srcdir/tests/tap.sh"
export LC_ALL=C TERM=dumb
manual=$srcdir/man/iommu-resv.8

# --- rules ------------------------------------------------------------------------------

ids=$(sed -n 's/^RULE(\(.*\))$/\1/p' "$srcdir/src/rules/rules.def" | tr _ -)
tap_some "rules.def lists rules" "$ids"

# the findings that check prints in some case, as text or as JSON
titles='^(NOTE|WARNING|ERROR|CRITICAL) '
printed=$({
	grep -hoE "${titles}[a-z0-9-]+|\"id\": *\"[a-z0-9-]+\"" "$srcdir"/tests/cases/*/transcript | tr -d '"'
	grep -hE "$titles" "$srcdir"/tests/cases/*/transcript | sed 's/ ([0-9]*)$//'
} | grep -oE '[a-z0-9-]+$' | sort -u)
defined='' fired='' described='' explained=''
for id in $ids; do
	grep -qF ".id = \"$id\"" "$srcdir"/src/rules/*.c || defined+="$id "
	grep -qxF "$id" <<<"$printed" || fired+="$id "
	grep -qE "^\.It (.* )?$id( |$)" "$manual" || described+="$id "
	text=$("$IOMMU_RESV" explain "$id" 2>&1) && [ "$(wc -l <<<"$text")" -ge 4 ] &&
		grep -qF "$id" <<<"$text" || explained+="$id "
done
tap_empty "each rule has the id of its name" "$defined"
tap_empty "each rule is found in a case" "$fired"
tap_empty "each rule is in the manual" "$described"
tap_empty "each rule is explained" "$explained"

# --- words of the output ----------------------------------------------------------------

src=$srcdir/src
folded() { tr 'A-Z_ ' 'a-z--' | sort -u; }
known=$("$IOMMU_RESV" explain | sed -n 's/^  \([^ ]*\) .*/\1/p' | folded)

# what stands in the tables of enums, those of functions called ..._name
names() {
	awk '/^static const char \*const / || /^(static )?const char \*[a-z_]*_name\(/ { inside = 1 }
		/qemu_sayings/ { inside = 0 } # only snapshots have them
		inside { print }
		/^}/ { inside = 0 }' "$src/model/names.c" "$src"/analyze/*.c "$src/kernel/behaviours.c" |
		grep -oE '\] = *"[^"]*"' | sed 's/^.*= *"//; s/"$//; s/, */\n/g'
	sed -n 's/^SOURCE([A-Z_]*, "\([^"]*\)".*/\1/p' "$src/model/sources.def"
	sed -n 's/.*"\(DMAR\|IVRS\|IORT\|VIOT\)".*/\1/p' "$src"/firmware/*.c "$src"/analyze/table-*.c
	grep -ohE '\[DMAR_[A-Z]*\] = "[A-Z]*"' "$src/analyze/table-dmar.c" | sed 's/.*"\(.*\)"/\1/'
}
# the errnos that are predicted or told, and the calls that they come from
errnos() { grep -ohE '\bE[A-Z]{3,}\b' "$src/kernel/behaviours.def" "$src"/analyze/*.c "$src"/rules/*.c | grep -vx 'ECAM'; }
calls() {
	grep -ohE '\bVFIO_(GROUP|SET|IOMMU_MAP|DEVICE_(BIND|ATTACH|SET_IRQS))[A-Z_]*\b' "$src/kernel/behaviours.def" "$src"/analyze/*.c
	sed -n 's/^.*\.call = "\([^"]*\)".*/\1/p' "$src/kernel/behaviours.def"
}
# what put_field prints at the left of a line, and the labels of other places
labels() {
	cat "$src"/render/*.c | tr '\n' ' ' |
		grep -oE 'put_field\([a-z]+, [a-z]+, *[a-z0-9]+, *[^,]*,' | grep -oE '"[A-Za-z][^"]*"' | tr -d '"'
	printf '%s\n' Now Fix
}
# `explain kernel` is a command of its own; "?" is the word of what has none
unknown_words() { comm -23 <("$1" | folded) <(printf 'kernel\n?\n%s\n' "$known" | sort); }

tap_some "explain lists words" "$known"
for kind in names errnos calls labels; do
	tap_some "there are $kind" "$("$kind")"
	tap_empty "explain knows all $kind (src/cmd/words.def)" "$(unknown_words "$kind")"
done
referred() { grep -oE '\.see = *"[^"]*"' "$src/cmd/words.def" | cut -d'"' -f2 | tr ' ' '\n'; }
tap_empty "explain knows what it refers to" "$(unknown_words referred)"
tap_empty "the title of each word fits its line" \
	"$("$IOMMU_RESV" explain | sed '1,/^$/d; /^Behaviours/,$d' | grep '\.\.\.$')"
tap_empty "each word has one row" \
	"$(sed -n 's/^WORD([A-Z]*, "\([^"]*\)".*/\1/p' "$src/cmd/words.def" | tr 'A-Z_ ' 'a-z--' | sort | uniq -d)"

# --- options ----------------------------------------------------------------------------

options=$(sed -n 's/^\t{ \.name = "\([a-z-]*\)".*/\1/p' "$srcdir/src/cmd/options-table.c")
tap_some "options-table.c lists options" "$options"

help=$("$IOMMU_RESV" --help)
in_help='' in_manual='' letters=''
for option in $options; do
	grep -qE -- "--$option( |$)" <<<"$help" || in_help+="--$option "
	# mdoc writes a long option as Fl Fl name
	grep -qE "^\.It Fl (. , )?(. Fl )?(Fl )?.*Fl -?$option( |$)|^\.It .*Fl Fl $option( |$)" "$manual" ||
		in_manual+="--$option "
	letter=$(sed -n "s/.*\.name = \"$option\", \.letter = '\(.\)'.*/\1/p" "$srcdir/src/cmd/options-table.c")
	[ -z "$letter" ] || grep -qE "^\.It (.* )?Fl $letter( |$)" "$manual" || letters+="-$letter "
done
tap_empty "each option is in --help" "$in_help"
tap_empty "each option is in the manual" "$in_manual"
tap_empty "each short option is in the manual" "$letters"

extra=
for option in $(grep -E '^\.It .*Fl' "$manual" | grep -oE 'Fl (Fl |-)[a-z-]+' | sed 's/.*[ -]\{1\}-*\([a-z]\)/\1/'); do
	grep -qE -- "--[a-z-]*$option( |$)" <<<"$help" || extra+="$option "
done
tap_empty "the manual lists no option that does not exist" "$extra"

commands=$(sed -n 's/^COMMAND(\(.*\))$/\1/p' "$srcdir/src/cmd/commands.def" | tr _ -)
missing='' failing=''
for command in $commands; do
	grep -qE "^  $command " <<<"$help" || missing+="$command (--help) "
	grep -qE "^\.(It|Ss|Nm|Ic|Cm) (.* )?$command( |$)" "$manual" || missing+="$command (manual) "
	"$IOMMU_RESV" "$command" --help >/dev/null 2>&1 || failing+="$command "
done
tap_empty "each command is in --help and in the manual" "$missing"
tap_empty "each command knows --help" "$failing"

# --- columns ----------------------------------------------------------------------------

columns=$("$IOMMU_RESV" list --list-columns | awk '{ print $1 }')
tap_some "there are columns" "$columns"
missing=
for column in $columns; do
	grep -qE "^\.It (.* )?$column( |$)" "$manual" || missing+="$column "
done
tap_empty "each column is in the manual" "$missing"

tap_done
