/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Regions that the kernel complains about: reversed, empty, not of whole pages, at the end of the address space. */
Signature : "DMAR"
Table Length : 00000000
Revision : 01
Checksum : 00
Oem ID : "TESTER"
Oem Table ID : "RANGES  "
Oem Revision : 00000001
Asl Compiler ID : "INTL"
Asl Compiler Revision : 00000000

Host Address Width : 2F
Flags : 00
Reserved : 00 00 00 00 00 00 00 00 00 00

Subtable Type : 0000 [Hardware Unit Definition]
Length : 0010
Flags : 01
Reserved : 00
PCI Segment Number : 0000
Register Base Address : 00000000FED90000

Subtable Type : 0001 [Reserved Memory Region]
Length : 0020
Reserved : 0000
PCI Segment Number : 0000
Base Address : 0000000080000000
End Address (limit) : 000000007FFFFFFF

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
Base Address : 0000000080000000
End Address (limit) : 0000000080000000

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
Base Address : 0000000080000800
End Address (limit) : 0000000080001FFF

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
Base Address : 0000000080002000
End Address (limit) : 0000000080002800

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
Base Address : FFFFFFFFFFFFF000
End Address (limit) : FFFFFFFFFFFFFFFF

Device Scope Type : 01 [PCI Endpoint Device]
Entry Length : 08
Reserved : 0000
Enumeration ID : 00
PCI Bus Number : 00
PCI Path : 14,00
