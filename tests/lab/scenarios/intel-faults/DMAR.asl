/* two half pages */
	UINT16 : 0001			/* RMRR */
	UINT16 : 0020			/* length */
	UINT16 : 0000			/* reserved */
	UINT16 : 0000			/* segment */
	UINT64 : 0000000018400800	/* base */
	UINT64 : 00000000184017FF	/* end */
	UINT8  : 01			/* scope: endpoint */
	UINT8  : 08			/* length */
	UINT16 : 0000			/* reserved */
	UINT8  : 00			/* enumeration id */
	UINT8  : 00			/* bus */
	UINT8  : 05			/* device */
	UINT8  : 00			/* function */

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

/* 1 MiB for the hidden function */
	UINT16 : 0001			/* RMRR */
	UINT16 : 0020			/* length */
	UINT16 : 0000			/* reserved */
	UINT16 : 0000			/* segment */
	UINT64 : 0000000018200000	/* base */
	UINT64 : 00000000182FFFFF	/* end */
	UINT8  : 01			/* scope: endpoint */
	UINT8  : 08			/* length */
	UINT16 : 0000			/* reserved */
	UINT8  : 00			/* enumeration id */
	UINT8  : 00			/* bus */
	UINT8  : 0A			/* device */
	UINT8  : 01			/* function */

/* 1 MiB for the last of the edu devices */
	UINT16 : 0001			/* RMRR */
	UINT16 : 0020			/* length */
	UINT16 : 0000			/* reserved */
	UINT16 : 0000			/* segment */
	UINT64 : 0000000018300000	/* base */
	UINT64 : 00000000183FFFFF	/* end */
	UINT8  : 01			/* scope: endpoint */
	UINT8  : 08			/* length */
	UINT16 : 0000			/* reserved */
	UINT8  : 00			/* enumeration id */
	UINT8  : 00			/* bus */
	UINT8  : 0C			/* device */
	UINT8  : 00			/* function */
