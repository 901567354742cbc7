/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's virt machine with what the guests need of it: a processor, the serial line, and a PCI host bridge with the
   windows of QEMU's own table. In that one the host bridge does not say that its configuration is to be preserved;
   here it does, and only then the kernel reads RMR nodes for PCI devices. */
DefinitionBlock ("DSDT.aml", "DSDT", 2, "BOCHS ", "BXPC    ", 0x00000002)
{
	Scope (\_SB)
	{
		Device (C000)
		{
			Name (_HID, "ACPI0007")
			Name (_UID, Zero)
		}

		Device (COM0)
		{
			Name (_HID, "ARMH0011")
			Name (_UID, Zero)
			Name (_CRS, ResourceTemplate ()
			{
				Memory32Fixed (ReadWrite, 0x09000000, 0x00001000)
				Interrupt (ResourceConsumer, Level, ActiveHigh, Exclusive) { 0x21 }
			})
		}

		Device (PCI0)
		{
			Name (_HID, "PNP0A08")
			Name (_CID, "PNP0A03")
			Name (_SEG, Zero)
			Name (_BBN, Zero)
			Name (_UID, Zero)
			Name (_CCA, One)
			Name (_PRT, Package ()
			{
				Package () { 0x0001FFFF, Zero, Zero, 0x24 },
				Package () { 0x0002FFFF, Zero, Zero, 0x25 },
				Package () { 0x0003FFFF, Zero, Zero, 0x26 },
				Package () { 0x0004FFFF, Zero, Zero, 0x23 },
			})

			Method (_CBA)
			{
				Return (0x0000004010000000)
			}

			Name (_CRS, ResourceTemplate ()
			{
				WordBusNumber (ResourceProducer, MinFixed, MaxFixed, PosDecode,
					0x0000, 0x0000, 0x00FF, 0x0000, 0x0100)
				DWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, NonCacheable,
					ReadWrite, 0x00000000, 0x10000000, 0x3EFEFFFF, 0x00000000, 0x2EFF0000)
				DWordIO (ResourceProducer, MinFixed, MaxFixed, PosDecode, EntireRange,
					0x00000000, 0x00000000, 0x0000FFFF, 0x3EFF0000, 0x00010000)
				QWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, NonCacheable,
					ReadWrite, 0x0000000000000000, 0x0000008000000000, 0x000000FFFFFFFFFF,
					0x0000000000000000, 0x0000008000000000)
			})

			/* PCI Firmware Specification 3.3, 4.6.5: 0, resources must be preserved. */
			Method (_DSM, 4)
			{
				If (Arg0 == ToUUID ("e5c937d0-3553-4d7a-9117-ea4d19c3434d"))
				{
					If (Arg2 == Zero)
					{
						Return (Buffer () { 0x21 })
					}
					If (Arg2 == 5)
					{
						Return (Zero)
					}
				}
				Return (Buffer () { 0x00 })
			}

			Device (RES0)
			{
				Name (_HID, "PNP0C02")
				Name (_CRS, ResourceTemplate ()
				{
					QWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, NonCacheable,
						ReadWrite, 0x0000000000000000, 0x0000004010000000,
						0x000000401FFFFFFF, 0x0000000000000000, 0x0000000010000000)
				})
			}
		}
	}
}
