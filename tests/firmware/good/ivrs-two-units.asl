/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two units in two segments. */
Signature : "IVRS"
Table Length : 00000000
Revision : 02
Checksum : 00
Oem ID : "TESTER"
Oem Table ID : "SERVER  "
Oem Revision : 00000001
Asl Compiler ID : "INTL"
Asl Compiler Revision : 00000000

Virtualization Info : 00303040
Reserved : 0000000000000000

Subtable Type : 10 [Hardware Definition Block]
Flags : 30
Length : 0000
DeviceId : 0002
Capability Offset : 0040
Base Address : 00000000F4000000
PCI Segment Group : 0000
Virtualization Info : 0000
Feature Reporting : 00000000

Entry Type : 03
Device ID : 0003
Data Setting : 00

Entry Type : 04
Device ID : 1FFE
Data Setting : 00

Entry Type : 48
Device ID : 0000
Data Setting : 00
Handle : F0
Source Used Device ID : 00A0
Variety : 01

Subtable Type : 10 [Hardware Definition Block]
Flags : 30
Length : 0000
DeviceId : 2002
Capability Offset : 0040
Base Address : 00000000FC000000
PCI Segment Group : 0001
Virtualization Info : 0000
Feature Reporting : 00000000

Entry Type : 03
Device ID : 2003
Data Setting : 00

Entry Type : 04
Device ID : FFFF
Data Setting : 00

Entry Type : 48
Device ID : 0000
Data Setting : 00
Handle : F1
Source Used Device ID : 2001
Variety : 01
