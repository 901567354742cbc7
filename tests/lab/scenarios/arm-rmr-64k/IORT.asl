
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

	/* As long as 64 KiB, across two of them. */
	UINT8  : 06			/* RMR */
	UINT16 : 0044			/* length */
	UINT8  : 03			/* revision */
	UINT32 : 00000004		/* identifier */
	UINT32 : 00000001		/* mappings */
	UINT32 : 0000001C		/* their offset in the node */
	UINT32 : 00000000		/* flags: no remapping */
	UINT32 : 00000001		/* descriptors */
	UINT32 : 00000030		/* their offset in the node */
	UINT32 : 00000000		/* mapping: input base, of no meaning */
	UINT32 : 00000000		/* so many stream ids, minus one */
	UINT32 : 00000010		/* the first: 00:02.0 */
	UINT32 : 00000048		/* of the SMMUv3 */
	UINT32 : 00000000		/* flags */
	UINT64 : 0000000071028000	/* base */
	UINT64 : 0000000000010000	/* length */
	UINT32 : 00000000		/* reserved */

	/* Less than 64 KiB, which may be remapped. */
	UINT8  : 06			/* RMR */
	UINT16 : 0044			/* length */
	UINT8  : 03			/* revision */
	UINT32 : 00000005		/* identifier */
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
	UINT64 : 0000000000001000	/* length */
	UINT32 : 00000000		/* reserved */
