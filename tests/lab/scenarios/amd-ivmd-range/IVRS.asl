
/* 1 MiB for every device on every bus */
	UINT8  : 22			/* IVMD for a range of device ids */
	UINT8  : 07			/* flags: unity, readable, writable */
	UINT16 : 0020			/* length */
	UINT16 : 0000			/* device id: 00:00.0 */
	UINT16 : FFFF			/* last device id */
	UINT64 : 0000000000000000	/* reserved */
	UINT64 : 0000000018000000	/* start */
	UINT64 : 0000000000100000	/* length */
