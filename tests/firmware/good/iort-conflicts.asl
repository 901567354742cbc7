/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mappings that overlap by one id or more, exceed 32 bits, lead to themselves, into a node, behind the table; unknown models. */
Signature : "IORT"
Table Length : 00000000
Revision : 03
Checksum : 00
Oem ID : "TESTER"
Oem Table ID : "CONFLICT"
Oem Revision : 00000001
Asl Compiler ID : "INTL"
Asl Compiler Revision : 00000000

Node Count : 00000007
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

Type : 04
Length : 0000
Revision : 01
Reserved : 00000001
Mapping Count : 00000002
Mapping Offset : 00000044

Base Address : 0000000009050000
Flags (decoded below) : 00000000
COHACC Override : 0
HTTU Override : 0
Proximity Domain Valid : 0
Reserved : 00000000
VATOS Address : 0000000000000000
Model : 00000003
Event GSIV : 00000001
PRI GSIV : 00000002
GERR GSIV : 00000003
Sync GSIV : 00000004
Proximity Domain : 00000001
Device ID Mapping Index : 00000000

Input base : 00000000
ID Count : 000000FF
Output Base : 00000000
Output Reference : 00000030
Flags (decoded below) : 00000000
Single Mapping : 0

Input base : 00000000
ID Count : 00000000
Output Base : 00000000
Output Reference : 00000030
Flags (decoded below) : 00000001
Single Mapping : 1

Type : 03
Length : 0000
Revision : 01
Reserved : 00000002
Mapping Count : 00000001
Mapping Offset : 00000054

Base Address : 000000002B400000
Span : 0000000000020000
Model : 00000009
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

Input base : 00000000
ID Count : 00000000
Output Base : 00000000
Output Reference : 00000030
Flags (decoded below) : 00000001
Single Mapping : 1

Type : 02
Length : 0000
Revision : 01
Reserved : 00000003
Mapping Count : 00000004
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
Memory Size Limit : 00
Reserved : 000000

Input base : 00000000
ID Count : 00000100
Output Base : 00000000
Output Reference : 00000048
Flags (decoded below) : 00000000
Single Mapping : 0

Input base : 00000100
ID Count : 00000100
Output Base : 00000100
Output Reference : 00000048
Flags (decoded below) : 00000000
Single Mapping : 0

Input base : 00000180
ID Count : 00000010
Output Base : 00000000
Output Reference : 00000048
Flags (decoded below) : 00000000
Single Mapping : 0

Input base : FFFFFFFF
ID Count : 00000001
Output Base : FFFFFFFF
Output Reference : 00000048
Flags (decoded below) : 00000000
Single Mapping : 0

Type : 01
Length : 0000
Revision : 02
Reserved : 00000004
Mapping Count : 00000003
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
Memory Size Limit : 00
Device Name : "\_SB.DEV0"
Padding : 00

Input base : 00000000
ID Count : 00000000
Output Base : 00000000
Output Reference : 00000000
Flags (decoded below) : 00000000
Single Mapping : 0

Input base : 00000001
ID Count : 00000000
Output Base : 00000000
Output Reference : 0000004C
Flags (decoded below) : 00000000
Single Mapping : 0

Input base : 00000002
ID Count : 00000000
Output Base : 00000000
Output Reference : 00002000
Flags (decoded below) : 00000000
Single Mapping : 0

Type : 02
Length : 0000
Revision : 01
Reserved : 00000005
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
PCI Segment Number : 00000001
Memory Size Limit : 40
Reserved : 000000

Input base : 00000000
ID Count : 000000FF
Output Base : 00000000
Output Reference : 000001F4
Flags (decoded below) : 00000000
Single Mapping : 0

Type : 05
Length : 0000
Revision : 01
Reserved : 00000006
Mapping Count : 00000000
Mapping Offset : 00000000

Page 0 Base Address : 0000000000001000
Overflow Interrupt GSIV : 00000001
Node Reference : 00000004
Page 1 Base Address : 0000000000002000
