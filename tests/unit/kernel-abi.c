/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <linux/version.h>
#include <linux/vfio.h>
#if __has_include(<linux/iommufd.h>)
#include <linux/iommufd.h>
#endif

#include "kernel-api/abi.h"
#include "kernel-api/hw-info.h"
#include "kernel-api/iommufd.h"
#include "kernel-api/vfio.h"

/*
 * Our definitions of the kernel's interfaces against the headers that are installed here:
 * every number, size and offset that they have. What is newer than the headers is
 * skipped, with their version; tests/lab/abi runs this with the headers of each kernel of
 * the lab.
 */

static unsigned different;
static const char *newer;

#define SAME(ours, theirs)                                                          \
	do {                                                                        \
		if ((unsigned long long)(ours) != (unsigned long long)(theirs)) {   \
			different++;                                                \
			printf("# line %d: %s is 0x%llx, %s is 0x%llx\n", __LINE__, \
			       #ours, (unsigned long long)(ours), #theirs,          \
			       (unsigned long long)(theirs));                       \
		}                                                                   \
	} while (0)

/* The same member at the same place, of the same size. */
#define MEMBER(ours, our_member, theirs, their_member)            \
	do {                                                      \
		SAME(offsetof(struct ours, our_member),           \
		     offsetof(struct theirs, their_member));      \
		SAME(sizeof(((struct ours *)0)->our_member),      \
		     sizeof(((struct theirs *)0)->their_member)); \
	} while (0)

static void test_vfio(void)
{
	SAME(ABI_VFIO_REQUEST(ABI_VFIO_SET_IOMMU), VFIO_SET_IOMMU);
	SAME(ABI_VFIO_REQUEST(ABI_VFIO_GROUP_GET_STATUS), VFIO_GROUP_GET_STATUS);
	SAME(ABI_VFIO_REQUEST(ABI_VFIO_GROUP_SET_CONTAINER), VFIO_GROUP_SET_CONTAINER);
	SAME(ABI_VFIO_REQUEST(ABI_VFIO_GROUP_GET_DEVICE_FD), VFIO_GROUP_GET_DEVICE_FD);
	SAME(ABI_VFIO_REQUEST(ABI_VFIO_IOMMU_GET_INFO), VFIO_IOMMU_GET_INFO);
	SAME(ABI_VFIO_TYPE1V2, VFIO_TYPE1v2_IOMMU);

	SAME(sizeof(struct abi_vfio_group_status), sizeof(struct vfio_group_status));
	MEMBER(abi_vfio_group_status, argsz, vfio_group_status, argsz);
	MEMBER(abi_vfio_group_status, flags, vfio_group_status, flags);
	SAME(VFIO_GROUP_IS_VIABLE, VFIO_GROUP_FLAGS_VIABLE);
	SAME(VFIO_GROUP_HAS_CONTAINER, VFIO_GROUP_FLAGS_CONTAINER_SET);
}

/*
 * 32-bit x86 aligns what VFIO has of 64 bits to 4 bytes only. The kernel that a program
 * of 32 bits meets is one of 64, with the layout that all other architectures have.
 */
static void test_vfio_type1(void)
{
	const bool packed = _Alignof(struct vfio_iommu_type1_info) < 8;

	if (!packed)
		SAME(sizeof(struct abi_vfio_type1_info),
		     sizeof(struct vfio_iommu_type1_info));
	MEMBER(abi_vfio_type1_info, argsz, vfio_iommu_type1_info, argsz);
	MEMBER(abi_vfio_type1_info, flags, vfio_iommu_type1_info, flags);
	MEMBER(abi_vfio_type1_info, iova_pgsizes, vfio_iommu_type1_info, iova_pgsizes);
	MEMBER(abi_vfio_type1_info, cap_offset, vfio_iommu_type1_info, cap_offset);
	SAME(ABI_VFIO_IOMMU_INFO_PGSIZES, VFIO_IOMMU_INFO_PGSIZES);
	SAME(ABI_VFIO_IOMMU_INFO_CAPS, VFIO_IOMMU_INFO_CAPS);

	SAME(sizeof(struct abi_vfio_cap_header), sizeof(struct vfio_info_cap_header));
	MEMBER(abi_vfio_cap_header, id, vfio_info_cap_header, id);
	MEMBER(abi_vfio_cap_header, version, vfio_info_cap_header, version);
	MEMBER(abi_vfio_cap_header, next, vfio_info_cap_header, next);

	SAME(ABI_VFIO_TYPE1_CAP_IOVA_RANGE, VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE);
	SAME(sizeof(struct abi_vfio_type1_iova_range),
	     offsetof(struct vfio_iommu_type1_info_cap_iova_range, iova_ranges));
	MEMBER(abi_vfio_type1_iova_range, nr_iovas, vfio_iommu_type1_info_cap_iova_range,
	       nr_iovas);
	SAME(sizeof(struct abi_iova_range), sizeof(struct vfio_iova_range));
	MEMBER(abi_iova_range, start, vfio_iova_range, start);
	MEMBER(abi_iova_range, last, vfio_iova_range, end);

	SAME(ABI_VFIO_TYPE1_CAP_MIGRATION, VFIO_IOMMU_TYPE1_INFO_CAP_MIGRATION);
	MEMBER(abi_vfio_type1_migration, flags, vfio_iommu_type1_info_cap_migration,
	       flags);
	if (!packed) {
		MEMBER(abi_vfio_type1_migration, pgsize_bitmap,
		       vfio_iommu_type1_info_cap_migration, pgsize_bitmap);
		MEMBER(abi_vfio_type1_migration, max_dirty_bitmap_size,
		       vfio_iommu_type1_info_cap_migration, max_dirty_bitmap_size);
	}

	SAME(ABI_VFIO_TYPE1_CAP_DMA_AVAIL, VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL);
	MEMBER(abi_vfio_type1_dma_avail, avail, vfio_iommu_type1_info_dma_avail, avail);
}

static void test_vfio_cdev(void)
{
#ifdef VFIO_DEVICE_BIND_IOMMUFD
	SAME(ABI_VFIO_REQUEST(ABI_VFIO_DEVICE_BIND_IOMMUFD), VFIO_DEVICE_BIND_IOMMUFD);
	SAME(ABI_VFIO_REQUEST(ABI_VFIO_DEVICE_ATTACH_IOMMUFD_PT),
	     VFIO_DEVICE_ATTACH_IOMMUFD_PT);
	MEMBER(abi_vfio_bind, argsz, vfio_device_bind_iommufd, argsz);
	MEMBER(abi_vfio_bind, flags, vfio_device_bind_iommufd, flags);
	MEMBER(abi_vfio_bind, iommufd, vfio_device_bind_iommufd, iommufd);
	MEMBER(abi_vfio_bind, out_devid, vfio_device_bind_iommufd, out_devid);
	MEMBER(abi_vfio_attach, argsz, vfio_device_attach_iommufd_pt, argsz);
	MEMBER(abi_vfio_attach, flags, vfio_device_attach_iommufd_pt, flags);
	MEMBER(abi_vfio_attach, pt_id, vfio_device_attach_iommufd_pt, pt_id);
	/* What was added since stands behind what we send. */
#ifdef VFIO_DEVICE_BIND_FLAG_TOKEN
	SAME(sizeof(struct abi_vfio_bind),
	     offsetof(struct vfio_device_bind_iommufd, token_uuid_ptr));
#else
	SAME(sizeof(struct abi_vfio_bind), sizeof(struct vfio_device_bind_iommufd));
#endif
#ifdef VFIO_DEVICE_ATTACH_PASID
	SAME(sizeof(struct abi_vfio_attach),
	     offsetof(struct vfio_device_attach_iommufd_pt, pasid));
#else
	SAME(sizeof(struct abi_vfio_attach),
	     sizeof(struct vfio_device_attach_iommufd_pt));
#endif
#else
	newer = "the node of a device";
#endif
}

static void test_iommufd(void)
{
#ifdef IOMMU_FAULT_QUEUE_ALLOC
	SAME(ABI_REQUEST(IOMMUFD_DESTROY), IOMMU_DESTROY);
	SAME(ABI_REQUEST(IOMMUFD_IOAS_ALLOC), IOMMU_IOAS_ALLOC);
	SAME(ABI_REQUEST(IOMMUFD_IOAS_ALLOW_IOVAS), IOMMU_IOAS_ALLOW_IOVAS);
	SAME(ABI_REQUEST(IOMMUFD_IOAS_COPY), IOMMU_IOAS_COPY);
	SAME(ABI_REQUEST(IOMMUFD_IOAS_IOVA_RANGES), IOMMU_IOAS_IOVA_RANGES);
	SAME(ABI_REQUEST(IOMMUFD_IOAS_MAP), IOMMU_IOAS_MAP);
	SAME(ABI_REQUEST(IOMMUFD_IOAS_UNMAP), IOMMU_IOAS_UNMAP);
	SAME(ABI_REQUEST(IOMMUFD_OPTION), IOMMU_OPTION);
	SAME(ABI_REQUEST(IOMMUFD_VFIO_IOAS), IOMMU_VFIO_IOAS);
	SAME(ABI_REQUEST(IOMMUFD_HWPT_ALLOC), IOMMU_HWPT_ALLOC);
	SAME(ABI_REQUEST(IOMMUFD_GET_HW_INFO), IOMMU_GET_HW_INFO);
	SAME(ABI_REQUEST(IOMMUFD_HWPT_SET_DIRTY_TRACKING), IOMMU_HWPT_SET_DIRTY_TRACKING);
	SAME(ABI_REQUEST(IOMMUFD_HWPT_GET_DIRTY_BITMAP), IOMMU_HWPT_GET_DIRTY_BITMAP);
	SAME(ABI_REQUEST(IOMMUFD_HWPT_INVALIDATE), IOMMU_HWPT_INVALIDATE);
	SAME(ABI_REQUEST(IOMMUFD_FAULT_QUEUE_ALLOC), IOMMU_FAULT_QUEUE_ALLOC);

	SAME(sizeof(struct abi_ioas_alloc), sizeof(struct iommu_ioas_alloc));
	MEMBER(abi_ioas_alloc, size, iommu_ioas_alloc, size);
	MEMBER(abi_ioas_alloc, flags, iommu_ioas_alloc, flags);
	MEMBER(abi_ioas_alloc, out_ioas_id, iommu_ioas_alloc, out_ioas_id);

	SAME(sizeof(struct abi_iova_range), sizeof(struct iommu_iova_range));
	MEMBER(abi_iova_range, start, iommu_iova_range, start);
	MEMBER(abi_iova_range, last, iommu_iova_range, last);

	SAME(sizeof(struct abi_ioas_iova_ranges), sizeof(struct iommu_ioas_iova_ranges));
	MEMBER(abi_ioas_iova_ranges, size, iommu_ioas_iova_ranges, size);
	MEMBER(abi_ioas_iova_ranges, ioas_id, iommu_ioas_iova_ranges, ioas_id);
	MEMBER(abi_ioas_iova_ranges, num_iovas, iommu_ioas_iova_ranges, num_iovas);
	MEMBER(abi_ioas_iova_ranges, reserved, iommu_ioas_iova_ranges, __reserved);
	MEMBER(abi_ioas_iova_ranges, allowed_iovas, iommu_ioas_iova_ranges,
	       allowed_iovas);
	MEMBER(abi_ioas_iova_ranges, out_iova_alignment, iommu_ioas_iova_ranges,
	       out_iova_alignment);

	SAME(sizeof(struct abi_option), sizeof(struct iommu_option));
	MEMBER(abi_option, size, iommu_option, size);
	MEMBER(abi_option, option_id, iommu_option, option_id);
	MEMBER(abi_option, op, iommu_option, op);
	MEMBER(abi_option, reserved, iommu_option, __reserved);
	MEMBER(abi_option, object_id, iommu_option, object_id);
	MEMBER(abi_option, val64, iommu_option, val64);
	SAME(ABI_OPTION_GET, IOMMU_OPTION_OP_GET);
	SAME(IOMMUFD_OPTION_RLIMIT_MODE, IOMMU_OPTION_RLIMIT_MODE);
	SAME(IOMMUFD_OPTION_HUGE_PAGES, IOMMU_OPTION_HUGE_PAGES);
#else
	newer = "iommufd as of 6.12";
#endif
}

static void test_hw_info(void)
{
#ifdef IOMMU_FAULT_QUEUE_ALLOC
	SAME(sizeof(struct abi_hw_info), sizeof(struct iommu_hw_info));
	MEMBER(abi_hw_info, size, iommu_hw_info, size);
	MEMBER(abi_hw_info, flags, iommu_hw_info, flags);
	MEMBER(abi_hw_info, dev_id, iommu_hw_info, dev_id);
	MEMBER(abi_hw_info, data_len, iommu_hw_info, data_len);
	MEMBER(abi_hw_info, data_uptr, iommu_hw_info, data_uptr);
	MEMBER(abi_hw_info, data_type, iommu_hw_info, out_data_type);
	MEMBER(abi_hw_info, out_capabilities, iommu_hw_info, out_capabilities);
	SAME(HW_INFO_NONE, IOMMU_HW_INFO_TYPE_NONE);
	SAME(HW_INFO_INTEL_VTD, IOMMU_HW_INFO_TYPE_INTEL_VTD);
	SAME(HW_CAPABILITY_DIRTY_TRACKING, IOMMU_HW_CAP_DIRTY_TRACKING);

	SAME(sizeof(struct abi_hw_info_vtd), sizeof(struct iommu_hw_info_vtd));
	MEMBER(abi_hw_info_vtd, flags, iommu_hw_info_vtd, flags);
	MEMBER(abi_hw_info_vtd, cap_reg, iommu_hw_info_vtd, cap_reg);
	MEMBER(abi_hw_info_vtd, ecap_reg, iommu_hw_info_vtd, ecap_reg);
#else
	newer = "iommufd as of 6.12";
#endif
}

static void test_newest(void)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 2, 0)
	SAME(ABI_REQUEST(IOMMUFD_IOAS_MAP_FILE), IOMMU_IOAS_MAP_FILE);
	SAME(ABI_REQUEST(IOMMUFD_VIOMMU_ALLOC), IOMMU_VIOMMU_ALLOC);
	SAME(ABI_REQUEST(IOMMUFD_VDEVICE_ALLOC), IOMMU_VDEVICE_ALLOC);
	SAME(ABI_REQUEST(IOMMUFD_IOAS_CHANGE_PROCESS), IOMMU_IOAS_CHANGE_PROCESS);
	SAME(ABI_REQUEST(IOMMUFD_VEVENTQ_ALLOC), IOMMU_VEVENTQ_ALLOC);
	SAME(ABI_REQUEST(IOMMUFD_HW_QUEUE_ALLOC), IOMMU_HW_QUEUE_ALLOC);

	MEMBER(abi_hw_info, out_max_pasid_log2, iommu_hw_info, out_max_pasid_log2);
	MEMBER(abi_hw_info, reserved, iommu_hw_info, __reserved);
	SAME(HW_INFO_ARM_SMMUV3, IOMMU_HW_INFO_TYPE_ARM_SMMUV3);
	SAME(HW_INFO_TEGRA241_CMDQV, IOMMU_HW_INFO_TYPE_TEGRA241_CMDQV);
	SAME(HW_INFO_AMD, IOMMU_HW_INFO_TYPE_AMD);
	SAME(HW_CAPABILITY_PASID_EXEC, IOMMU_HW_CAP_PCI_PASID_EXEC);
	SAME(HW_CAPABILITY_PASID_PRIV, IOMMU_HW_CAP_PCI_PASID_PRIV);
	SAME(HW_CAPABILITY_ATS_NOT_SUPPORTED, IOMMU_HW_CAP_PCI_ATS_NOT_SUPPORTED);

	SAME(sizeof(struct abi_hw_info_smmuv3), sizeof(struct iommu_hw_info_arm_smmuv3));
	MEMBER(abi_hw_info_smmuv3, flags, iommu_hw_info_arm_smmuv3, flags);
	MEMBER(abi_hw_info_smmuv3, idr, iommu_hw_info_arm_smmuv3, idr);
	MEMBER(abi_hw_info_smmuv3, iidr, iommu_hw_info_arm_smmuv3, iidr);
	MEMBER(abi_hw_info_smmuv3, aidr, iommu_hw_info_arm_smmuv3, aidr);

	SAME(sizeof(struct abi_hw_info_cmdqv),
	     sizeof(struct iommu_hw_info_tegra241_cmdqv));
	MEMBER(abi_hw_info_cmdqv, flags, iommu_hw_info_tegra241_cmdqv, flags);
	MEMBER(abi_hw_info_cmdqv, version, iommu_hw_info_tegra241_cmdqv, version);
	MEMBER(abi_hw_info_cmdqv, log2vcmdqs, iommu_hw_info_tegra241_cmdqv, log2vcmdqs);
	MEMBER(abi_hw_info_cmdqv, log2vsids, iommu_hw_info_tegra241_cmdqv, log2vsids);

	SAME(sizeof(struct abi_hw_info_amd), sizeof(struct iommu_hw_info_amd));
	MEMBER(abi_hw_info_amd, efr, iommu_hw_info_amd, efr);
	MEMBER(abi_hw_info_amd, efr2, iommu_hw_info_amd, efr2);
#else
	newer = "iommufd as of 7.2";
#endif
}

int main(void)
{
	static const struct {
		const char *name;
		void (*compare)(void);
	} tests[] = {
		{ "VFIO: groups, containers, devices", test_vfio },
		{ "VFIO: type 1", test_vfio_type1 },
		{ "VFIO: the node of a device", test_vfio_cdev },
		{ "iommufd", test_iommufd },
		{ "iommufd: hardware", test_hw_info },
		{ "iommufd: as of 7.2", test_newest },
	};
	unsigned failed = 0;

	printf("1..%zu\n# headers of Linux %d.%d\n", ARRAY_SIZE(tests),
	       LINUX_VERSION_CODE >> 16, LINUX_VERSION_CODE >> 8 & 0xff);
	for (size_t i = 0; i < ARRAY_SIZE(tests); i++) {
		different = 0;
		newer = NULL;
		tests[i].compare();
		failed += different != 0;
		printf("%sok %zu - %s", different ? "not " : "", i + 1, tests[i].name);
		if (newer)
			printf(" # SKIP %s is newer than these headers", newer);
		printf("\n");
	}
	return failed != 0;
}
