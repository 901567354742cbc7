
/* QEMU's intel-iommu as one unit for all devices; scenarios append their RMRRs. */
	UINT8  : 26			/* host address width minus 1 */
	UINT8  : 01			/* flags: interrupt remapping */
	UINT16 : 0000			/* reserved */
	UINT64 : 0000000000000000

	UINT16 : 0000			/* DRHD */
	UINT16 : 0018			/* length */
	UINT8  : 01			/* flags: includes all devices */
	UINT8  : 00			/* size of the register set */
	UINT16 : 0000			/* segment */
	UINT64 : 00000000FED90000	/* registers */
	UINT8  : 03			/* scope: the IOAPIC; without it interrupt remapping stays off */
	UINT8  : 08			/* length */
	UINT16 : 0000			/* reserved */
	UINT8  : 00			/* IOAPIC id */
	UINT8  : FF			/* bus */
	UINT8  : 00			/* device */
	UINT8  : 00			/* function */
