#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What scripts may rely on (iommu-resv(8), STABILITY): each line of the lists in tests/stable is
# still there. UPDATE=1 adds what is new, as a release does; nothing takes a line away.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
. "$srcdir/tests/tap.sh"
export LC_ALL=C TERM=dumb
examples=$srcdir/src/data/examples

commands() { sed -n 's/^COMMAND(\(.*\))$/\1/p' "$srcdir/src/cmd/commands.def"; }

# --- the lists of today, a line for each promise -------------------------------------------

now_commands() { commands; }
now_rules() { sed -n 's/^RULE(\(.*\))$/\1/p' "$srcdir/src/rules/rules.def" | tr _ -; }
now_columns() {
	local command
	for command in list merge; do
		"$IOMMU_RESV" $command --list-columns | awk -v c=$command 'NF && $1 ~ /^[A-Z]/ { print c, $1 }'
	done
}
# "check --fail-on SEVERITY": each long option and letter, with its argument if it takes one
now_options() {
	local command
	for command in $(commands); do
		"$IOMMU_RESV" "$command" --help | sed -n '/^Options:/,/^$/p' |
			sed -nE "s/^ +((-.), )?(--[a-z-]+)( ([A-Z|]+))? .*/$command \3 \5\n$command \2 \5/p"
	done | grep -E -- ' -' | sed 's/ $//'
	sed -n '/^Global options:/,/^$/p' <("$IOMMU_RESV" --help) |
		sed -nE 's/^ +((-.), )?(--[a-z-]+)( ([A-Z|]+))? .*/global \3 \5\nglobal \2 \5/p' |
		grep -E -- ' -' | sed 's/ $//'
}
now_words() { # those that options take
	local option word
	for option in format fail-on color by via; do
		for word in $("$IOMMU_RESV" check --$option '?' 2>&1 | sed -n 's/.*there are: //p' | tr -d ,); do
			echo "--$option $word"
		done
	done
}
now_metrics() {
	"$IOMMU_RESV" --from "$examples/server-rmrr.json" check --format prometheus |
		sed -n 's/^\(iommu_resv_[a-z_]*\)[ {].*/&/p' | sed 's/="[^"]*"//g; s/ [0-9]*$//'
}
now_performance() {
	"$IOMMU_RESV" --from "$examples/server-rmrr.json" check --format nagios -q |
		sed 's/.*|//' | tr ' ' '\n' | sed -n 's/=.*//p'
}
now_json() { # the major version of the schema, and the members of a finding
	"$IOMMU_RESV" explain -J direct | sed -n 's/.*"schema_version": \[ \([0-9]*\),.*/major \1/p'
	sed -n '/^\t\t"finding": {/,/^\t\t}/p' "$srcdir/src/data/iommu-resv.schema.json" |
		sed -n 's/^\t\t\t\t"\([a-z_]*\)": {.*/finding \1/p'
}
now_severities() { "$IOMMU_RESV" check --fail-on '?' 2>&1 | sed 's/.*: //' | tr -d , | tr ' ' '\n' | grep -v never; }
now_exit_status() {
	local host option
	for host in laptop desktop-am5 server-rmrr no-such-file; do
		for option in warning error; do
			"$IOMMU_RESV" --from "$examples/$host.json" check --fail-on $option >/dev/null 2>&1
			echo "$? of check --fail-on $option of $host"
		done
	done
}

# --- held against what was promised --------------------------------------------------------

gone() { comm -23 <(sort -u "$1") <(sort -u); }
tap_some "what is gone is seen" "$(gone <(printf '%s\n' one two) <<<one)"
for list in commands rules columns options words metrics performance json severities exit_status; do
	promised=$srcdir/tests/stable/$list
	now=$("now_$list" | sort -u)
	if [ -n "${UPDATE-}" ]; then
		{ cat "$promised" 2>/dev/null; echo "$now"; } | sort -u >"$promised.new" && mv "$promised.new" "$promised"
	fi
	tap_some "$list were promised" "$(cat "$promised")"
	tap_empty "$list: what was promised is still there" "$(gone "$promised" <<<"$now")"
done

manual() { sed -n '/^\.Sh MONITORING/,/^\.Sh /p' "$srcdir/man/iommu-resv.8"; }
tap_empty "the manual names each metric" "$(
	for name in $(now_metrics | sed 's/^iommu_resv_//; s/{.*//' | sort -u); do
		grep -qE "^\.It Ql (.* )?$name( |$)" <(manual) || echo "$name"
	done)"
tap_done
