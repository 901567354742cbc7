/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A desktop: one unit with every kind of entry, regions for all devices, for one, for a range. */
Signature : "IVRS"
Table Length : 00000000
Revision : 02
Checksum : 00
Oem ID : "TESTER"
Oem Table ID : "DESKTOP "
Oem Revision : 00000001
Asl Compiler ID : "INTL"
Asl Compiler Revision : 00000000

Virtualization Info : 00203043
Reserved : 0000000000000000

Subtable Type : 10 [Hardware Definition Block]
Flags : B0
Length : 0000
DeviceId : 0002
Capability Offset : 0040
Base Address : 00000000FEB80000
PCI Segment Group : 0000
Virtualization Info : 0000
Feature Reporting : 80048F6E

Entry Type : 03
Device ID : 0008
Data Setting : 00

Entry Type : 04
Device ID : FFFE
Data Setting : 00

Entry Type : 43
Device ID : FF00
Data Setting : 00
Reserved : 00
Source Used Device ID : 00A5
Reserved : 00

Entry Type : 04
Device ID : FFFF
Data Setting : 00

Entry Type : 48
Device ID : 0000
Data Setting : 00
Handle : 00
Source Used Device ID : 00A0
Variety : 02

Entry Type : 48
Device ID : 0000
Data Setting : D7
Handle : 21
Source Used Device ID : 00A0
Variety : 01

Entry Type : 48
Device ID : 0000
Data Setting : 00
Handle : 22
Source Used Device ID : 0001
Variety : 01

Entry Type : 42
Device ID : 0100
Data Setting : 00
Reserved : 00
Source Used Device ID : 00A4
Reserved : 00

Entry Type : 46
Device ID : 0208
Data Setting : 00
Extended Data : 11223344

Entry Type : 47
Device ID : 0300
Data Setting : 00
Extended Data : 80000001

Entry Type : 04
Device ID : 03FF
Data Setting : 00

Entry Type : 02
Device ID : 0018
Data Setting : 30

Entry Type : 01
Device ID : 0000
Data Setting : 00

Entry Type : 00
Device ID : 0000
Data Setting : 00

Subtable Type : 20 [Memory Definition Block]
Flags : 07
Length : 0020
DeviceId : 0000
Auxiliary Data : 0000
Reserved : 0000000000000000
Start Address : 000000009D000000
Memory Length : 0000000001000000

Subtable Type : 21 [Memory Definition Block]
Flags : 03
Length : 0020
DeviceId : 0010
Auxiliary Data : 0000
Reserved : 0000000000000000
Start Address : 00000000B0000000
Memory Length : 0000000000002000

Subtable Type : 22 [Memory Definition Block]
Flags : 05
Length : 0020
DeviceId : 0100
Auxiliary Data : 01FF
Reserved : 0000000000000000
Start Address : 00000000B0010000
Memory Length : 0000000000010000
