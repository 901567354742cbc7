
/* the first function */
	UINT16 : 0001			/* RMRR */
	UINT16 : 0020			/* length */
	UINT16 : 0000			/* reserved */
	UINT16 : 0000			/* segment */
	UINT64 : 0000000018000000	/* base */
	UINT64 : 000000001800FFFF	/* end */
	UINT8  : 01			/* scope: endpoint */
	UINT8  : 08			/* length */
	UINT16 : 0000			/* reserved */
	UINT8  : 00			/* enumeration id */
	UINT8  : 00			/* bus */
	UINT8  : 07			/* device */
	UINT8  : 00			/* function */

/* the second function: begins where the first one ends */
	UINT16 : 0001			/* RMRR */
	UINT16 : 0020			/* length */
	UINT16 : 0000			/* reserved */
	UINT16 : 0000			/* segment */
	UINT64 : 0000000018010000	/* base */
	UINT64 : 000000001801FFFF	/* end */
	UINT8  : 01			/* scope: endpoint */
	UINT8  : 08			/* length */
	UINT16 : 0000			/* reserved */
	UINT8  : 00			/* enumeration id */
	UINT8  : 00			/* bus */
	UINT8  : 07			/* device */
	UINT8  : 01			/* function */
