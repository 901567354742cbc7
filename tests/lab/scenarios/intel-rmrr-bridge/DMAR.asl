
/* the root port, so all below it as well */
	UINT16 : 0001			/* RMRR */
	UINT16 : 0020			/* length */
	UINT16 : 0000			/* reserved */
	UINT16 : 0000			/* segment */
	UINT64 : 0000000018000000	/* base */
	UINT64 : 00000000180FFFFF	/* end */
	UINT8  : 02			/* scope: bridge */
	UINT8  : 08			/* length */
	UINT16 : 0000			/* reserved */
	UINT8  : 00			/* enumeration id */
	UINT8  : 00			/* bus */
	UINT8  : 05			/* device */
	UINT8  : 00			/* function */

/* the second device, two bridges down */
	UINT16 : 0001			/* RMRR */
	UINT16 : 0024			/* length */
	UINT16 : 0000			/* reserved */
	UINT16 : 0000			/* segment */
	UINT64 : 0000000018200000	/* base */
	UINT64 : 000000001820FFFF	/* end */
	UINT8  : 01			/* scope: endpoint */
	UINT8  : 0C			/* length */
	UINT16 : 0000			/* reserved */
	UINT8  : 00			/* enumeration id */
	UINT8  : 00			/* start bus */
	UINT8  : 05			/* device */
	UINT8  : 00			/* function */
	UINT8  : 00			/* device */
	UINT8  : 00			/* function */
	UINT8  : 02			/* device */
	UINT8  : 00			/* function */
