
/* 1 MiB that the IOMMU shall not translate for the network card, where a guest has memory */
	UINT8  : 21			/* IVMD for one device */
	UINT8  : 08			/* flags: exclusion */
	UINT16 : 0020			/* length */
	UINT16 : 0018			/* device id: 00:03.0 */
	UINT16 : 0000
	UINT64 : 0000000000000000	/* reserved */
	UINT64 : 0000000006000000	/* start */
	UINT64 : 0000000000100000	/* length */
