#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The data goes one way, and so do the includes, those of headers too: what a parser makes
# of a table, for one, must not reach the rules through a header of analyze.
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
	compare) echo "base model kernel analyze rules compare" ;;
	render) echo "base model kernel analyze rules compare render" ;;
	cmd) echo "base model kernel firmware kernel-api collect analyze rules compare render cmd" ;;
	esac
}

# "FILE<tab>HEADER" for each header that a file sees, by itself or through other headers
seen=$(cd "$srcdir/src" && grep -rE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' . |
	awk -F: '
		{
			file = substr($1, 3)
			header = $2
			gsub(/^[^"]*"|".*$/, "", header)
			if (header !~ /\//) { # beside the file
				folder = file
				sub(/[^\/]*$/, "", folder)
				header = folder header
			}
			includes[file] = includes[file] " " header
		}
		END {
			for (file in includes) {
				delete known
				n = split(includes[file], queue, " ")
				for (i = 1; i <= n; i++) {
					if (queue[i] in known)
						continue
					known[queue[i]] = 1
					print file "\t" queue[i]
					m = split(includes[queue[i]], more, " ")
					for (k = 1; k <= m; k++)
						queue[++n] = more[k]
				}
			}
		}')

tap_some "files include headers" "$seen"
for folder in "$srcdir"/src/*/; do
	folder=${folder%/} layer=${folder##*/}
	[ "$layer" != data ] || continue
	allowed=$(may_include "$layer")
	found=$(awk -F'\t' -v layer="$layer" -v allowed=" $allowed " '
		index($1, layer "/") == 1 {
			target = $2
			sub(/\/.*/, "", target)
			if (!index(allowed, " " target " "))
				print "src/" $1 " sees " $2
		}' <<<"$seen" | sort)
	if [ -z "$allowed" ]; then
		found="a folder that this test does not know"
	fi
	tap_empty "src/$layer sees only: $allowed" "$found"
done

# A step owns its result, and nothing else: only analyze() puts the analysis together.
found=$(cd "$srcdir" && find src -name '*.[ch]' -exec awk '{
		line = $0
		gsub(/const struct analysis \*/, "", line)
		gsub(/^(static )?void (analyze|analysis_clear|make_room)\(.*/, "", line)
		if (line ~ /struct analysis \*/)
			print FILENAME ":" FNR ": " $0
	}' {} +)
tap_empty "each step takes what came before it as const" "$found"

found=$(grep -rLE 'SPDX-License-Identifier: GPL-2.0-or-later' "$srcdir/src" "$srcdir/tests" \
	"$srcdir/man" --include='*.[ch]' --include='*.def' --include='*.sh' --include='*.py' \
	--include='*.8')
tap_empty "each file has its SPDX line" "$found"
found=$(find "$srcdir/src" -name '*.c' -exec awk 'FNR == 2 { if (!/^\/\*/) print FILENAME; nextfile }' {} +)
tap_empty "each .c file says in its second line what it is" "$found"

# With --log it is another file: host_log_path, finding_add_log.
found=$(grep -rn '"[^"]*dev/kmsg' "$srcdir/src" --include='*.[ch]' |
	grep -vE '^[^:]*/src/(collect/[^:]*|model/host\.c):')
tap_empty "only the host knows which file its log is" "$found"

# The plan at the door: what it names is there, and each folder is in it.
missing=
for name in $(grep -oE '[A-Za-z0-9_./-]*[A-Za-z0-9]' "$srcdir/src/README" | sort -u); do
	case $name in
	*NAME*) ;;
	src/* | tests/* | man/*) [ -e "$srcdir/$name" ] || missing+="$name " ;;
	*?.[ch] | *?.def) [ -n "$(find "$srcdir/src" -name "$name")" ] || missing+="$name " ;;
	esac
done
tap_empty "what src/README names is there" "$missing"
missing=
for folder in "$srcdir"/src/*/; do
	folder=${folder%/}
	grep -qE "^	src/${folder##*/}	" "$srcdir/src/README" || missing+="${folder##*/} "
done
tap_empty "src/README has each folder" "$missing"
tap_done
