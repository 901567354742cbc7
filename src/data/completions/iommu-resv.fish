# SPDX-License-Identifier: GPL-2.0-or-later
# Completions of iommu-resv(8) for fish.

# The words before the cursor that are no options and no arguments of options.
function __iommu_resv_plain
    set -l skip no
    for word in (commandline -opc)[2..-1]
        if test $skip = yes
            set skip no
        else if contains -- $word $__iommu_resv_with_argument
            set skip yes
        else if not string match -q -- '-*' $word
            echo $word
        end
    end
end

# The command that runs; nothing: the line does not tell yet.
function __iommu_resv_command
    set -l plain (__iommu_resv_plain)
    if set -q plain[1]
        contains -- $plain[1] $__iommu_resv_commands
        and echo $plain[1]
        or echo check
    end
end

function __iommu_resv_first
    test -z (__iommu_resv_command)""
end

# Does one of these commands run? Without a word on the line check will.
function __iommu_resv_runs
    set -l command (__iommu_resv_command)
    set -q command[1]
    or set command check
    contains -- $command $argv
end

# Is this what the command takes?
function __iommu_resv_takes
    set -l command (__iommu_resv_command)
    test -n "$command"
    and contains -- $command:$argv[1] $__iommu_resv_positionals
end

# Where the devices are.
function __iommu_resv_sysfs
    set -l words (commandline -opc)
    set -l root (string replace -f -- '--sysroot=' '' $words)
    if set -l i (contains -i -- --sysroot $words)
        set root $words[(math $i + 1)]
    end
    echo $root[1]/sys
end

function __iommu_resv_names # FOLDER PREFIX DESCRIPTION
    set -l names $argv[1]/*
    for name in (string replace -r '.*/' '' -- $names)
        printf '%s%s\t%s\n' $argv[2] $name $argv[3]
    end
end

function __iommu_resv_selectors
    set -l sysfs (__iommu_resv_sysfs)
    set -l current (string replace -r '.*,' '' -- (commandline -ct))
    switch $current
        case 'group:*'
            __iommu_resv_names $sysfs/kernel/iommu_groups group: 'IOMMU group'
        case 'driver:*'
            __iommu_resv_names $sysfs/bus/pci/drivers driver: driver
        case 'type:*'
            printf 'type:%s\tregions\n' $__iommu_resv_types
        case '??:*'
            __iommu_resv_names $sysfs/bus/pci/devices '' device | string replace -f 0000: ''
        case '*'
            __iommu_resv_names $sysfs/bus/pci/devices '' device
            printf '%s\n' group: driver: class: type:
            __iommu_resv_first
            or for path in $sysfs/class/net/*/device
                printf '%s\tinterface\n' (string replace -r '.*/([^/]+)/device$' '$1' -- $path)
            end
    end
end

function __iommu_resv_rules
    printf '%s\n' $__iommu_resv_rules
end

function __iommu_resv_columns
    printf '%s\n' $__iommu_resv_columns
end

# Elements with commas between; columns may begin with a plus.
function __iommu_resv_list # KIND
    set -l kind $argv[1]
    test $kind = devices
    and set kind selectors
    set -l lead (string match -r -- '^.*,|^\+|' (commandline -ct))
    __iommu_resv_$kind | string replace -r '^' -- $lead
end

# --- Made from the sources: UPDATE=1 tests/lint/completions.sh ---
complete -c iommu-resv -n __iommu_resv_first -a check -d 'find problems with reserved regions (the default command)'
complete -c iommu-resv -n __iommu_resv_first -a assign -d 'can a VM have these devices, and which commands it takes'
complete -c iommu-resv -n __iommu_resv_first -a fit -d 'does a guest'\''s memory fit the I/O addresses of these devices'
complete -c iommu-resv -n __iommu_resv_first -a list -d 'list regions, groups, devices, or firmware entries'
complete -c iommu-resv -n __iommu_resv_first -a show -d 'show everything known about devices or groups'
complete -c iommu-resv -n __iommu_resv_first -a map -d 'draw the I/O address space'
complete -c iommu-resv -n __iommu_resv_first -a explain -d 'explain a finding, a word, or what this kernel does'
complete -c iommu-resv -n __iommu_resv_first -a query -d 'ask the kernel about devices that use a VFIO driver'
complete -c iommu-resv -n __iommu_resv_first -a snapshot -d 'save the facts about a host as JSON, for --from'
complete -c iommu-resv -n __iommu_resv_first -a diff -d 'say what differs between two snapshots, or one and this host'
complete -c iommu-resv -n __iommu_resv_first -a merge -d 'judge the snapshots of many hosts as one table'
complete -c iommu-resv -n __iommu_resv_first -a report -d 'print this host and its findings for a mail or an issue'
complete -c iommu-resv -n __iommu_resv_first -a watch -d 'follow this host and say what changes'
complete -c iommu-resv -n __iommu_resv_first -a decode -d 'decode DMAR, IVRS, IORT, VIOT, MADT, or device-tree files'
complete -c iommu-resv -n __iommu_resv_first -a help -d 'show this help, or the help of one command'
complete -c iommu-resv -l sysroot -x -a '(__fish_complete_directories)' -d 'read a saved tree instead of this machine'
complete -c iommu-resv -l from -r -F -d 'read a snapshot instead; -: standard input'
complete -c iommu-resv -l log -r -F -d 'use a saved dmesg or journal as the kernel log'
complete -c iommu-resv -l json -s J -d 'print JSON'
complete -c iommu-resv -l color -x -a 'auto always never' -d 'use colour: auto (default), always, or never'
complete -c iommu-resv -l quiet -s q -d 'print findings and the verdict only'
complete -c iommu-resv -l verbose -s v -d 'print every finding in full, with its evidence'
complete -c iommu-resv -l pci-ids -r -F -d 'names of PCI devices, like lspci -i'
complete -c iommu-resv -l max-size -x -d 'read snapshots and tables up to SIZE; default 32M'
complete -c iommu-resv -l help -s h -d 'show this help'
complete -c iommu-resv -l version -s V -d 'show the version'
complete -c iommu-resv -n '__iommu_resv_runs check list show report' -l assign -x -a '(__iommu_resv_list devices)' -d 'check whether DEV can be passed through to a VM'
complete -c iommu-resv -n '__iommu_resv_runs check snapshot report' -l msi -d 'also check where devices send their interrupts'
complete -c iommu-resv -n '__iommu_resv_runs check snapshot' -l read-msix -d 'the same, and read MSI-X tables'
complete -c iommu-resv -n '__iommu_resv_runs show' -l read-msix -d 'also read MSI-X tables'
complete -c iommu-resv -n '__iommu_resv_runs check' -l only -x -a '(__iommu_resv_list rules)' -d 'check this rule only'
complete -c iommu-resv -n '__iommu_resv_runs check' -l skip -x -a '(__iommu_resv_list rules)' -d 'skip this rule'
complete -c iommu-resv -n '__iommu_resv_runs check' -l ignore-file -r -F -d 'leave out findings that FILE accepts, for a reason'
complete -c iommu-resv -n '__iommu_resv_runs check query merge report' -l fail-on -x -a 'info warning error critical never' -d 'info, warning (default), error, critical, or never'
complete -c iommu-resv -n '__iommu_resv_runs check' -l format -x -a 'text json nagios prometheus tap' -d 'text (default), json, nagios, prometheus, or tap'
complete -c iommu-resv -n '__iommu_resv_runs check' -l guest -r -F -d 'compare with a guest, whose snapshot is FILE'
complete -c iommu-resv -n '__iommu_resv_runs check' -l guest-device -x -d 'GUEST=HOST: a device by its names in both'
complete -c iommu-resv -n '__iommu_resv_runs check snapshot' -l query -d 'also ask the kernel, like the command query'
complete -c iommu-resv -n '__iommu_resv_runs query check snapshot' -l via -x -a 'iommufd vfio' -d 'ask iommufd (default where there is one) or vfio'
complete -c iommu-resv -n '__iommu_resv_runs query check snapshot' -l yes -s y -d 'do not ask for confirmation'
complete -c iommu-resv -n '__iommu_resv_runs list' -l by -x -a 'region group device entry' -d 'list regions (default), groups, devices, or entries'
complete -c iommu-resv -n '__iommu_resv_runs check' -l output -s o -r -F -d 'file to write; -: standard output (the default)'
complete -c iommu-resv -n '__iommu_resv_runs list' -l output -s o -x -a '(__iommu_resv_list columns)' -d 'columns to print; +COLUMN adds one; help lists all'
complete -c iommu-resv -n '__iommu_resv_runs merge' -l output -s o -x -d 'columns to print; +NAME adds one; help lists all'
complete -c iommu-resv -n '__iommu_resv_runs snapshot' -l output -s o -r -F -d 'file to write; -: standard output (the default)'
complete -c iommu-resv -n '__iommu_resv_runs list merge' -l list-columns -d 'list the columns'
complete -c iommu-resv -n '__iommu_resv_runs list merge' -l noheadings -s n -d 'omit the headings'
complete -c iommu-resv -n '__iommu_resv_runs list merge' -l raw -s r -d 'separate columns with one space, for scripts'
complete -c iommu-resv -n '__iommu_resv_runs fit' -l ram -x -d 'memory of the guest: 64G'
complete -c iommu-resv -n '__iommu_resv_runs fit' -l machine -x -d 'machine type of QEMU: q35, pc, microvm, or virt'
complete -c iommu-resv -n '__iommu_resv_runs fit' -l phys-bits -x -d 'address bits of the guest'\''s CPUs'
complete -c iommu-resv -n '__iommu_resv_runs fit' -l range -x -d 'addresses to be mapped: FIRST-LAST or FIRST+SIZE'
complete -c iommu-resv -n '__iommu_resv_runs fit' -l identity-ram -d 'all RAM of this host, each page at its own address'
complete -c iommu-resv -n '__iommu_resv_runs fit' -l holes -d 'print the addresses that can be mapped and nothing else'
complete -c iommu-resv -n '__iommu_resv_runs map' -l svg -d 'draw the picture as SVG'
complete -c iommu-resv -n '__iommu_resv_runs report' -l all -d 'print every group, finding and log line'
complete -c iommu-resv -n '__iommu_resv_runs report snapshot' -l redact -d 'replace names, serials and network addresses'
complete -c iommu-resv -n '__iommu_resv_runs report' -l markdown -d 'print Markdown: a summary, and the text folded away'
complete -c iommu-resv -n '__iommu_resv_runs report' -l attach -r -F -d 'also write a snapshot of the same facts'
complete -c iommu-resv -n '__iommu_resv_runs watch' -l once -d 'end after the first change'
complete -c iommu-resv -n '__iommu_resv_runs watch' -l timeout -x -d 'end after so many seconds'
set -g __iommu_resv_commands \
    check assign fit list show map explain query snapshot diff merge report watch decode help
set -g __iommu_resv_positionals \
    check:selectors assign:selectors fit:selectors list:selectors show:selectors map:selectors \
    explain:topics query:selectors snapshot:nothing diff:file merge:file report:selectors \
    watch:nothing decode:file help:commands
set -g __iommu_resv_with_argument \
    --sysroot --from --log --color --pci-ids --max-size --assign --only --skip --ignore-file \
    --fail-on --format --guest --guest-device --via --by --output -o --ram --machine --phys-bits \
    --range --attach --timeout
set -g __iommu_resv_types \
    direct direct-relaxable reserved msi sw-msi unknown
set -g __iommu_resv_rules \
    iommu-present-without-groups unparsable-line unknown-region-type list-truncated firmware-taint \
    table-override-active relaxed-kernel noiommu copied-tables device-outside-every-unit \
    hw-and-sw-msi two-msi-lines-touching hw-msi-without-cookie no-isolated-msi \
    unsafe-interrupts-enabled sw-msi-window-collision sw-msi-window-exhaustion \
    doorbell-in-direct-range msi-address-outside-window msi-controller-never-prepares \
    direct-equals-sw-msi direct-overlaps-sw-msi-partly relaxable-overlaps-sw-msi \
    direct-overlaps-hw-msi reserved-overlaps-direct direct-overlaps-memory iort-rmr-ignored \
    rmr-not-64k rmr-overlap-or-zero rmr-across-nodes-type-clash misaligned-direct \
    empty-or-inverted-direct sub-page-direct direct-wraps direct-beyond-width direct-page-zero \
    direct-in-identity direct-not-mapped fault-in-foreign-range fault-in-firmware-memory \
    fault-in-peer-bar ivmd-without-permission ivmd-wide-range ivmd-exclusion ivmd-hidden-function \
    expected-ivmd-missing dma-api-blind-spot ats-reset-drops-direct unplug-parks-in-blocked \
    untrusted-vs-identity dt-non-identity dt-wrong-cells dmar-scope-type-mismatch \
    rmrr-scope-unmatched rmrr-broken-scope-workaround rmrr-not-reserved rmrr-on-pf-with-vfs \
    direct-device-bound-to-vfio direct-sibling-blocks-group group-not-viable relaxable-with-vfio \
    two-groups-one-container half-attached-group type-dma-but-user-owned device-in-use \
    narrow-addresses answer-differs-from-prediction log-contradicts-prediction \
    log-contradicts-machine qemu-contradicts-prediction qemu-map-refused state-dependent-regions \
    fw-sysfs-mismatch nested-identity nested-msi-window nested-window-mismatch \
    nested-remap-permitted nested-old-guest nested-range-missing faults-elsewhere \
    passthrough-refused ignore-entry-expired ignore-entry-unused
set -g __iommu_resv_topics \
    1:1 \
    absent ACS address-width advice affected alignment amba amd amd-levels-limit AMD-Vi ANDD \
    answer-differs-from-prediction answered aperture asked ATS ats-reset-drops-direct ATSR auto \
    backported bad-rmrr-disables bad-rmrr-taints bar bars basis bcm2712 because bind \
    bind-tells-errno blocked boot-setup bridge-refused broken BTF by-the-commit-only \
    cache-coherency can-use cannot cannot-tell cause chip cmdline coherency-required columns \
    command-line container copied-tables coverage critical cut \
    dart default-domain denied derived device device-in-use device-nodes device-outside-every-unit \
    device-tree devices direct direct-beyond-width direct-device-bound-to-vfio direct-dropped \
    direct-equals-sw-msi direct-failure-ends-probe direct-failure-ignored direct-failure-loses-iommu \
    direct-failure-panics direct-in-identity direct-mappings direct-not-mapped \
    direct-overlaps-hw-msi direct-overlaps-memory direct-overlaps-sw-msi-partly direct-page-zero \
    direct-range direct-refused direct-region direct-relaxable direct-sibling-blocks-group \
    direct-wraps DMA dma-api-blind-spot DMA-FQ dma-mask dma-masks dma-ranges dma-ranges-kept DMAR \
    dmar-scope-type-mismatch domain doorbell doorbell-in-direct-range doorbell-pages-unchecked DRHD \
    driver drivers dt-non-identity dt-regions dt-regions-exynos dt-wrong-cells DTB \
    EACCES EADDRINUSE EBADMSG EBUSY EEXIST EFAULT EFBIG efr-printed-first EINVAL \
    empty-or-inverted-direct endpoint ends-at ENODEV ENOENT ENOMEM ENOSPC ENOTTY EOPNOTSUPP EPERM \
    error every-version evidence exclusion-mapped EXDEV expected-ivmd-missing exynos \
    fault fault-in-firmware-memory fault-in-foreign-range fault-in-peer-bar faults-elsewhere \
    fewer-phys-bits file finding firmware-tables firmware-taint first-device-reserves-amd \
    first-device-reserves-intel fix for from-booted-kernels from-the-source fsl-mc full fully \
    function fw-sysfs-mismatch \
    generic-page-table gicv2m given group group-half-attached group-is-not-viable group-not-viable \
    group-type-file groups guest \
    half-attached-group hardware hardware-window has-1:1 heuristic host host-bridge host-ram hotplug \
    hw-and-sw-msi hw-msi-without-cookie hypervisor \
    identity ids ignore-entry-expired ignore-entry-unused ignored imsic in-use info inquiries intel \
    intended interrupt interrupt-remapping interrupts intx iomem iommu iommu-addresses iommu-class \
    iommu-group iommu-groups iommu-present-without-groups IOMMU_IOAS_MAP iommufd IORT iort-iwb \
    iort-rmr iort-rmr-ignored IOVA ipmmu-vmsa isa-range-relaxable isolated isolation-per-group its \
    its-v5 IVHD IVMD ivmd-exclusion ivmd-hidden-function ivmd-wide-range ivmd-without-permission \
    IVRS \
    joins-with-driver \
    kept-out kernel kernel-arch-file kernel-rule known \
    left-out less-ram list-cut-silently list-overruns-page list-truncated listed log \
    log-contradicts-machine log-contradicts-prediction logs ls-scfg \
    machine MADT map-elements-by-cells mapping-failed mappings max-ram-below-4g mbi mdev mediatek \
    memory-map migration mip misaligned-direct mock modules more mounts msi \
    msi-address-outside-window msi-controller-never-prepares msi-x msix-tables msm \
    name narrow-addresses needs-1:1 nested-identity nested-msi-window nested-old-guest \
    nested-range-missing nested-remap-permitted nested-window-mismatch network newer-machine next no \
    no-address-left no-address-refused no-cookie-no-msi no-device no-driver no-group \
    no-group-refused no-iommu no-isolated-msi no-match no-sysfs node nodes noiommu none not \
    not-announced not-applicable not-asked not-given-away not-isolated-refused \
    not-isolated-refused-by-iommufd not-known not-offered not-read not-readable not-shown \
    not-switched-on not-used nothing now \
    observed obstacle obstacles ok ok-but old-guest omap or origin other outside ownership-claim \
    page-table page-table-dump-safe page-tables page-zero page-zero-loses-iommu pages pamu \
    part-of-page partly PASID passthrough passthrough-refused pci pci-bridge pci-window permission \
    pf-with-vfs-refused phys-bits platform pre-ITS predicted programs proof provided-by \
    qcom qemu qemu-contradicts-prediction qemu-map-refused \
    ram range range-missing ranges read redacted refused regions regions-by-state relax-rmrr \
    relaxable relaxable-overlaps-sw-msi relaxable-with-vfio relaxed-kernel release remap-permitted \
    remapped required reserved reserved-overlaps-direct reserved-region reset reset-always-required \
    reset-parks reset-required resources rests-on RHSA riscv risk RMR rmr-across-nodes-type-clash \
    rmr-not-64k rmr-of-one-skipped rmr-overlap-or-zero RMRR rmrr-broken-scope-workaround \
    rmrr-not-reserved rmrr-on-pf-with-vfs rmrr-refused rmrr-scope-unmatched rockchip rom run \
    s390 SATC scope scope-type scope-type-loses-remapping scope-workaround shown shown-partly \
    sibling sibling-not-viable sibling-refused SIDP smmu smmu-coherency-asked smmuv3 software-window \
    spapr spapr-tells-coherency split sprd state state-dependent-regions static-blocking-domain \
    steps stop stream stream-id sub-page-direct sun50i sw-msi sw-msi-window-collision \
    sw-msi-window-exhaustion switched-off sysfs \
    table-override-active taint tegra-smmu todo trace two-groups-one-container \
    two-msi-lines-touching two-msi-windows two-windows-refused type-dma-but-user-owned \
    type-needs-no-driver type-needs-ownership type-writable \
    unchecked unexplained unknown unknown-region-type unmanaged unparsable-line unplug-parks \
    unplug-parks-in-blocked unsafe-interrupts-enabled untrusted untrusted-refused \
    untrusted-vs-identity usable users users-in-first-stage \
    vectors vendor-kernel verdict vf-bar vf-of vfio vfio-cdev VFIO_DEVICE_ATTACH_IOMMUFD_PT \
    VFIO_DEVICE_BIND_IOMMUFD VFIO_DEVICE_SET_IRQS VFIO_GROUP_GET_DEVICE_FD VFIO_GROUP_SET_CONTAINER \
    VFIO_IOMMU_MAP_DMA VFIO_SET_IOMMU VIOT virtio virtual-functions vm-use vsi VT-d \
    warning window window-mismatch windows-kept-out windows-kept-out-amd windows-kept-out-intel \
    without-group write \
    x86-vector \
    yes yes-but
set -g __iommu_resv_columns \
    'GROUP	number of the IOMMU group' \
    'DOMAIN	type of the group'\''s default domain' \
    'FIRST	first address of the region' \
    'LAST	last address, included' \
    'SIZE	size of the region' \
    'TYPE	type of the region, telling msi and sw-msi apart' \
    'LINE	line of the group'\''s reserved_regions' \
    'COVERAGE	how much of the reserved memory is identity-mapped' \
    'LOST	the part of it that is not identity-mapped' \
    'CONFIDENCE	how the type is known' \
    'WHY	why this is the type, or why an entry is not shown' \
    'STATE	whether sysfs shows the firmware entry' \
    'ORIGIN	the firmware entry, or the driver, that made the region' \
    'EXPLAINED	whether firmware entries, or the driver, explain the region' \
    'OWNER	devices that a direct region or an entry is for' \
    'DEVICE	the device, or the first of the group and how many more' \
    'DEVICES	all devices of the group' \
    'DIRECT	number of direct regions' \
    'RELAXABLE	number of direct-relaxable regions' \
    'RESERVED	number of reserved regions' \
    'MSI	number of hardware MSI regions' \
    'SW-MSI	number of software MSI regions' \
    'IOMMU	the IOMMU of the device or group' \
    'DRIVER	the device'\''s driver' \
    'CLASS	PCI class' \
    'ID	PCI vendor and device' \
    'REQUIRED	whether the device needs identity-mapped memory' \
    'PROVIDED	who provides the identity mapping' \
    'PROOF	how the identity mapping is known to be there' \
    'VFIO	the answer expected from VFIO type1' \
    'IOMMUFD	the answer expected from iommufd' \
    'BLOCKER	device and entry that keep it from being passed through' \
    'NAME	name of the device, or of the group with --by group'
# --- The end of what is made ---

complete -c iommu-resv -f
complete -c iommu-resv -n '__iommu_resv_takes selectors' -a '(__iommu_resv_selectors)'
complete -c iommu-resv -n '__iommu_resv_first; and test -n (commandline -ct)""' \
    -a '(__iommu_resv_selectors)'
complete -c iommu-resv -n '__iommu_resv_takes topics' -a '$__iommu_resv_topics'
complete -c iommu-resv -n '__iommu_resv_takes commands' -a '$__iommu_resv_commands'
complete -c iommu-resv -n '__iommu_resv_takes file' -F
