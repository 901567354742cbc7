/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A server: padding, ITS groups, SMMUv3 of three makers, interrupts of the units themselves, components, performance counters. */
Signature : "IORT"
Table Length : 00000000
Revision : 01
Checksum : 00
Oem ID : "TESTER"
Oem Table ID : "SERVER  "
Oem Revision : 00000001
Asl Compiler ID : "INTL"
Asl Compiler Revision : 00000000

Node Count : 0000000A
Node Offset : 00000034
Reserved : 00000000
Optional Padding : 00 00 00 00

Type : 00
Length : 0000
Revision : 00
Reserved : 00000000
Mapping Count : 00000000
Mapping Offset : 00000000

ItsCount : 00000002
Identifiers : 00000000
Identifiers : 00000001

Type : 00
Length : 0000
Revision : 00
Reserved : 00000001
Mapping Count : 00000000
Mapping Offset : 00000000

ItsCount : 00000001
Identifiers : 00000002

Type : 04
Length : 0000
Revision : 01
Reserved : 00000002
Mapping Count : 00000002
Mapping Offset : 00000044

Base Address : 0000000100000000
Flags (decoded below) : 0000000B
COHACC Override : 1
HTTU Override : 1
Proximity Domain Valid : 1
Reserved : 00000000
VATOS Address : 0000000000000000
Model : 00000001
Event GSIV : 00000000
PRI GSIV : 00000000
GERR GSIV : 00000000
Sync GSIV : 00000000
Proximity Domain : 00000001
Device ID Mapping Index : 00000001

Input base : 00000000
ID Count : 0000FFFF
Output Base : 00010000
Output Reference : 00000034
Flags (decoded below) : 00000000
Single Mapping : 0

Input base : 00000000
ID Count : 00000000
Output Base : 00020000
Output Reference : 00000034
Flags (decoded below) : 00000001
Single Mapping : 1

Type : 04
Length : 0000
Revision : 01
Reserved : 00000003
Mapping Count : 00000001
Mapping Offset : 00000044

Base Address : 0000000100100000
Flags (decoded below) : 00000000
COHACC Override : 0
HTTU Override : 0
Proximity Domain Valid : 0
Reserved : 00000000
VATOS Address : 0000000000000000
Model : 00000002
Event GSIV : 00000001
PRI GSIV : 00000002
GERR GSIV : 00000003
Sync GSIV : 00000004
Proximity Domain : 00000001
Device ID Mapping Index : 00000000

Input base : 00000000
ID Count : 0000FFFF
Output Base : 00000000
Output Reference : 00000050
Flags (decoded below) : 00000000
Single Mapping : 0

Type : 02
Length : 0000
Revision : 01
Reserved : 00000004
Mapping Count : 00000002
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
ATS Attribute : 00000001
PCI Segment Number : 00000000
Memory Size Limit : 30
Reserved : 000000

Input base : 00000000
ID Count : 00007FFF
Output Base : 00000000
Output Reference : 00000068
Flags (decoded below) : 00000000
Single Mapping : 0

Input base : 00008000
ID Count : 00007FFF
Output Base : 00018000
Output Reference : 00000068
Flags (decoded below) : 00000000
Single Mapping : 0

Type : 02
Length : 0000
Revision : 01
Reserved : 00000005
Mapping Count : 00000002
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
Memory Size Limit : 28
Reserved : 000000

Input base : 00000000
ID Count : 0000FFFF
Output Base : 00000000
Output Reference : 000000D4
Flags (decoded below) : 00000000
Single Mapping : 0

Input base : 00010000
ID Count : 000000FF
Output Base : 00020000
Output Reference : 00000050
Flags (decoded below) : 00000000
Single Mapping : 0

Type : 01
Length : 0000
Revision : 02
Reserved : 00000006
Mapping Count : 00000001
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
Memory Size Limit : 2C
Device Name : "\_SB.SAS0"
Padding : 00

Input base : 00000000
ID Count : 00000000
Output Base : 00000900
Output Reference : 000000D4
Flags (decoded below) : 00000001
Single Mapping : 1

Type : 01
Length : 0000
Revision : 02
Reserved : 00000007
Mapping Count : 00000001
Mapping Offset : 0000002C

Node Flags : 00000001
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
Memory Size Limit : 20
Device Name : "\_SB.ETH0.PRT"
Padding : 00

Input base : 00000000
ID Count : 00000003
Output Base : 00000040
Output Reference : 00000050
Flags (decoded below) : 00000000
Single Mapping : 0

Type : 05
Length : 0000
Revision : 01
Reserved : 00000008
Mapping Count : 00000000
Mapping Offset : 00000000

Page 0 Base Address : 0000000100020000
Overflow Interrupt GSIV : 00000180
Node Reference : 00000068
Page 1 Base Address : 0000000100030000

Type : 05
Length : 0000
Revision : 01
Reserved : 00000009
Mapping Count : 00000001
Mapping Offset : 00000028

Page 0 Base Address : 0000000100120000
Overflow Interrupt GSIV : 00000000
Node Reference : 000000D4
Page 1 Base Address : 0000000000000000

Input base : 00000000
ID Count : 00000000
Output Base : 00030000
Output Reference : 00000050
Flags (decoded below) : 00000001
Single Mapping : 1
