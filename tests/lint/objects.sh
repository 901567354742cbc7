#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the object files say: no writable variable at file scope, one opener of files,
# whose results nobody can drop, few that end the process, and nobody below render who prints.
set -u
srcdir=${srcdir:-.} builddir=${builddir:-.}
. "$srcdir/tests/tap.sh"
cd "$builddir" || exit 1
mapfile -t objects < <(find src -name '*.o' | sort)

for tool in objdump nm; do
	if ! command -v $tool >/dev/null; then
		tap_skip "what the objects hold and call" "$tool is not installed"
		tap_done
		exit
	fi
done
if [ ${#objects[@]} -eq 0 ]; then
	tap 1 "there are objects to look at" "none below $PWD/src"
	tap_done
	exit
fi

# "object: symbol" for each symbol that an object needs
needed=$(nm -A -u "${objects[@]}" | awk '{ sub(/@.*/, "", $3); print $1, $3 }')

tap_some "the objects say what they need" "$(grep -E ' (malloc|free|strlen)$' <<<"$needed")"

# users_of REGEX: the lines of these for the symbols
users_of() {
	awk -v wanted="^($1)$" '$2 ~ wanted' <<<"$needed"
}

if grep -q __asan_ <<<"$needed"; then
	tap_skip "no writable variable at file scope" "the address sanitizer adds its own"
else
	tap_empty "no writable variable at file scope" "$(
		objdump -h "${objects[@]}" | awk '
			/^src.*: *file format/ { object = $1 }
			$2 ~ /^\.(data|bss|tdata|tbss)/ && $2 !~ /^\.data\.rel\.ro/ && $3 !~ /^0+$/ {
				print object " " $2 " holds 0x" $3 " bytes"
			}'
		nm -A "${objects[@]}" | awk '$2 == "C" { sub(/:.*/, ":", $1); print $1, $3 }')"
fi

openers='(__)?(fd)?open(at|at2|dir)?(64)?(_2)?|f(re)?open(64)?|creat(64)?|scandir(64)?(at)?|nftw(64)?|fts_open|glob(64)?|popen|mkstemp(64)?'
tap_empty "only base/root and base/file open files" "$(users_of "$openers" | grep -vE '^src/base/(root|file)\.o: ' |
	grep -v ': fdopen$')"
# What collectors read goes through collect/read, which notes it before they see it. msi and
# msix-table note themselves what became of a file that they do not read; a census is no fact.
tap_empty "only collect/read calls the opener for collectors" \
	"$(users_of '(root_(read.*|list|exists|mode|open_folder|open_file|map)|folder_read_link)' |
		grep -vE '^src/(base/root|collect/read)\.o: |^src/collect/census\.o: root_list$|^src/collect/msi\.o: root_open_file$|^src/collect/msix-table\.o: root_map$')"
tap_empty "only main, base/message and base/memory end the process" \
	"$(users_of '_?exit|_Exit|abort|quick_exit|v?errx?' |
		grep -vE '^src/(main|base/message|base/memory)\.o: ')"
tap_empty "only render, cmd and main print to stdout (base/message and base/memory flush it)" \
	"$(users_of 'stdout|(__)?v?printf(_chk)?|puts|putchar' | grep -vE '^src/(main|base/message|base/memory|render/.*|cmd/.*)\.o: ')"
cd "$OLDPWD" || exit 1
tap_empty "each result of the opener has to be looked at (must_check)" "$(
	awk '/^[a-z].*\(/ { text = "" } { text = text $0 } /;$/ {
		if (text ~ /^[a-z].*(root|folder|file)_(read|list|exists|mode|open|map|write)[a-z_]*\(/ &&
		    text !~ /must_check;$/) print text; text = "" }' "$srcdir/src/base/root.h" "$srcdir/src/base/file.h"
	awk '/^[a-z].*\(/ { text = "" } { text = text $0 } /;$/ {
		if (text ~ /^enum source_state|^bool|^const char \*read/ && text !~ /must_check;$/)
			print text; text = "" }' "$srcdir/src/collect/read.h")"
tap_empty "each function of collect/read notes what it reads" "$(
	awk '/^(enum source_state|bool|const char \*) ?read_[a-z_]*\(/ { name = $0; noted = 0 }
		/settle\(|read_(file|attribute)\(r, path/ && !/^[a-z]/ { noted = 1 }
		/^}/ { if (name && !noted) print name; name = "" }' "$srcdir/src/collect/read.c")"
cd "$builddir" || exit 1
tap_empty "nobody starts another program" \
	"$(users_of 'system|exec[vl]p?e?|posix_spawnp?|fork|vfork|popen')"
tap_empty "no buffer is written without its size" \
	"$(users_of '(__)?(v?sprintf|strcpy|strcat)(_chk)?|gets')"
tap_done
