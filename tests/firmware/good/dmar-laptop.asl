/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A laptop: a unit for graphics, one for the rest, regions of USB and graphics; DMA protection. */
Signature : "DMAR"
Table Length : 00000000
Revision : 01
Checksum : 00
Oem ID : "TESTER"
Oem Table ID : "LAPTOP  "
Oem Revision : 00000001
Asl Compiler ID : "INTL"
Asl Compiler Revision : 00000000

Host Address Width : 26
Flags : 05
Reserved : 00 00 00 00 00 00 00 00 00 00

Subtable Type : 0000 [Hardware Unit Definition]
Length : 0018
Flags : 00
Reserved : 00
PCI Segment Number : 0000
Register Base Address : 00000000FED90000

Device Scope Type : 01 [PCI Endpoint Device]
Entry Length : 08
Reserved : 0000
Enumeration ID : 00
PCI Bus Number : 00
PCI Path : 02,00

Subtable Type : 0000 [Hardware Unit Definition]
Length : 0020
Flags : 01
Reserved : 00
PCI Segment Number : 0000
Register Base Address : 00000000FED91000

Device Scope Type : 03 [IOAPIC Device]
Entry Length : 08
Reserved : 0000
Enumeration ID : 02
PCI Bus Number : 00
PCI Path : 1E,07

Device Scope Type : 04 [Message-capable HPET Device]
Entry Length : 08
Reserved : 0000
Enumeration ID : 00
PCI Bus Number : 00
PCI Path : 1E,06

Subtable Type : 0001 [Reserved Memory Region]
Length : 0020
Reserved : 0000
PCI Segment Number : 0000
Base Address : 000000007B7EE000
End Address (limit) : 000000007B80DFFF

Device Scope Type : 01 [PCI Endpoint Device]
Entry Length : 08
Reserved : 0000
Enumeration ID : 00
PCI Bus Number : 00
PCI Path : 14,00

Subtable Type : 0001 [Reserved Memory Region]
Length : 0020
Reserved : 0000
PCI Segment Number : 0000
Base Address : 000000007D000000
End Address (limit) : 000000007F7FFFFF

Device Scope Type : 01 [PCI Endpoint Device]
Entry Length : 08
Reserved : 0000
Enumeration ID : 00
PCI Bus Number : 00
PCI Path : 02,00
