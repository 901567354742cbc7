#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Shell scripts, the manual and the layout of C, each by its own checker.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
. "$srcdir/tests/tap.sh"
cd "$srcdir" || exit 1

# every file that begins with the name of a shell, whatever it is called
mapfile -t scripts < <(find bootstrap .ci tests -type f -exec \
	awk 'FNR == 1 { if (/^#! *\/bin\/(ba)?sh/) print FILENAME; nextfile }' {} + | sort)
scripts+=(src/data/completions/iommu-resv.bash)
if command -v shellcheck >/dev/null; then
	tap_empty "shellcheck, ${#scripts[@]} scripts" "$(shellcheck -x -P SCRIPTDIR -S warning "${scripts[@]}" 2>&1)"
else
	tap_skip "shellcheck" "shellcheck is not installed"
fi

if command -v mandoc >/dev/null; then
	# style would ask for a database of the manuals that are referred to; examples and exit
	# status come first on purpose, and long lists last
	tap_empty "mandoc -Tlint" "$(mandoc -Tlint man/*.8 2>&1 | grep -v "referenced manual not found\|outdated mandoc.db\|out of conventional order")"
else
	tap_skip "mandoc -Tlint" "mandoc is not installed"
fi

# Each version of clang-format has its own taste: this is the one that was used. The lab has
# lines of its own width.
version=$(clang-format --version 2>/dev/null | grep -oE '[0-9]+' | head -n1)
if [ "$version" = 14 ]; then
	tap_empty "clang-format of src and tests" "$(find src tests -path tests/lab -prune -o -name '*.[ch]' -exec clang-format --dry-run -Werror {} + 2>&1 |
		grep error: | head)"
else
	tap_skip "clang-format" "version 14 is needed, here is ${version:-none}"
fi
tap_done
