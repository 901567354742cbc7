
/* QEMU's virt machine: all functions of its root complex behind its SMMUv3, in front of its ITS. Scenarios append
   their RMR nodes. Revision 5 is the first of which the kernel reads them. Functions of bus 0 have their requester
   ids for stream ids, those of other buses 0x1000 more; the count of the first mapping is one too many, as in QEMU's
   own table, and so id 0x100 (01:00.0) is in both: the kernel decides for the second. The emulated hardware knows
   nothing of all that: no device behind a bridge can do DMA here. */
	Revision : 05
	UINT32 : 00000000		/* number of nodes; finish-table counts them */
	UINT32 : 00000030		/* offset of the first */
	UINT32 : 00000000		/* reserved */

	UINT8  : 00			/* at 0x30: ITS group */
	UINT16 : 0018			/* length */
	UINT8  : 01			/* revision */
	UINT32 : 00000000		/* identifier */
	UINT32 : 00000000		/* mappings: none */
	UINT32 : 00000000
	UINT32 : 00000001		/* one ITS, ... */
	UINT32 : 00000000		/* ... the first */

	UINT8  : 04			/* at 0x48: SMMUv3 */
	UINT16 : 0058			/* length */
	UINT8  : 04			/* revision */
	UINT32 : 00000001		/* identifier */
	UINT32 : 00000001		/* mappings: one, ... */
	UINT32 : 00000044		/* ... at this offset in the node */
	UINT64 : 0000000009050000	/* registers */
	UINT32 : 00000001		/* flags: coherent */
	UINT32 : 00000000		/* reserved */
	UINT64 : 0000000000000000	/* VATOS */
	UINT32 : 00000000		/* model: generic */
	UINT32 : 0000006A		/* interrupts: events, */
	UINT32 : 0000006B		/* page requests, */
	UINT32 : 0000006D		/* global errors, */
	UINT32 : 0000006C		/* command sync */
	UINT32 : 00000000		/* proximity domain */
	UINT32 : 00000000		/* mapping of its own interrupts: not used, they are wired */
	UINT32 : 00000000		/* mapping: from this stream id */
	UINT32 : 0000FFFF		/* so many, minus one, */
	UINT32 : 00000000		/* to this device id */
	UINT32 : 00000030		/* of the ITS group */
	UINT32 : 00000000		/* flags */

	UINT8  : 02			/* at 0xa0: root complex */
	UINT16 : 004C			/* length */
	UINT8  : 03			/* revision */
	UINT32 : 00000002		/* identifier */
	UINT32 : 00000002		/* mappings: two, ... */
	UINT32 : 00000024		/* ... at this offset in the node */
	UINT64 : 0300000000000001	/* memory: coherent */
	UINT32 : 00000000		/* no ATS */
	UINT32 : 00000000		/* segment */
	UINT32 : 00000040		/* bits of address; reserved */
	UINT32 : 00000000		/* mapping: from this requester id */
	UINT32 : 00000100		/* so many, minus one, */
	UINT32 : 00000000		/* to this stream id */
	UINT32 : 00000048		/* of the SMMUv3 */
	UINT32 : 00000000		/* flags */
	UINT32 : 00000100		/* mapping: from this requester id */
	UINT32 : 0000EEFF		/* so many, minus one, */
	UINT32 : 00001100		/* to this stream id */
	UINT32 : 00000048		/* of the SMMUv3 */
	UINT32 : 00000000		/* flags */
