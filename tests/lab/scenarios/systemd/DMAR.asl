
/* 1 MiB for the network card */
	UINT16 : 0001			/* RMRR */
	UINT16 : 0020			/* length */
	UINT16 : 0000			/* reserved */
	UINT16 : 0000			/* segment */
	UINT64 : 0000000018000000	/* base */
	UINT64 : 00000000180FFFFF	/* end */
	UINT8  : 01			/* scope: endpoint */
	UINT8  : 08			/* length */
	UINT16 : 0000			/* reserved */
	UINT8  : 00			/* enumeration id */
	UINT8  : 00			/* bus */
	UINT8  : 03			/* device */
	UINT8  : 00			/* function */
