/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's: one unit for all, the IOAPIC and no region. */
Signature : "DMAR"
Table Length : 00000000
Revision : 01
Checksum : 00
Oem ID : "TESTER"
Oem Table ID : "QEMU    "
Oem Revision : 00000001
Asl Compiler ID : "INTL"
Asl Compiler Revision : 00000000

Host Address Width : 26
Flags : 01
Reserved : 00 00 00 00 00 00 00 00 00 00

Subtable Type : 0000 [Hardware Unit Definition]
Length : 0018
Flags : 01
Reserved : 00
PCI Segment Number : 0000
Register Base Address : 00000000FED90000

Device Scope Type : 03 [IOAPIC Device]
Entry Length : 08
Reserved : 0000
Enumeration ID : 00
PCI Bus Number : FF
PCI Path : 00,00
