/* The header of an override. The ids are those of QEMU's tables and the revision is higher than QEMU's 1, so the
   kernel takes it in place of the firmware's. iasl fills in the length; `run` the signature, from the file's name.
   Plain numbers, because iasl's own names for the fields of a DMAR or IVRS change with its version. */
	Signature : "LABT"
	Table Length : 00000000
	Revision : 01
	Checksum : 00
	Oem ID : "BOCHS "
	Oem Table ID : "BXPC    "
	Oem Revision : 00000002
	Asl Compiler ID : "LAB "
	Asl Compiler Revision : 00000001
