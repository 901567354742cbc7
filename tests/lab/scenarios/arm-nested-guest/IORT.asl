
	/* The window, as a VMM must describe it. */
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
	UINT64 : 0000000008000000	/* base */
	UINT64 : 0000000000100000	/* length */
	UINT32 : 00000000		/* reserved */

	/* A page further on. */
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
	UINT64 : 0000000008001000	/* base */
	UINT64 : 0000000000100000	/* length */
	UINT32 : 00000000		/* reserved */

	/* The window, but it may be remapped. */
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
	UINT64 : 0000000008000000	/* base */
	UINT64 : 0000000000100000	/* length */
	UINT32 : 00000000		/* reserved */

	/* Half of the window. */
	UINT8  : 06			/* RMR */
	UINT16 : 0044			/* length */
	UINT8  : 03			/* revision */
	UINT32 : 00000006		/* identifier */
	UINT32 : 00000001		/* mappings */
	UINT32 : 0000001C		/* their offset in the node */
	UINT32 : 00000000		/* flags: no remapping */
	UINT32 : 00000001		/* descriptors */
	UINT32 : 00000030		/* their offset in the node */
	UINT32 : 00000000		/* mapping: input base, of no meaning */
	UINT32 : 00000000		/* so many stream ids, minus one */
	UINT32 : 00000020		/* the first: 00:04.0 */
	UINT32 : 00000048		/* of the SMMUv3 */
	UINT32 : 00000000		/* flags */
	UINT64 : 0000000008000000	/* base */
	UINT64 : 0000000000080000	/* length */
	UINT32 : 00000000		/* reserved */
