/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A server: two segments, bridges, paths of several elements, regions shared by many functions, affinity, namespace devices. */
Signature : "DMAR"
Table Length : 00000000
Revision : 01
Checksum : 00
Oem ID : "TESTER"
Oem Table ID : "SERVER  "
Oem Revision : 00000001
Asl Compiler ID : "INTL"
Asl Compiler Revision : 00000000

Host Address Width : 2D
Flags : 03
Reserved : 00 00 00 00 00 00 00 00 00 00

Subtable Type : 0000 [Hardware Unit Definition]
Length : 0032
Flags : 00
Reserved : 00
PCI Segment Number : 0000
Register Base Address : 00000000C7FFC000

Device Scope Type : 02 [PCI Bridge Device]
Entry Length : 08
Reserved : 0000
Enumeration ID : 00
PCI Bus Number : 3A
PCI Path : 00,00

Device Scope Type : 02 [PCI Bridge Device]
Entry Length : 08
Reserved : 0000
Enumeration ID : 00
PCI Bus Number : 3A
PCI Path : 02,00

Device Scope Type : 01 [PCI Endpoint Device]
Entry Length : 0A
Reserved : 0000
Enumeration ID : 00
PCI Bus Number : 3A
PCI Path : 05,00
PCI Path : 00,01

Device Scope Type : 03 [IOAPIC Device]
Entry Length : 08
Reserved : 0000
Enumeration ID : 09
PCI Bus Number : 3A
PCI Path : 05,04

Subtable Type : 0000 [Hardware Unit Definition]
Length : 001E
Flags : 00
Reserved : 00
PCI Segment Number : 0001
Register Base Address : 00000000D37FC000

Device Scope Type : 01 [PCI Endpoint Device]
Entry Length : 0E
Reserved : 0000
Enumeration ID : 00
PCI Bus Number : 00
PCI Path : 1C,00
PCI Path : 00,00
PCI Path : 03,00
PCI Path : 00,07

Subtable Type : 0000 [Hardware Unit Definition]
Length : 0028
Flags : 01
Reserved : 00
PCI Segment Number : 0000
Register Base Address : 00000000AAFFC000

Device Scope Type : 03 [IOAPIC Device]
Entry Length : 08
Reserved : 0000
Enumeration ID : 08
PCI Bus Number : 00
PCI Path : 1E,07

Device Scope Type : 04 [Message-capable HPET Device]
Entry Length : 08
Reserved : 0000
Enumeration ID : 00
PCI Bus Number : 00
PCI Path : 1F,00

Device Scope Type : 05 [Namespace Device]
Entry Length : 08
Reserved : 0000
Enumeration ID : 01
PCI Bus Number : 00
PCI Path : 14,04

Subtable Type : 0001 [Reserved Memory Region]
Length : 0020
Reserved : 0000
PCI Segment Number : 0000
Base Address : 000000005A6EA000
End Address (limit) : 000000005A6EAFFF

Device Scope Type : 01 [PCI Endpoint Device]
Entry Length : 08
Reserved : 0000
Enumeration ID : 00
PCI Bus Number : 00
PCI Path : 14,00

Subtable Type : 0001 [Reserved Memory Region]
Length : 0050
Reserved : 0000
PCI Segment Number : 0000
Base Address : 00000000791F6000
End Address (limit) : 00000000791F9FFF

Device Scope Type : 01 [PCI Endpoint Device]
Entry Length : 0A
Reserved : 0000
Enumeration ID : 00
PCI Bus Number : 00
PCI Path : 1C,04
PCI Path : 00,00

Device Scope Type : 01 [PCI Endpoint Device]
Entry Length : 0A
Reserved : 0000
Enumeration ID : 00
PCI Bus Number : 00
PCI Path : 1C,04
PCI Path : 00,01

Device Scope Type : 01 [PCI Endpoint Device]
Entry Length : 0A
Reserved : 0000
Enumeration ID : 00
PCI Bus Number : 00
PCI Path : 1C,04
PCI Path : 00,02

Device Scope Type : 01 [PCI Endpoint Device]
Entry Length : 0A
Reserved : 0000
Enumeration ID : 00
PCI Bus Number : 00
PCI Path : 1C,04
PCI Path : 00,04

Device Scope Type : 01 [PCI Endpoint Device]
Entry Length : 08
Reserved : 0000
Enumeration ID : 00
PCI Bus Number : 12
PCI Path : 00,00

Device Scope Type : 02 [PCI Bridge Device]
Entry Length : 08
Reserved : 0000
Enumeration ID : 00
PCI Bus Number : 5D
PCI Path : 00,00

Subtable Type : 0001 [Reserved Memory Region]
Length : 0022
Reserved : 0000
PCI Segment Number : 0001
Base Address : 00000000791FA000
End Address (limit) : 00000000791FAFFF

Device Scope Type : 01 [PCI Endpoint Device]
Entry Length : 0A
Reserved : 0000
Enumeration ID : 00
PCI Bus Number : 80
PCI Path : 03,00
PCI Path : 00,00

Subtable Type : 0002 [Root Port ATS Capability]
Length : 0018
Flags : 00
Reserved : 00
PCI Segment Number : 0000

Device Scope Type : 02 [PCI Bridge Device]
Entry Length : 08
Reserved : 0000
Enumeration ID : 00
PCI Bus Number : 3A
PCI Path : 00,00

Device Scope Type : 02 [PCI Bridge Device]
Entry Length : 08
Reserved : 0000
Enumeration ID : 00
PCI Bus Number : 5D
PCI Path : 00,00

Subtable Type : 0002 [Root Port ATS Capability]
Length : 0008
Flags : 01
Reserved : 00
PCI Segment Number : 0001

Subtable Type : 0003 [Remapping Hardware Static Affinity]
Length : 0014
Reserved : 00000000
Base Address : 00000000C7FFC000
Proximity Domain : 00000000

Subtable Type : 0003 [Remapping Hardware Static Affinity]
Length : 0014
Reserved : 00000000
Base Address : 00000000D37FC000
Proximity Domain : 00000001

Subtable Type : 0004 [ACPI Namespace Device Declaration]
Length : 0017
Reserved : 000000
Device Number : 01
Device Name : "\_SB.PCI0.I2C0"

Subtable Type : 0004 [ACPI Namespace Device Declaration]
Length : 001B
Reserved : 000000
Device Number : 02
Device Name : "\_SB.PCI0.SPI1.DEV"
