
	/* The second half of 64 KiB. */
	UINT8  : 06			/* RMR */
	UINT16 : 0044			/* length */
	UINT8  : 03			/* revision */
	UINT32 : 00000003		/* identifier */
	UINT32 : 00000001		/* mappings */
	UINT32 : 0000001C		/* their offset in the node */
	UINT32 : 00000000		/* flags: no remapping */
	UINT32 : 00000001		/* descriptors */
	UINT32 : 00000030		/* their offset in the node */
	UINT32 : 00000000		/* mapping: input base, of no meaning */
	UINT32 : 00000000		/* so many stream ids, minus one */
	UINT32 : 00000008		/* the first: 00:01.0 */
	UINT32 : 00000048		/* of the SMMUv3 */
	UINT32 : 00000000		/* flags */
	UINT64 : 0000000070008000	/* base */
	UINT64 : 0000000000008000	/* length */
	UINT32 : 00000000		/* reserved */

	/* Two that overlap. */
	UINT8  : 06			/* RMR */
	UINT16 : 0058			/* length */
	UINT8  : 03			/* revision */
	UINT32 : 00000004		/* identifier */
	UINT32 : 00000001		/* mappings */
	UINT32 : 0000001C		/* their offset in the node */
	UINT32 : 00000000		/* flags: no remapping */
	UINT32 : 00000002		/* descriptors */
	UINT32 : 00000030		/* their offset in the node */
	UINT32 : 00000000		/* mapping: input base, of no meaning */
	UINT32 : 00000000		/* so many stream ids, minus one */
	UINT32 : 00000010		/* the first: 00:02.0 */
	UINT32 : 00000048		/* of the SMMUv3 */
	UINT32 : 00000000		/* flags */
	UINT64 : 0000000071000000	/* base */
	UINT64 : 0000000000020000	/* length */
	UINT32 : 00000000		/* reserved */
	UINT64 : 0000000071010000	/* base */
	UINT64 : 0000000000020000	/* length */
	UINT32 : 00000000		/* reserved */

	/* A range that may not be remapped ... */
	UINT8  : 06			/* RMR */
	UINT16 : 0044			/* length */
	UINT8  : 03			/* revision */
	UINT32 : 00000005		/* identifier */
	UINT32 : 00000001		/* mappings */
	UINT32 : 0000001C		/* their offset in the node */
	UINT32 : 00000000		/* flags: no remapping */
	UINT32 : 00000001		/* descriptors */
	UINT32 : 00000030		/* their offset in the node */
	UINT32 : 00000000		/* mapping: input base, of no meaning */
	UINT32 : 00000000		/* so many stream ids, minus one */
	UINT32 : 00000018		/* the first: 00:03.0 */
	UINT32 : 00000048		/* of the SMMUv3 */
	UINT32 : 00000000		/* flags */
	UINT64 : 0000000072000000	/* base */
	UINT64 : 0000000000010000	/* length */
	UINT32 : 00000000		/* reserved */

	/* ... and the same, which may. */
	UINT8  : 06			/* RMR */
	UINT16 : 0044			/* length */
	UINT8  : 03			/* revision */
	UINT32 : 00000006		/* identifier */
	UINT32 : 00000001		/* mappings */
	UINT32 : 0000001C		/* their offset in the node */
	UINT32 : 00000001		/* flags: remapping permitted */
	UINT32 : 00000001		/* descriptors */
	UINT32 : 00000030		/* their offset in the node */
	UINT32 : 00000000		/* mapping: input base, of no meaning */
	UINT32 : 00000000		/* so many stream ids, minus one */
	UINT32 : 00000018		/* the first: 00:03.0 */
	UINT32 : 00000048		/* of the SMMUv3 */
	UINT32 : 00000000		/* flags */
	UINT64 : 0000000072000000	/* base */
	UINT64 : 0000000000010000	/* length */
	UINT32 : 00000000		/* reserved */

	/* Of no device: no mapping. */
	UINT8  : 06			/* RMR */
	UINT16 : 0030			/* length */
	UINT8  : 03			/* revision */
	UINT32 : 00000007		/* identifier */
	UINT32 : 00000000		/* mappings */
	UINT32 : 00000000
	UINT32 : 00000000		/* flags: no remapping */
	UINT32 : 00000001		/* descriptors */
	UINT32 : 0000001C		/* their offset in the node */
	UINT64 : 0000000073000000	/* base */
	UINT64 : 0000000000010000	/* length */
	UINT32 : 00000000		/* reserved */

	/* Of a device that is not there. */
	UINT8  : 06			/* RMR */
	UINT16 : 0044			/* length */
	UINT8  : 03			/* revision */
	UINT32 : 00000008		/* identifier */
	UINT32 : 00000001		/* mappings */
	UINT32 : 0000001C		/* their offset in the node */
	UINT32 : 00000000		/* flags: no remapping */
	UINT32 : 00000001		/* descriptors */
	UINT32 : 00000030		/* their offset in the node */
	UINT32 : 00000000		/* mapping: input base, of no meaning */
	UINT32 : 00000000		/* so many stream ids, minus one */
	UINT32 : 00000028		/* the first: 00:05.0 */
	UINT32 : 00000048		/* of the SMMUv3 */
	UINT32 : 00000000		/* flags */
	UINT64 : 0000000074000000	/* base */
	UINT64 : 0000000000010000	/* length */
	UINT32 : 00000000		/* reserved */

	/* Behind a bridge: 01:00.0 is stream 0x1100. */
	UINT8  : 06			/* RMR */
	UINT16 : 0044			/* length */
	UINT8  : 03			/* revision */
	UINT32 : 00000009		/* identifier */
	UINT32 : 00000001		/* mappings */
	UINT32 : 0000001C		/* their offset in the node */
	UINT32 : 00000000		/* flags: no remapping */
	UINT32 : 00000001		/* descriptors */
	UINT32 : 00000030		/* their offset in the node */
	UINT32 : 00000000		/* mapping: input base, of no meaning */
	UINT32 : 00000000		/* so many stream ids, minus one */
	UINT32 : 00001100		/* the first: 01:00.0 */
	UINT32 : 00000048		/* of the SMMUv3 */
	UINT32 : 00000000		/* flags */
	UINT64 : 0000000075000000	/* base */
	UINT64 : 0000000000010000	/* length */
	UINT32 : 00000000		/* reserved */

	/* And is not stream 0x100. */
	UINT8  : 06			/* RMR */
	UINT16 : 0044			/* length */
	UINT8  : 03			/* revision */
	UINT32 : 0000000A		/* identifier */
	UINT32 : 00000001		/* mappings */
	UINT32 : 0000001C		/* their offset in the node */
	UINT32 : 00000000		/* flags: no remapping */
	UINT32 : 00000001		/* descriptors */
	UINT32 : 00000030		/* their offset in the node */
	UINT32 : 00000000		/* mapping: input base, of no meaning */
	UINT32 : 00000000		/* so many stream ids, minus one */
	UINT32 : 00000100		/* the first: its requester id */
	UINT32 : 00000048		/* of the SMMUv3 */
	UINT32 : 00000000		/* flags */
	UINT64 : 0000000076000000	/* base */
	UINT64 : 0000000000010000	/* length */
	UINT32 : 00000000		/* reserved */
