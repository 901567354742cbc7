#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs each tests/cases/NAME twice, from its tree and from a snapshot of it, and compares
# what the commands of its transcript print with the transcript:
#
#   $ $iommu-resv check            any shell command; output and errors follow
#   $ sysroot-only: $iommu-resv …  run for the tree, not for the snapshot
#   [2]                            exit status, when it is not 0
#
# Each guest*/ of a case is a host of its own; GUEST.json is a snapshot of it.
# Where a transcript asks for --msi, so do the snapshot and the comparison of all JSON.
#
# UPDATE=1 writes the transcripts anew. CASES="a b" runs these only. JSON that a command
# prints is kept below $JSON_DIR for tests/schema.sh.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
. "$srcdir/tests/tap.sh"
export LC_ALL=C TERM=dumb
unset NO_COLOR CLICOLOR CLICOLOR_FORCE
JSON_DIR=${JSON_DIR:-$PWD/tests/json}
rm -rf "$JSON_DIR" && mkdir -p "$JSON_DIR"
tmp=$(mktemp -d) && chmod 755 "$tmp"
trap 'chmod -R u+rwX "$tmp"; rm -rf "$tmp"' EXIT # then copies for the unprivileged user
cp "$IOMMU_RESV" "$tmp/iommu-resv" && cp "$srcdir/tests/pci.ids" "$tmp/pci.ids" || exit 1
chmod 755 "$tmp/iommu-resv" && chmod 644 "$tmp/pci.ids"
cd "$tmp" || exit 1

iommu_resv() { # the program on the host of the case, in the form under test
	local json
	case " $* " in
	*" snapshot -o "*) ;; # JSON only where it cannot write
	*" -J "* | *" --json "* | *" --format json "* | *" --format=json "*)
		json=$(mktemp "$JSON_DIR/$name.$form.XXXXXX")
		$as_user ./iommu-resv "${input[@]}" --pci-ids pci.ids "$@" >"$json"
		local status=$?
		cat "$json"
		return $status
		;;
	esac
	$as_user ./iommu-resv "${input[@]}" --pci-ids pci.ids "$@"
}

# A snapshot always asks for BTF, the judgement of a tree only where it matters.
btf='s|\("source": "btf", "path": \)"[^"]*", "state": "absent", "errno": "ENOENT"|\1null, "state": "not-asked", "errno": null|'

run_transcript() { # prints what the transcript should be
	local line command status
	while IFS= read -r line; do
		case $line in
		'$ sysroot-only: '*) [ "$form" = tree ] || continue ;;
		'$ '*) ;;
		*) continue ;;
		esac
		command=${line#'$ '} command=${command#sysroot-only: }
		printf '%s\n' "$line"
		(eval "${command//'$iommu-resv'/iommu_resv}") </dev/null >out 2>&1
		status=$?
		# the snapshot says where it came from; that alone may differ
		sed -e 's|"kind": "snapshot"|"kind": "sysroot"|' -e "$btf" \
			-e "s|$tmp/||g" -e 's|\bhost\.json\b|ROOT|g' -e 's|\bhost\.root\b|ROOT|g' \
			-e 's|\("tool_version": *"\)[^"]*|\1VERSION|' \
			-e 's|^\(Read      from a \)snapshot|\1saved tree|' \
			-e 's|^\(\**iommu-resv\) [0-9.]* report|\1 VERSION report|' out
		[ -z "$(tail -c1 out)" ] || printf '\n%s\n' '[no newline at the end]'
		[ $status -eq 0 ] || echo "[$status]"
	done <"$dir/transcript"
}

make_guests() { # a snapshot of each guest of the case; what failed
	local guest
	rm -f guest*.json
	for guest in "$dir"/guest*/; do
		[ -d "$guest" ] || continue
		guest=${guest%/} guest=${guest##*/}
		"$srcdir/tests/mkroot.sh" "$dir/$guest" "$guest.root" || echo "$guest"
		./iommu-resv --sysroot "$guest.root" snapshot >"$guest.json" 2>"$guest.said" ||
			cat "$guest.said"
		[ -s "$guest.json" ] || echo "$guest"
		rm -rf "$guest.root"
	done
}

keep_json() { # the whole judgement, whatever the transcript shows of it
	$as_user ./iommu-resv "${input[@]}" --pci-ids pci.ids check $msi -J 2>/dev/null |
		tee "$JSON_DIR/$name.$form.check" | sed -e '/^ "source":/d' -e "$btf" >"json.$form"
}

keep_more_json() { # of each other command what it says of the same host
	local table tables=()
	$as_user ./iommu-resv "${input[@]}" list -J >"$JSON_DIR/$name.$form.list" 2>/dev/null
	$as_user ./iommu-resv "${input[@]}" show -J '*:*.*' >"$JSON_DIR/$name.$form.show" 2>/dev/null
	$as_user ./iommu-resv "${input[@]}" map -J >"$JSON_DIR/$name.$form.map" 2>/dev/null
	for table in host.root/sys/firmware/acpi/tables/{DMAR,IVRS,IORT,VIOT,APIC}; do
		[ ! -f "$table" ] || tables+=("$table")
	done
	if [ -f answered.json ]; then # written by hand, so as it is saved again
		./iommu-resv --from answered.json snapshot >"$JSON_DIR/$name.$form.answered"
		rm answered.json
	fi
	[ ${#tables[@]} -eq 0 ] || $as_user ./iommu-resv decode -J "${tables[@]}" \
		>"$JSON_DIR/$name.$form.decode" 2>/dev/null
}

without_tree_only() {
	awk '/^\$ / { skip = /^\$ sysroot-only: / } !skip' "$dir/transcript"
}

for dir in "$srcdir"/tests/cases/*/; do
	dir=${dir%/} name=${dir##*/} as_user=
	[ -f "$dir/transcript" ] || continue
	case " ${CASES:-$name} " in *" $name "*) ;; *) continue ;; esac
	if [ -f "$dir/modes" ] && [ "$(id -u)" -eq 0 ]; then
		as_user="setpriv --reuid=65534 --regid=65534 --clear-groups"
		if ! $as_user true 2>/dev/null; then
			tap_skip "$name" "run by root, and setpriv cannot become an unprivileged user"
			continue
		fi
	fi
	make_guests >guests 2>&1
	if [ -s guests ]; then
		tap 1 "$name (a guest cannot be built)" "$(cat guests)"
		continue
	fi
	if ! problem=$("$srcdir/tests/mkroot.sh" "$dir" host.root 2>&1); then
		tap 1 "$name (its tree cannot be built)" "$problem"
		continue
	fi
	msi=
	! grep -qe '--msi' "$dir/transcript" || msi=--msi
	form=tree input=(--sysroot host.root)
	run_transcript >got
	[ -z "${UPDATE-}" ] || cp got "$dir/transcript"
	tap_empty "$name" "$(diff -u "$dir/transcript" got)"
	keep_json
	keep_more_json
	without_tree_only >expected
	if [ -s expected ]; then
		$as_user ./iommu-resv "${input[@]}" snapshot $msi 2>/dev/null |
			tee "$JSON_DIR/$name.saved" >host.json
		form=snapshot input=(--from host.json)
		run_transcript >got
		keep_json
		tap_empty "$name, from a snapshot" "$(diff -u expected got; diff json.tree json.snapshot)"
	fi
	chmod -R u+rwX host.root && rm -rf host.root host.json
done
if [ -z "${CASES-}" ]; then # what is advised has a command in some case, or its rule says that there is none
	with() {
		{
			sed -n 's/^ *{ "id": "\([a-z0-9-]*\)", .*"steps": \[ {.*/\1/p' "$JSON_DIR"/*.tree.check
			awk '/^[$] / { id = "" } /^[A-Z]+ [a-z0-9-]+( |$)/ { id = $2 } /^    Run   / && id { print id }' \
				"$srcdir"/tests/cases/*/transcript
		} | sort -u
	}
	without() {
		awk '/^\t\.id = "/ { gsub(/^[^"]*"|".*$/, ""); id = $0 } /^\t\.no_command = true/ { print id }' \
			"$srcdir"/src/rules/*.c | sort -u
	}
	ids() { sed -n 's/^RULE(\(.*\))$/\1/p' "$srcdir/src/rules/rules.def" | tr _ - | sort -u; }
	tap_empty "each rule has a command in some case, or says that it has none" \
		"$(comm -3 <(ids) <(sort -m <(with) <(without)))"
else
	tap_skip "each rule has a command in some case, or says that it has none" "only some cases were run"
fi
tap_done
