#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The data goes one way, and so do the includes.
set -u
srcdir=${srcdir:-.}
. "$srcdir/tests/tap.sh"

may_include() {
	case $1 in
	base) echo base ;;
	firmware) echo "base firmware" ;; # bytes in, entries out
	model) echo "base model" ;;
	kernel) echo "base model kernel" ;;
	kernel-api) echo "base kernel-api" ;;
	collect) echo "base model kernel firmware kernel-api collect" ;;
	analyze) echo "base model kernel firmware analyze" ;;
	rules) echo "base model kernel analyze rules" ;;
	render) echo "base model kernel firmware analyze rules render" ;;
	cmd) echo "base model kernel firmware kernel-api collect analyze rules render cmd" ;;
	esac
}

for folder in "$srcdir"/src/*/; do
	folder=${folder%/} layer=${folder##*/}
	[ "$layer" != data ] || continue
	allowed=" $(may_include "$layer") "
	found=
	while IFS=: read -r file line text; do
		[ -n "$file" ] || continue
		header=${text#*\"} header=${header%%\"*}
		target=${header%%/*}
		[ "$target" != "$header" ] || target=$layer # beside the file
		case $allowed in
		*" $target "*) ;;
		*) found+="${file#"$srcdir"/}:$line includes $header"$'\n' ;;
		esac
	done < <(grep -rnE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' "$folder")
	if [ "$allowed" = "  " ]; then
		found="a folder that this test does not know"
	fi
	tap_empty "src/$layer includes only:$(echo " $allowed" | tr -s ' ' | sed 's/ $//')" "$found"
done

found=$(grep -rLE 'SPDX-License-Identifier: GPL-2.0-or-later' "$srcdir/src" "$srcdir/tests" \
	"$srcdir/man" --include='*.[ch]' --include='*.def' --include='*.sh' --include='*.py' \
	--include='*.8')
tap_empty "each file has its SPDX line" "$found"
tap_done
