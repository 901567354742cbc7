/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Regions that lose bytes, permissions or the unit: misaligned, of one byte, without permission, exclusions, at the end of the address space. */
Signature : "IVRS"
Table Length : 00000000
Revision : 02
Checksum : 00
Oem ID : "TESTER"
Oem Table ID : "REGIONS "
Oem Revision : 00000001
Asl Compiler ID : "INTL"
Asl Compiler Revision : 00000000

Virtualization Info : 00203000
Reserved : 0000000000000000

Subtable Type : 10 [Hardware Definition Block]
Flags : 30
Length : 0000
DeviceId : 0002
Capability Offset : 0040
Base Address : 00000000FEB80000
PCI Segment Group : 0000
Virtualization Info : 0000
Feature Reporting : 00000000

Entry Type : 03
Device ID : 0008
Data Setting : 00

Entry Type : 04
Device ID : FFFE
Data Setting : 00

Subtable Type : 21 [Memory Definition Block]
Flags : 07
Length : 0020
DeviceId : 0010
Auxiliary Data : 0000
Reserved : 0000000000000000
Start Address : 00000000B0000800
Memory Length : 0000000000001000

Subtable Type : 21 [Memory Definition Block]
Flags : 07
Length : 0020
DeviceId : 0011
Auxiliary Data : 0000
Reserved : 0000000000000000
Start Address : 00000000B0000000
Memory Length : 0000000000000001

Subtable Type : 21 [Memory Definition Block]
Flags : 01
Length : 0020
DeviceId : 0012
Auxiliary Data : 0000
Reserved : 0000000000000000
Start Address : 00000000B0000000
Memory Length : 0000000000001000

Subtable Type : 21 [Memory Definition Block]
Flags : 08
Length : 0020
DeviceId : 0013
Auxiliary Data : 0000
Reserved : 0000000000000000
Start Address : 00000000B0000000
Memory Length : 0000000000001000

Subtable Type : 20 [Memory Definition Block]
Flags : 0F
Length : 0020
DeviceId : 0000
Auxiliary Data : 0000
Reserved : 0000000000000000
Start Address : 00000000B0000000
Memory Length : 0000000000001000

Subtable Type : 22 [Memory Definition Block]
Flags : 00
Length : 0020
DeviceId : 0020
Auxiliary Data : 002F
Reserved : 0000000000000000
Start Address : 00000000B0000000
Memory Length : 0000000000001000

Subtable Type : 22 [Memory Definition Block]
Flags : 07
Length : 0020
DeviceId : 002F
Auxiliary Data : 0020
Reserved : 0000000000000000
Start Address : 00000000B0000000
Memory Length : 0000000000000000

Subtable Type : 21 [Memory Definition Block]
Flags : 07
Length : 0020
DeviceId : 0010
Auxiliary Data : 0000
Reserved : 0000000000000000
Start Address : FFFFFFFFFFFFF000
Memory Length : 0000000000001000

Subtable Type : 21 [Memory Definition Block]
Flags : 07
Length : 0020
DeviceId : 0010
Auxiliary Data : 0000
Reserved : 0000000000000000
Start Address : FFFFFFFFFFFFF000
Memory Length : 0000000000002000
