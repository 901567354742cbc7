#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What monitoring reads, given to what reads it: metrics of each kind of host to promtool and
# to node_exporter's textfile collector, a plugin's line to a checker of the monitoring
# plugins, TAP to prove.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
. "$srcdir/tests/tap.sh"
export LC_ALL=C TERM=dumb SOURCE_DATE_EPOCH=1700000000
JSON_DIR=${JSON_DIR:-$PWD/tests/json}
examples=$srcdir/src/data/examples
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

tools() { # NAME TOOL...: false, after a skipped point, where one is not there
	local name=$1 tool
	shift
	for tool; do
		command -v "$tool" >/dev/null || {
			tap_skip "$name" "$tool is not installed"
			return 1
		}
	done
}

# snapshots of all cases, where tests/cases.sh left them, and the examples
snapshots() { find "$JSON_DIR" -name '*.saved' -size +1k 2>/dev/null; ls "$examples"/*.json; }
some_snapshots() { snapshots | awk 'NR % 5 == 1'; }
check() { "$IOMMU_RESV" --from "$1" check --format "${@:2}" 2>/dev/null; }

# --- metrics ----------------------------------------------------------------------------

# Metrics differ by their names and labels; of each kind one is enough.
mkdir "$tmp/kinds"
snapshots | while IFS= read -r file; do
	check "$file" prometheus >"$tmp/now"
	mv "$tmp/now" "$tmp/kinds/$(sed 's/ [0-9]*$//' "$tmp/now" | cksum | tr -d ' ')"
done
check "$examples/none" prometheus >"$tmp/kinds/failure"
kinds=("$tmp"/kinds/*)
if tools "promtool accepts the metrics" promtool; then
	tap_empty "promtool accepts the metrics (${#kinds[@]} kinds)" "$(
		for file in "${kinds[@]}"; do
			promtool check metrics <"$file" 2>&1 || cat "$file"
		done)"
	tap_some "promtool can refuse metrics" \
		"$(sed 's/build_info{/&1/' "${kinds[0]}" | promtool check metrics 2>&1)"
fi
label_sets() { cat "$tmp"/kinds/* | sed -n 's/^\(iommu_resv_[a-z_]*{.*}\) .*/\1/p' | sort -u; }
hostile() { label_sets | grep -vE '^iommu_resv_(build_info|verdict|findings|regions|rule_findings)\{([a-z]+="[a-z0-9.-]+",?)+\}$'; }
tap_some "some metrics have labels" "$(label_sets)"
tap_empty "no label is a device, a region or a file" "$(hostile)"

# A temporary folder's port is anybody's guess; another program may take it first.
scrape() { # FILE: what a node_exporter says that reads it
	local port=$((20000 + RANDOM % 20000)) pid try
	prometheus-node-exporter --collector.disable-defaults --collector.textfile \
		--collector.textfile.directory="$tmp/textfile" \
		--web.listen-address="127.0.0.1:$port" >"$tmp/exporter" 2>&1 &
	pid=$!
	for ((try = 0; try < 100; try++)); do
		"$python" - "$port" <<-'END' && break
			import sys, urllib.request
			try:
			    url = f"http://127.0.0.1:{sys.argv[1]}/metrics"
			    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
			    sys.stdout.write(opener.open(url, timeout=5).read().decode())
			except OSError:
			    sys.exit(1)
		END
		kill -0 $pid 2>/dev/null || break
		read -rt 0.1 <> <(:) || :
	done
	kill $pid 2>/dev/null
	wait $pid 2>/dev/null
	return 0
}
values() { grep '^iommu_resv_' "$1" | sed 's/e+0*/e/' | awk '{ printf "%s %.0f\n", $1, $2 }' | sort; }
if tap_python && tools "node_exporter reads the file" prometheus-node-exporter; then
	mkdir "$tmp/textfile"
	chmod 755 "$tmp" "$tmp/textfile"
	(umask 077 && check "$examples/server-rmrr.json" prometheus -o "$tmp/textfile/iommu-resv.prom")
	scrape >"$tmp/scraped"
	tap_some "node_exporter reads the file" "$(values "$tmp/scraped")"
	tap_empty "what it says is what was written" \
		"$(diff <(values "$tmp/textfile/iommu-resv.prom") <(values "$tmp/scraped"))"
	tap_empty "it finds no fault" "$(grep '^node_textfile_scrape_error [^0]' "$tmp/scraped"
		grep 'level=error' "$tmp/exporter")"
	tap_empty "all users may read it, whatever the umask" \
		"$(find "$tmp/textfile" -type f ! -perm 644)"
	tap_empty "nothing else is left in the folder" \
		"$(find "$tmp/textfile" -type f ! -name iommu-resv.prom)"
fi

# --- what is installed ------------------------------------------------------------------

data=$srcdir/src/data/monitoring
if tools "promtool accepts the alert rules" promtool; then
	tap_empty "promtool accepts the alert rules" \
		"$(promtool check rules "$data/prometheus-rules.yml" 2>&1 | grep -v -e '^Checking' -e SUCCESS -e '^ *$')"
	tap_some "the alerts fire when they should, and only then" \
		"$(promtool test rules "$srcdir/tests/monitoring-rules.yml" 2>&1 | grep -x ' *SUCCESS')"
fi
tap_empty "the alert rules name metrics that there are" "$(
	grep -oE 'iommu_resv_[a-z_]+' "$data/prometheus-rules.yml" | sort -u | while IFS= read -r name; do
		grep -qhE "^${name}[ {]" "$tmp"/kinds/* || echo "$name"
	done)"
if tools "systemd understands the units" systemd-analyze; then
	mkdir "$tmp/units"
	sed "s|@bindir@|${IOMMU_RESV%/*}|" "$data/iommu-resv.service.in" >"$tmp/units/iommu-resv.service"
	cp "$data/iommu-resv.timer" "$tmp/units"
	tap_empty "systemd understands the units" \
		"$(systemd-analyze --man=no verify "$tmp"/units/iommu-resv.{service,timer} 2>&1 | grep iommu-resv)"
	tap_empty "the service may do little" \
		"$(systemd-analyze --no-pager --offline=true --threshold=32 security "$tmp/units/iommu-resv.service" \
			>"$tmp/out" 2>&1 || cat "$tmp/out")"
fi
# Where nodes are opened: root_open_device, and the log.
tap_empty "the service may open the devices that check opens" "$(
	{
		grep -hoE 'root_open_device\(root, "dev/iommu"' "$srcdir"/src/kernel-api/*.c
		grep -hoE '"dev/kmsg"' "$srcdir"/src/collect/log*.c
	} | grep -oE 'dev/[a-z]+' | sort -u | while IFS= read -r node; do
		grep -qE "^DeviceAllow=/$node r" "$data/iommu-resv.service.in" || echo "$node"
	done)"
capabilities=$(sed -n 's/^CapabilityBoundingSet=//p' "$data/iommu-resv.service.in" |
	tr 'A-Z ' 'a-z,' | sed 's/cap_/+/g')
if [ "$(id -u)" -ne 0 ] || ! setpriv --bounding-set="-all,$capabilities" true 2>/dev/null; then
	tap_skip "the capabilities of the service are enough" "this needs root and setpriv"
else
	verdict() { "$@" "$IOMMU_RESV" check -J 2>&1 | sed 's/"[0-9]*" *: *null//'; }
	tap_empty "the capabilities of the service are enough" \
		"$(diff <(verdict env) <(verdict setpriv --bounding-set="-all,$capabilities"))"
fi
if tools "icinga accepts the check command" icinga2; then
	mkdir "$tmp/icinga" && chmod 777 "$tmp/icinga" # it becomes an unprivileged user
	sed "s|@bindir@|${IOMMU_RESV%/*}|" "$data/icinga2.conf.in" >"$tmp/icinga2.conf"
	cat >>"$tmp/icinga2.conf" <<-'END'
		object Host "here" { check_command = "iommu-resv" }
		object Service "iommu" {
			host_name = "here"
			check_command = "iommu-resv"
			vars.iommu_resv_only = [ "firmware-taint", "misaligned-direct" ]
		}
	END
	tap_empty "icinga accepts the check command" "$(
		icinga2 daemon -C -c "$tmp/icinga2.conf" -DDataDir="$tmp/icinga" -DCacheDir="$tmp/icinga" 2>&1 |
			grep -E 'critical|warning')"
fi

# --- a plugin's line --------------------------------------------------------------------

# name of state, exit status, and what monitoring makes of its opposite
negate=/usr/lib/nagios/plugins/negate
if [ -x "$negate" ]; then
	negated() { # STATE WORD: the status, and the first word of the text, once negated
		local line
		line=$("$negate" -s -o CRITICAL -c OK -w UNKNOWN -u WARNING "$IOMMU_RESV" --from "$1" check --format nagios)
		echo "$? ${line%% -*}"
	}
	tap_empty "negate understands a critical state" \
		"$(negated "$examples/server-rmrr.json" | grep -vx '0 IOMMU-RESV OK')"
	tap_empty "negate understands a warning" \
		"$(negated "$examples/desktop-am5.json" | grep -vx '3 IOMMU-RESV UNKNOWN')"
	tap_empty "negate understands that all is fine" \
		"$(negated "$examples/laptop.json" | grep -vx '2 IOMMU-RESV CRITICAL')"
	tap_empty "negate understands that nothing is known" \
		"$(negated "$examples/none" 2>/dev/null | grep -vx '1 IOMMU-RESV WARNING')"
else
	tap_skip "a checker of monitoring plugins understands the line" "monitoring-plugins-basic is not installed"
fi

# Monitoring Plugins Development Guidelines, "Performance data": 'label'=value;warn;crit;min
bad_line() { # on standard input a plugin's output
	awk -v name="$1" '
		NR == 1 && !/^IOMMU-RESV (OK|WARNING|CRITICAL|UNKNOWN) - [^|]+( \|( [a-z_]+=[0-9]+;0?;0?;0)+)?$/ ||
		NR > 1 && /\|/ || /[^ -~]/ { print name ": " $0 }
		END { if (!NR) print name ": nothing" }'
}
tap_some "a line with a bar is seen" "$(printf 'IOMMU-RESV OK - a|b\n' | bad_line it)"
tap_empty "each line has a state, a text and performance data" "$(
	some_snapshots | while IFS= read -r file; do
		check "$file" nagios | bad_line "${file##*/}"
	done)"

# --- TAP --------------------------------------------------------------------------------

if tools "prove reads the points" prove; then
	proved() { # SNAPSHOT OPTION...: what prove makes of it
		printf '#!/bin/sh\nexec "%s" --from "%s" check --format tap' "$IOMMU_RESV" "$1" >"$tmp/test"
		printf ' %s' "${@:2}" >>"$tmp/test"
		prove --norc -e /bin/sh "$tmp/test" 2>&1
	}
	tap_some "prove passes a host on which nothing is wrong" \
		"$(proved "$examples/laptop.json" | grep -x 'Result: PASS')"
	tap_some "prove fails by the points of a host on which something is" \
		"$(proved "$examples/server-rmrr.json" | grep 'Failed 3/')"
	tap_some "prove does not pass a run without a result" \
		"$(proved "$examples/none" | grep -F 'Bailout called')"
	tap_some "prove passes what does not count" \
		"$(proved "$examples/server-rmrr.json" --fail-on never | grep -x 'Result: PASS')"
	tap_empty "as many points as rules" "$(
		some_snapshots | while IFS= read -r file; do
			check "$file" tap >"$tmp/points"
			rules=$(sed -n 's/^1\.\.//p' "$tmp/points")
			points=$(grep -cE '^(not )?ok [0-9]+ - [a-z0-9-]+( # SKIP .+)?$' "$tmp/points")
			[ "$rules" = "$points" ] || echo "${file##*/}: $points points of $rules"
		done)"
fi
if tap_python && "$python" -c 'import yaml' 2>/dev/null; then
	tap_empty "what stands below a point is YAML" "$(
		some_snapshots | while IFS= read -r file; do
			check "$file" tap | sed -n '/^  ---$/,/^  \.\.\.$/s/^  //p'
		done | "$python" -c '
import sys, yaml
blocks = list(yaml.safe_load_all(sys.stdin))
if not blocks or not all(b["findings"][0]["severity"] for b in blocks if b):
    print("no findings")' 2>&1)"
else
	tap_skip "what stands below a point is YAML" "python3-yaml is not installed"
fi
tap_done
