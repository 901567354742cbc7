/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SMMUv1 and MMU-500 with their interrupts. */
Signature : "IORT"
Table Length : 00000000
Revision : 00
Checksum : 00
Oem ID : "TESTER"
Oem Table ID : "SMMUV2  "
Oem Revision : 00000001
Asl Compiler ID : "INTL"
Asl Compiler Revision : 00000000

Node Count : 00000005
Node Offset : 00000030
Reserved : 00000000

Type : 00
Length : 0000
Revision : 00
Reserved : 00000000
Mapping Count : 00000000
Mapping Offset : 00000000

ItsCount : 00000001
Identifiers : 00000000

Type : 03
Length : 0000
Revision : 01
Reserved : 00000001
Mapping Count : 00000001
Mapping Offset : 00000074

Base Address : 000000002B400000
Span : 0000000000020000
Model : 00000003
Flags (decoded below) : 00000003
DVM Supported : 1
Coherent Walk : 1
Global Interrupt Offset : 0000003C
Context Interrupt Count : 00000003
Context Interrupt Offset : 0000004C
PMU Interrupt Count : 00000002
PMU Interrupt Offset : 00000064

NSgIrpt : 0000012D
NSgIrpt Flags (decoded below) : 00000001
Edge Triggered : 1
NSgCfgIrpt : 0000012E
NSgCfgIrpt Flags (decoded below) : 00000000
Edge Triggered : 0
Context Interrupt : 000000000000002D
Context Interrupt : 000000001000002D
Context Interrupt : 000000000000002E
PMU Interrupt : 0000000000000030
PMU Interrupt : 0000000000000031

Input base : 00000000
ID Count : 00007FFF
Output Base : 00000000
Output Reference : 00000030
Flags (decoded below) : 00000000
Single Mapping : 0

Type : 03
Length : 0000
Revision : 01
Reserved : 00000002
Mapping Count : 00000000
Mapping Offset : 00000000

Base Address : 000000002B500000
Span : 0000000000020000
Model : 00000000
Flags (decoded below) : 00000000
DVM Supported : 0
Coherent Walk : 0
Global Interrupt Offset : 0000003C
Context Interrupt Count : 00000001
Context Interrupt Offset : 0000004C
PMU Interrupt Count : 00000000
PMU Interrupt Offset : 00000054

NSgIrpt : 0000012D
NSgIrpt Flags (decoded below) : 00000001
Edge Triggered : 1
NSgCfgIrpt : 0000012E
NSgCfgIrpt Flags (decoded below) : 00000000
Edge Triggered : 0
Context Interrupt : 0000000000000040

Type : 02
Length : 0000
Revision : 00
Reserved : 00000003
Mapping Count : 00000001
Mapping Offset : 00000024

Memory Properties : [IORT Memory Access Properties]
Cache Coherency : 00000001
Hints (decoded below) : 00
Transient : 0
Write Allocate : 0
Read Allocate : 0
Override : 0
Reserved : 0000
Memory Flags (decoded below) : 03
Coherency : 1
Device Attribute : 1
ATS Attribute : 00000000
PCI Segment Number : 00000000
Memory Size Limit : 20
Reserved : 000000

Input base : 00000000
ID Count : 0000FFFF
Output Base : 00000000
Output Reference : 00000048
Flags (decoded below) : 00000000
Single Mapping : 0

Type : 01
Length : 0000
Revision : 02
Reserved : 00000004
Mapping Count : 00000002
Mapping Offset : 00000028

Node Flags : 00000000
Memory Properties : [IORT Memory Access Properties]
Cache Coherency : 00000001
Hints (decoded below) : 00
Transient : 0
Write Allocate : 0
Read Allocate : 0
Override : 0
Reserved : 0000
Memory Flags (decoded below) : 03
Coherency : 1
Device Attribute : 1
Memory Size Limit : 28
Device Name : "\_SB.GPU0"
Padding : 00

Input base : 00000000
ID Count : 00000000
Output Base : 00000001
Output Reference : 000000D0
Flags (decoded below) : 00000001
Single Mapping : 1

Input base : 00000001
ID Count : 00000000
Output Base : 00000002
Output Reference : 000000D0
Flags (decoded below) : 00000001
Single Mapping : 1
