
/* a page that does not begin at one */
	UINT8  : 21			/* IVMD for one device */
	UINT8  : 07			/* flags: unity, readable, writable */
	UINT16 : 0020			/* length */
	UINT16 : 0018			/* device id: 00:03.0 */
	UINT16 : 0000
	UINT64 : 0000000000000000	/* reserved */
	UINT64 : 0000000018000800	/* start */
	UINT64 : 0000000000001000	/* length */

/* one byte for the USB controller */
	UINT8  : 21			/* IVMD for one device */
	UINT8  : 07			/* flags: unity, readable, writable */
	UINT16 : 0020			/* length */
	UINT16 : 0020			/* device id: 00:04.0 */
	UINT16 : 0000
	UINT64 : 0000000000000000	/* reserved */
	UINT64 : 0000000018200000	/* start */
	UINT64 : 0000000000000001	/* length */
