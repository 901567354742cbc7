
/* the network card by its own bus number: a workaround of the kernel finds it */
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
	UINT8  : 01			/* start bus */
	UINT8  : 00			/* device */
	UINT8  : 00			/* function */

/* a path of two that does not begin at a root bus: matches nothing, whatever is there */
	UINT16 : 0001			/* RMRR */
	UINT16 : 0022			/* length */
	UINT16 : 0000			/* reserved */
	UINT16 : 0000			/* segment */
	UINT64 : 0000000018100000	/* base */
	UINT64 : 000000001810FFFF	/* end */
	UINT8  : 01			/* scope: endpoint */
	UINT8  : 0A			/* length */
	UINT16 : 0000			/* reserved */
	UINT8  : 00			/* enumeration id */
	UINT8  : 01			/* start bus */
	UINT8  : 00			/* device */
	UINT8  : 00			/* function */
	UINT8  : 00			/* device */
	UINT8  : 00			/* function */

/* a function that firmware hides */
	UINT16 : 0001			/* RMRR */
	UINT16 : 0020			/* length */
	UINT16 : 0000			/* reserved */
	UINT16 : 0000			/* segment */
	UINT64 : 0000000018200000	/* base */
	UINT64 : 000000001820FFFF	/* end */
	UINT8  : 01			/* scope: endpoint */
	UINT8  : 08			/* length */
	UINT16 : 0000			/* reserved */
	UINT8  : 00			/* enumeration id */
	UINT8  : 00			/* bus */
	UINT8  : 16			/* device */
	UINT8  : 07			/* function */
