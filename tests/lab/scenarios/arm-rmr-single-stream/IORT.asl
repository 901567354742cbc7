
	/* The network card's, by a mapping of one stream. */
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
	UINT64 : 0000000070000000	/* base */
	UINT64 : 0000000000010000	/* length */
	UINT32 : 00000000		/* reserved */
