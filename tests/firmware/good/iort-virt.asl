/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's virt machine: one root complex behind one SMMUv3 in front of one ITS. */
Signature : "IORT"
Table Length : 00000000
Revision : 00
Checksum : 00
Oem ID : "TESTER"
Oem Table ID : "SMMUV3  "
Oem Revision : 00000001
Asl Compiler ID : "INTL"
Asl Compiler Revision : 00000000

Node Count : 00000003
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
Mapping Count : 00000001
Mapping Offset : 00000044

Base Address : 0000000009050000
Flags (decoded below) : 00000001
COHACC Override : 1
HTTU Override : 0
Proximity Domain Valid : 0
Reserved : 00000000
VATOS Address : 0000000000000000
Model : 00000000
Event GSIV : 0000006A
PRI GSIV : 0000006B
GERR GSIV : 0000006D
Sync GSIV : 0000006C
Proximity Domain : 00000001
Device ID Mapping Index : 00000000

Input base : 00000000
ID Count : 0000FFFF
Output Base : 00000000
Output Reference : 00000030
Flags (decoded below) : 00000000
Single Mapping : 0

Type : 02
Length : 0000
Revision : 01
Reserved : 00000002
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
ATS Attribute : 00000001
PCI Segment Number : 00000000
Memory Size Limit : 40
Reserved : 000000

Input base : 00000000
ID Count : 0000FFFF
Output Base : 00000000
Output Reference : 00000048
Flags (decoded below) : 00000000
Single Mapping : 0
