
/* QEMU's amd-iommu, function 00:02.0, for all devices of bus 0; scenarios append their IVMD blocks. */
	UINT32 : 00002800		/* virtualization info: 40 bits of physical address */
	UINT64 : 0000000000000000	/* reserved */

	UINT8  : 10			/* IVHD */
	UINT8  : D1			/* flags */
	UINT16 : 0028			/* length */
	UINT16 : 0010			/* the IOMMU's device id */
	UINT16 : 0040			/* its capability's offset */
	UINT64 : 00000000FED80000	/* registers */
	UINT16 : 0000			/* segment */
	UINT16 : 0000			/* info */
	UINT32 : 00000044		/* features */
	UINT8  : 03			/* from device id ... */
	UINT16 : 0000
	UINT8  : 00
	UINT8  : 04			/* ... to device id */
	UINT16 : 00FF
	UINT8  : 00
	UINT8  : 48			/* special device */
	UINT16 : 0000
	UINT8  : 00
	UINT8  : 00			/* IOAPIC id */
	UINT16 : 00A0			/* whose interrupts come from this device id */
	UINT8  : 01			/* an IOAPIC */
