
/* 1 MiB for the network card, which it may neither read nor write */
	UINT8  : 21			/* IVMD for one device */
	UINT8  : 01			/* flags: unity */
	UINT16 : 0020			/* length */
	UINT16 : 0018			/* device id: 00:03.0 */
	UINT16 : 0000
	UINT64 : 0000000000000000	/* reserved */
	UINT64 : 0000000018000000	/* start */
	UINT64 : 0000000000100000	/* length */
