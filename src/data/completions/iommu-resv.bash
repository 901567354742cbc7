# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Completions of iommu-resv(8) for bash.

# --- Made from the sources: UPDATE=1 tests/lint/completions.sh ---
_iommu_resv_table() { # WHAT
	case $1 in
	commands)
		printf '%s\n' \
			check assign fit list show map explain query snapshot diff merge report \
			watch decode help
		;;
	options:)
		printf '%s\n' \
			--sysroot --from --log --json -J --color --quiet -q --verbose -v --pci-ids \
			--max-size --help -h --version -V
		;;
	options:check)
		printf '%s\n' \
			--assign --msi --read-msix --only --skip --ignore-file --fail-on --format \
			--guest --guest-device --query --via --yes -y --output -o
		;;
	options:fit)
		printf '%s\n' \
			--ram --machine --phys-bits --range --identity-ram --holes
		;;
	options:list)
		printf '%s\n' \
			--assign --by --output -o --list-columns --noheadings -n --raw -r
		;;
	options:show)
		printf '%s\n' \
			--assign --read-msix
		;;
	options:map)
		printf '%s\n' \
			--svg
		;;
	options:query)
		printf '%s\n' \
			--fail-on --via --yes -y
		;;
	options:snapshot)
		printf '%s\n' \
			--msi --read-msix --query --via --yes -y --output -o --redact
		;;
	options:merge)
		printf '%s\n' \
			--fail-on --output -o --list-columns --noheadings -n --raw -r
		;;
	options:report)
		printf '%s\n' \
			--assign --msi --fail-on --all --redact --markdown --attach
		;;
	options:watch)
		printf '%s\n' \
			--once --timeout
		;;
	positional:check)
		printf '%s\n' \
			selectors
		;;
	positional:assign)
		printf '%s\n' \
			selectors
		;;
	positional:fit)
		printf '%s\n' \
			selectors
		;;
	positional:list)
		printf '%s\n' \
			selectors
		;;
	positional:show)
		printf '%s\n' \
			selectors
		;;
	positional:map)
		printf '%s\n' \
			selectors
		;;
	positional:explain)
		printf '%s\n' \
			topics
		;;
	positional:query)
		printf '%s\n' \
			selectors
		;;
	positional:snapshot)
		printf '%s\n' \
			nothing
		;;
	positional:diff)
		printf '%s\n' \
			file
		;;
	positional:merge)
		printf '%s\n' \
			file
		;;
	positional:report)
		printf '%s\n' \
			selectors
		;;
	positional:watch)
		printf '%s\n' \
			nothing
		;;
	positional:decode)
		printf '%s\n' \
			file
		;;
	positional:help)
		printf '%s\n' \
			commands
		;;
	*:--sysroot)
		printf '%s\n' \
			folder
		;;
	*:--from)
		printf '%s\n' \
			file
		;;
	*:--log)
		printf '%s\n' \
			file
		;;
	*:--color)
		printf '%s\n' \
			choice auto always never
		;;
	*:--pci-ids)
		printf '%s\n' \
			file
		;;
	*:--max-size)
		printf '%s\n' \
			nothing
		;;
	'check:--assign' | 'list:--assign' | 'show:--assign' | 'report:--assign')
		printf '%s\n' \
			devices-list
		;;
	'check:--only')
		printf '%s\n' \
			rules-list
		;;
	'check:--skip')
		printf '%s\n' \
			rules-list
		;;
	'check:--ignore-file')
		printf '%s\n' \
			file
		;;
	'check:--fail-on' | 'query:--fail-on' | 'merge:--fail-on' | 'report:--fail-on')
		printf '%s\n' \
			choice info warning error critical never
		;;
	'check:--format')
		printf '%s\n' \
			choice text json nagios prometheus tap
		;;
	'check:--guest')
		printf '%s\n' \
			file
		;;
	'check:--guest-device')
		printf '%s\n' \
			nothing-list
		;;
	'query:--via' | 'check:--via' | 'snapshot:--via')
		printf '%s\n' \
			choice iommufd vfio
		;;
	'list:--by')
		printf '%s\n' \
			choice region group device entry
		;;
	'check:--output' | 'check:-o')
		printf '%s\n' \
			file
		;;
	'list:--output' | 'list:-o')
		printf '%s\n' \
			columns
		;;
	'merge:--output' | 'merge:-o')
		printf '%s\n' \
			nothing
		;;
	'snapshot:--output' | 'snapshot:-o')
		printf '%s\n' \
			file
		;;
	'fit:--ram')
		printf '%s\n' \
			nothing
		;;
	'fit:--machine')
		printf '%s\n' \
			nothing
		;;
	'fit:--phys-bits')
		printf '%s\n' \
			nothing
		;;
	'fit:--range')
		printf '%s\n' \
			nothing-list
		;;
	'report:--attach')
		printf '%s\n' \
			file
		;;
	'watch:--timeout')
		printf '%s\n' \
			nothing
		;;
	with-argument)
		printf '%s\n' \
			--sysroot --from --log --color --pci-ids --max-size --assign --only --skip \
			--ignore-file --fail-on --format --guest --guest-device --via --by --output \
			-o --ram --machine --phys-bits --range --attach --timeout
		;;
	rules)
		printf '%s\n' \
			iommu-present-without-groups unparsable-line unknown-region-type \
			list-truncated firmware-taint table-override-active relaxed-kernel noiommu \
			copied-tables device-outside-every-unit hw-and-sw-msi two-msi-lines-touching \
			hw-msi-without-cookie no-isolated-msi unsafe-interrupts-enabled \
			sw-msi-window-collision sw-msi-window-exhaustion doorbell-in-direct-range \
			msi-address-outside-window msi-controller-never-prepares \
			direct-equals-sw-msi direct-overlaps-sw-msi-partly relaxable-overlaps-sw-msi \
			direct-overlaps-hw-msi reserved-overlaps-direct direct-overlaps-memory \
			iort-rmr-ignored rmr-not-64k rmr-overlap-or-zero rmr-across-nodes-type-clash \
			misaligned-direct empty-or-inverted-direct sub-page-direct direct-wraps \
			direct-beyond-width direct-page-zero direct-in-identity direct-not-mapped \
			fault-in-foreign-range fault-in-firmware-memory fault-in-peer-bar \
			ivmd-without-permission ivmd-wide-range ivmd-exclusion ivmd-hidden-function \
			expected-ivmd-missing dma-api-blind-spot ats-reset-drops-direct \
			unplug-parks-in-blocked untrusted-vs-identity dt-non-identity dt-wrong-cells \
			dmar-scope-type-mismatch rmrr-scope-unmatched rmrr-broken-scope-workaround \
			rmrr-not-reserved rmrr-on-pf-with-vfs direct-device-bound-to-vfio \
			direct-sibling-blocks-group group-not-viable relaxable-with-vfio \
			two-groups-one-container half-attached-group type-dma-but-user-owned \
			device-in-use narrow-addresses answer-differs-from-prediction \
			log-contradicts-prediction log-contradicts-machine \
			qemu-contradicts-prediction qemu-map-refused state-dependent-regions \
			fw-sysfs-mismatch nested-identity nested-msi-window nested-window-mismatch \
			nested-remap-permitted nested-old-guest nested-range-missing \
			faults-elsewhere passthrough-refused ignore-entry-expired \
			ignore-entry-unused
		;;
	columns)
		printf '%s\n' \
			GROUP DOMAIN FIRST LAST SIZE TYPE LINE COVERAGE LOST CONFIDENCE WHY STATE \
			ORIGIN EXPLAINED OWNER DEVICE DEVICES DIRECT RELAXABLE RESERVED MSI SW-MSI \
			IOMMU DRIVER CLASS ID REQUIRED PROVIDED PROOF VFIO IOMMUFD BLOCKER NAME
		;;
	types)
		printf '%s\n' \
			direct direct-relaxable reserved msi sw-msi unknown
		;;
	topics)
		printf '%s\n' \
			1:1 \
			absent ACS address-width advice affected alignment amba amd amd-levels-limit \
			AMD-Vi ANDD answer-differs-from-prediction answered aperture asked ATS \
			ats-reset-drops-direct ATSR auto \
			backported bad-rmrr-disables bad-rmrr-taints bar bars basis bcm2712 because \
			bind bind-tells-errno blocked boot-setup bridge-refused broken BTF \
			by-the-commit-only \
			cache-coherency can-use cannot cannot-tell cause chip cmdline \
			coherency-required columns command-line container copied-tables coverage \
			critical cut \
			dart default-domain denied derived device device-in-use device-nodes \
			device-outside-every-unit device-tree devices direct direct-beyond-width \
			direct-device-bound-to-vfio direct-dropped direct-equals-sw-msi \
			direct-failure-ends-probe direct-failure-ignored direct-failure-loses-iommu \
			direct-failure-panics direct-in-identity direct-mappings direct-not-mapped \
			direct-overlaps-hw-msi direct-overlaps-memory direct-overlaps-sw-msi-partly \
			direct-page-zero direct-range direct-refused direct-region direct-relaxable \
			direct-sibling-blocks-group direct-wraps DMA dma-api-blind-spot DMA-FQ \
			dma-mask dma-masks dma-ranges dma-ranges-kept DMAR dmar-scope-type-mismatch \
			domain doorbell doorbell-in-direct-range doorbell-pages-unchecked DRHD \
			driver drivers dt-non-identity dt-regions dt-regions-exynos dt-wrong-cells \
			DTB \
			EACCES EADDRINUSE EBADMSG EBUSY EEXIST EFAULT EFBIG efr-printed-first EINVAL \
			empty-or-inverted-direct endpoint ends-at ENODEV ENOENT ENOMEM ENOSPC ENOTTY \
			EOPNOTSUPP EPERM error every-version evidence exclusion-mapped EXDEV \
			expected-ivmd-missing exynos \
			fault fault-in-firmware-memory fault-in-foreign-range fault-in-peer-bar \
			faults-elsewhere fewer-phys-bits file finding firmware-tables firmware-taint \
			first-device-reserves-amd first-device-reserves-intel fix for \
			from-booted-kernels from-the-source fsl-mc full fully function \
			fw-sysfs-mismatch \
			generic-page-table gicv2m given group group-half-attached \
			group-is-not-viable group-not-viable group-type-file groups guest \
			half-attached-group hardware hardware-window has-1:1 heuristic host \
			host-bridge host-ram hotplug hw-and-sw-msi hw-msi-without-cookie hypervisor \
			identity ids ignore-entry-expired ignore-entry-unused ignored imsic in-use \
			info inquiries intel intended interrupt interrupt-remapping interrupts intx \
			iomem iommu iommu-addresses iommu-class iommu-group iommu-groups \
			iommu-present-without-groups IOMMU_IOAS_MAP iommufd IORT iort-iwb iort-rmr \
			iort-rmr-ignored IOVA ipmmu-vmsa isa-range-relaxable isolated \
			isolation-per-group its its-v5 IVHD IVMD ivmd-exclusion ivmd-hidden-function \
			ivmd-wide-range ivmd-without-permission IVRS \
			joins-with-driver \
			kept-out kernel kernel-arch-file kernel-rule known \
			left-out less-ram list-cut-silently list-overruns-page list-truncated listed \
			log log-contradicts-machine log-contradicts-prediction logs ls-scfg \
			machine MADT map-elements-by-cells mapping-failed mappings max-ram-below-4g \
			mbi mdev mediatek memory-map migration mip misaligned-direct mock modules \
			more mounts msi msi-address-outside-window msi-controller-never-prepares \
			msi-x msix-tables msm \
			name narrow-addresses needs-1:1 nested-identity nested-msi-window \
			nested-old-guest nested-range-missing nested-remap-permitted \
			nested-window-mismatch network newer-machine next no no-address-left \
			no-address-refused no-cookie-no-msi no-device no-driver no-group \
			no-group-refused no-iommu no-isolated-msi no-match no-sysfs node nodes \
			noiommu none not not-announced not-applicable not-asked not-given-away \
			not-isolated-refused not-isolated-refused-by-iommufd not-known not-offered \
			not-read not-readable not-shown not-switched-on not-used nothing now \
			observed obstacle obstacles ok ok-but old-guest omap or origin other outside \
			ownership-claim \
			page-table page-table-dump-safe page-tables page-zero page-zero-loses-iommu \
			pages pamu part-of-page partly PASID passthrough passthrough-refused pci \
			pci-bridge pci-window permission pf-with-vfs-refused phys-bits platform \
			pre-ITS predicted programs proof provided-by \
			qcom qemu qemu-contradicts-prediction qemu-map-refused \
			ram range range-missing ranges read redacted refused regions \
			regions-by-state relax-rmrr relaxable relaxable-overlaps-sw-msi \
			relaxable-with-vfio relaxed-kernel release remap-permitted remapped required \
			reserved reserved-overlaps-direct reserved-region reset \
			reset-always-required reset-parks reset-required resources rests-on RHSA \
			riscv risk RMR rmr-across-nodes-type-clash rmr-not-64k rmr-of-one-skipped \
			rmr-overlap-or-zero RMRR rmrr-broken-scope-workaround rmrr-not-reserved \
			rmrr-on-pf-with-vfs rmrr-refused rmrr-scope-unmatched rockchip rom run \
			s390 SATC scope scope-type scope-type-loses-remapping scope-workaround shown \
			shown-partly sibling sibling-not-viable sibling-refused SIDP smmu \
			smmu-coherency-asked smmuv3 software-window spapr spapr-tells-coherency \
			split sprd state state-dependent-regions static-blocking-domain steps stop \
			stream stream-id sub-page-direct sun50i sw-msi sw-msi-window-collision \
			sw-msi-window-exhaustion switched-off sysfs \
			table-override-active taint tegra-smmu todo trace two-groups-one-container \
			two-msi-lines-touching two-msi-windows two-windows-refused \
			type-dma-but-user-owned type-needs-no-driver type-needs-ownership \
			type-writable \
			unchecked unexplained unknown unknown-region-type unmanaged unparsable-line \
			unplug-parks unplug-parks-in-blocked unsafe-interrupts-enabled untrusted \
			untrusted-refused untrusted-vs-identity usable users users-in-first-stage \
			vectors vendor-kernel verdict vf-bar vf-of vfio vfio-cdev \
			VFIO_DEVICE_ATTACH_IOMMUFD_PT VFIO_DEVICE_BIND_IOMMUFD VFIO_DEVICE_SET_IRQS \
			VFIO_GROUP_GET_DEVICE_FD VFIO_GROUP_SET_CONTAINER VFIO_IOMMU_MAP_DMA \
			VFIO_SET_IOMMU VIOT virtio virtual-functions vm-use vsi VT-d \
			warning window window-mismatch windows-kept-out windows-kept-out-amd \
			windows-kept-out-intel without-group write \
			x86-vector \
			yes yes-but
		;;
	esac
}
# --- The end of what is made ---

# Sets words as COMP_WORDS up to the cursor, with what readline parted at : and = in one again.
_iommu_resv_words() {
	local line=$COMP_LINE piece i blanks
	words=()
	for ((i = 0; i <= COMP_CWORD; i++)); do
		piece=${COMP_WORDS[i]}
		blanks=${line%%[![:space:]]*}
		line=${line#"$blanks"}
		line=${line#"$piece"}
		if [[ $i -eq 0 || -n $blanks ]]; then
			words+=("$piece")
		else
			words[-1]+=$piece
		fi
	done
}

# Sets command to the one that runs, if the line has it; sysfs to where the devices are;
# previous to the option whose argument the cursor is at, and cur to that argument.
_iommu_resv_context() {
	local i word takers
	command='' previous='' sysfs=/sys
	mapfile -t takers < <(_iommu_resv_table with-argument)
	for ((i = 1; i < ${#words[@]} - 1; i++)); do
		word=${words[i]}
		if [[ $word == --sysroot=* ]]; then
			sysfs=${word#*=}/sys
		elif [[ " ${takers[*]} " == *" $word "* ]]; then
			((++i < ${#words[@]} - 1)) || previous=$word
			[[ $word != --sysroot ]] || sysfs=${words[i]}/sys
		elif [[ $word != -* && -z $command ]]; then
			command=check
			! _iommu_resv_table commands | grep -qxF -e "$word" || command=$word
		fi
	done
	[[ ${cur:0:2} == -- && $cur == *=* ]] && previous=${cur%%=*} cur=${cur#*=}
	sysfs=${sysfs/#\~/$HOME}
}

_iommu_resv_names() { # FOLDER: what is in it
	local path
	for path in "$1"/*; do
		[[ ! -e $path && ! -L $path ]] || printf '%s\n' "${path##*/}"
	done
}

_iommu_resv_interfaces() {
	local path
	for path in "$sysfs"/class/net/*; do
		[[ ! -e $path/device ]] || printf '%s\n' "${path##*/}"
	done
}

_iommu_resv_selectors() { # CUR
	case $1 in
	group:*) _iommu_resv_names "$sysfs/kernel/iommu_groups" | sed 's/^/group:/' ;;
	driver:*) _iommu_resv_names "$sysfs/bus/pci/drivers" | sed 's/^/driver:/' ;;
	type:*) _iommu_resv_table types | sed 's/^/type:/' ;;
	[0-9a-f][0-9a-f]:*) _iommu_resv_names "$sysfs/bus/pci/devices" | sed -n 's/^0000://p' ;;
	*)
		_iommu_resv_names "$sysfs/bus/pci/devices"
		[[ -n $first ]] || _iommu_resv_interfaces
		printf '%s\n' group: driver: class: type:
		;;
	esac
}

# Fills COMPREPLY with those lines of standard input that begin with CUR, each behind LEAD.
_iommu_resv_offer() { # CUR [LEAD]
	local line
	while IFS= read -r line; do
		[[ $line != "$1"* ]] || COMPREPLY+=("${2-}$line")
	done
	[[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != *: ]] || compopt -o nospace
}

_iommu_resv_of_kind() { # KIND: what is completed, as the table has it
	local list='' item=$cur
	[[ $1 != *-list && $1 != columns ]] || item=${cur##*,} list=${cur%"$item"}
	case $1 in
	nothing) ;;
	folder)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		;;
	file)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		;;
	selectors | devices-list) _iommu_resv_offer "$item" "$list" < <(_iommu_resv_selectors "$item") ;;
	columns)
		[[ $item != +* ]] || item=${item#+} list=$list+
		_iommu_resv_offer "${item^^}" "$list" < <(_iommu_resv_table columns)
		;;
	*) _iommu_resv_offer "$item" "$list" < <(_iommu_resv_table "${1%-list}") ;;
	esac
}

# The argument of the option previous.
_iommu_resv_argument() {
	local answer
	mapfile -t answer < <(_iommu_resv_table "${command:-check}:$previous")
	if [[ ${answer[0]} == choice ]]; then
		_iommu_resv_offer "$cur" < <(printf '%s\n' "${answer[@]:1}")
	else
		_iommu_resv_of_kind "${answer[0]:-nothing}"
	fi
}

_iommu_resv_options() {
	_iommu_resv_offer "$cur" < <(_iommu_resv_table "options:${command:-check}"
		_iommu_resv_table options:)
}

# The first word is a command, or a selector, for check.
_iommu_resv_first() {
	local first=yes
	_iommu_resv_offer "$cur" < <(_iommu_resv_table commands)
	[[ -z $cur ]] || _iommu_resv_of_kind selectors
}

_iommu_resv() {
	local words cur command previous sysfs first='' at
	COMPREPLY=()
	_iommu_resv_words
	cur=${words[-1]}
	_iommu_resv_context
	if [[ -n $previous ]]; then
		_iommu_resv_argument
	elif [[ $cur == -* ]]; then
		_iommu_resv_options
	elif [[ -z $command ]]; then
		_iommu_resv_first
	else
		_iommu_resv_of_kind "$(_iommu_resv_table "positional:$command")"
	fi
	# readline replaces what is behind the last : or = only
	at=$cur
	[[ $COMP_WORDBREAKS == *:* && $cur == *:* ]] && at=${cur##*:}
	at=${cur%"$at"}
	[[ -z $at ]] || COMPREPLY=("${COMPREPLY[@]#"$at"}")
}

complete -F _iommu_resv iommu-resv
