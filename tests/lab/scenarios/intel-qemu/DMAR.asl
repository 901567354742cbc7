
/* 1 MiB for the USB controller, where a guest has memory */
	UINT16 : 0001			/* RMRR */
	UINT16 : 0020			/* length */
	UINT16 : 0000			/* reserved */
	UINT16 : 0000			/* segment */
	UINT64 : 0000000006000000	/* base */
	UINT64 : 00000000060FFFFF	/* end */
	UINT8  : 01			/* scope: endpoint */
	UINT8  : 08			/* length */
	UINT16 : 0000			/* reserved */
	UINT8  : 00			/* enumeration id */
	UINT8  : 00			/* bus */
	UINT8  : 04			/* device */
	UINT8  : 00			/* function */

/* 1 MiB for a network card, where a small guest has none */
	UINT16 : 0001			/* RMRR */
	UINT16 : 0020			/* length */
	UINT16 : 0000			/* reserved */
	UINT16 : 0000			/* segment */
	UINT64 : 0000000006800000	/* base */
	UINT64 : 00000000068FFFFF	/* end */
	UINT8  : 01			/* scope: endpoint */
	UINT8  : 08			/* length */
	UINT16 : 0000			/* reserved */
	UINT8  : 00			/* enumeration id */
	UINT8  : 00			/* bus */
	UINT8  : 03			/* device */
	UINT8  : 00			/* function */
