#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The completions of the shells know what the sources know, and each shell completes what
# it should. UPDATE=1 makes their tables anew.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
. "$srcdir/tests/tap.sh"
export LC_ALL=C TERM=dumb
data=$srcdir/src/data/completions

if tap_python; then
	said=$("$python" "$srcdir/tests/lint/completions.py" "$srcdir" ${UPDATE:+write} 2>&1)
	tap_empty "the tables are those of the sources" "$(grep -vxE '[0-9]+ commands, [0-9]+ options' <<<"$said")"
else
	tap_skip "the tables are those of the sources" "python3 is not installed"
fi

tmp=$(mktemp -d) && trap 'chmod -R u+rwX "$tmp"; rm -rf "$tmp"' EXIT
cd "$tmp" || exit 1
sys=root/sys
mkdir -p $sys/bus/pci/devices/0000:00:1f.{0,3} $sys/bus/pci/devices/0001:02:00.0 \
	$sys/bus/pci/drivers/{e1000e,vfio-pci} $sys/kernel/iommu_groups/{7,11} $sys/class/net/{lo,eno1/device}
mkdir -p 'files/a folder' && touch files/a-table.dat

# --- how each shell is asked: SHELL LINE prints what it offers for the last word, whole -------

ask_bash() {
	bash --norc -c '
		. "$1"
		compopt() { :; }
		COMP_LINE=$2 COMP_POINT=${#2}
		# readline parts words at blanks and around : and =
		read -r -a COMP_WORDS < <(sed "s/[:=]\+/ & /g" <<<"$2")
		[[ $2 != *[[:space:]] ]] || COMP_WORDS+=("")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		_iommu_resv
		last=${2##*[[:space:]]} last=${last%"${last##*[:=]}"}
		printf "%s\n" "${COMPREPLY[@]/#/$last}"
	' bash "$data/iommu-resv.bash" "$1" 2>&1
}

ask_zsh() { # one zsh answers all, a line with a dot at the end of each
	local answer
	printf '%s\n' "$1" >&"${COPROC[1]}"
	while read -r -t 60 -u "${COPROC[0]}" answer && [ "$answer" != . ]; do
		printf '%s\n' "$answer"
	done
}

ask_fish() {
	HOME=$tmp XDG_CONFIG_HOME=$tmp XDG_DATA_HOME=$tmp fish --no-config -c '
		source $argv[1]
		complete -C $argv[2]
	' "$data/iommu-resv.fish" "$1" 2>&1 | cut -f1
}

# Completion needs the line editor, which needs a terminal: a file takes what compadd is given.
cat >ask.zsh <<'ZSH'
zmodload zsh/zpty
wait_for() { # LINE of the file, at most half a minute
	local -i i
	for ((i = 0; i < 600; i++)); do
		grep -qx $1 hits 2>/dev/null && return
		zpty -rt shell line
		sleep 0.05
	done
}
zpty shell zsh -f -i
zpty -w shell "PROMPT= RPROMPT=; stty -echo; fpath=(${(q)1} \$fpath); hits=${(q)PWD}/hits
	autoload -Uz compinit && compinit -u -D
	compadd() {
		local -a found
		local option
		local -i status_of
		for option in \"\$@\"; do
			[[ \$option != (-|--) ]] || break
			[[ \$option != -[OAD]* ]] || { builtin compadd \"\$@\"; return }
		done
		builtin compadd -A found \"\$@\"
		builtin compadd \"\$@\"
		status_of=\$?
		print -r -l -- \${found/#/\$IPREFIX} >>\$hits
		return status_of
	}
	answer() {
		_main_complete
		compstate[insert]= compstate[list]=
		print . >>\$hits
	}
	zle -C answer complete-word answer
	bindkey '^I' answer
	print ready >>\$hits"
wait_for ready
while IFS= read -r question; do
	: >hits
	zpty -w -n shell "$question"$'\t'
	wait_for '[.]'
	cat hits
	zpty -w -n shell $'\C-u'
done
zpty -d shell
ZSH

# Expects each WORD, and none of those that begin with a !.
expect() { # LINE WORD...
	local line=$1 offered word wrong=
	offered=$("ask_$shell" "iommu-resv $line")
	shift
	for word; do
		case $word in
		!*) ! grep -qxF -e "${word#!}" <<<"$offered" || wrong+="offers ${word#!} " ;;
		*) grep -qxF -e "$word" <<<"$offered" || wrong+="lacks $word " ;;
		esac
	done
	[ -z "$wrong" ] || wrong+=$'\nof\n'$(head -n 20 <<<"$offered")
	tap_empty "$shell: iommu-resv $line" "$wrong"
}

complete_all() {
	expect "" check query '!eno1' '!type:'
	expect "ex" explain '!check'
	expect "list -" --by --output -o --sysroot '!--fail-on' '!--svg'
	expect "--" --assign --from '!--by'
	expect "check --fail-on " info critical '!text'
	expect "--color " auto never
	expect "list --by=" --by=region --by=entry
	expect "explain direct-re" direct-relaxable direct-refused
	expect "check --only firmware-taint,direct-p" firmware-taint,direct-page-zero
	expect "list -o GR" GROUP
	expect "list -o +OR" +ORIGIN
	expect "list --output GROUP,OR" GROUP,ORIGIN
	expect "help sn" snapshot
	expect "--sysroot root check " 0000:00:1f.3 0001:02:00.0 eno1 group: '!lo'
	expect "--sysroot root assign 0000:00:1f" 0000:00:1f.0 0000:00:1f.3 '!0001:02:00.0'
	expect "--sysroot root show 00:1" 00:1f.0 00:1f.3
	expect "--sysroot=root show group:" group:7 group:11
	expect "--sysroot root list driver:v" driver:vfio-pci '!driver:e1000e'
	expect "list type:direct" type:direct type:direct-relaxable
	expect "--sysroot root check --assign 0000:00:1f.0,0000:00:1f" 0000:00:1f.0,0000:00:1f.3
	expect "--sysroot root 0000:00:1f" 0000:00:1f.0
}

command -v zsh >/dev/null && coproc zsh -f ask.zsh "$data" 2>&1

for shell in bash zsh fish; do
	if command -v $shell >/dev/null; then
		complete_all
	else
		tap_skip "completions of $shell" "$shell is not installed"
	fi
done
tap_done
