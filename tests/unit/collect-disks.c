/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which devices hold the disks in use: tables of mounts, and links that lead anywhere. */
#include "tree.h"

#define DISKS (SOURCE_BIT(SOURCE_PCI) | SOURCE_BIT(SOURCE_MOUNTS))

#define SDA "../../devices/pci0000:00/0000:00:17.0/ata1/block/sda"
#define NVME "../../devices/pci0000:00/0000:00:1d.0/0000:03:00.0/nvme/nvme0/nvme0n1"
#define MULTIPATH "../../devices/virtual/nvme-subsystem/nvme-subsys0/nvme1n1"

#define NAME_OF_64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const char base[] = "pci 0000:00:17.0 10601\n"
			   "pci 0000:00:1d.0 60400\n"
			   "pci 0000:00:1d.0/0000:03:00.0 10802\n"
			   "pci 0000:00:1d.0/0000:04:00.0 10802\n"
			   "sys/class/block/sda -> " SDA "\n"
			   "sys/class/block/sda1 -> " SDA "/sda1\n"
			   "sys/class/block/nvme0n1 -> " NVME "\n"
			   "sys/dev/block/8:1 -> " SDA "/sda1\n";

static void tell(const struct root *root, struct host *host, struct text *out)
{
	(void)root;
	for (size_t i = 0; i < host->n_disk_uses; i++) {
		const struct disk_use *u = &host->disk_uses[i];

		text_printf(out, "%s %s %s %s\n", u->device ? u->device : "?",
			    u->block ? u->block : "?", u->what, u->type);
	}
}

#define MOUNTINFO "proc/self/mountinfo = "
#define MOUNTS "proc/mounts = "
#define SWAPS "proc/mounts = tmpfs /run tmpfs rw 0 0\nproc/swaps = Filename Type Size"
#define BAD_LINE(path, line, text) \
	"broken /proc/" path ":" line ": not a line of such a table: \"" text "\"\n"

static const struct tree_row tables[] = {
	{ "a partition by its number",
	  MOUNTINFO "1 1 8:1 / / rw shared:1 - ext4 /dev/x rw",
	  "0000:00:17.0 sda1 / ext4\n" },
	{ "by its node, where nothing has the number",
	  MOUNTINFO "1 1 8:9 / / rw - ext4 /dev/sda rw", "0000:00:17.0 sda / ext4\n" },
	{ "by neither", MOUNTINFO "1 1 8:9 / / rw - ext4 /dev/sdx rw", "? ? / ext4\n" },
	{ "no disk at all", MOUNTINFO "1 1 0:9 / /run rw - tmpfs tmpfs rw", "" },
	{ "the running machine has this table, and is asked for no other",
	  "live\nproc/mounts = /dev/sda / ext4 rw 0 0", "" },
	{ "an old copy", MOUNTS "/dev/sda / ext4 rw 0 0\\n/dev/sda1 /a xfs rw 0 0",
	  "0000:00:17.0 sda / ext4\n0000:00:17.0 sda1 /a xfs\n" },
	{ "a copy with both has the newer one",
	  MOUNTS "/dev/sda / ext4 rw 0 0\n" MOUNTINFO "1 1 0:9 / /a rw - tmpfs t rw",
	  "" },
	{ "lines that are empty", MOUNTS "\\n\\n/dev/sda / ext4 rw 0 0\\n",
	  "0000:00:17.0 sda / ext4\n" },
	{ "three mount points of each are enough, each once",
	  MOUNTS "/dev/sda /a ext4 rw\\n/dev/sda /a ext4 rw\\n/dev/sda /b ext4 rw\\n"
		 "/dev/sda /c ext4 rw\\n/dev/sda /d ext4 rw\\n/dev/sda1 /d ext4 rw",
	  "0000:00:17.0 sda /a ext4\n0000:00:17.0 sda /b ext4\n"
	  "0000:00:17.0 sda /c ext4\n0000:00:17.0 sda1 /d ext4\n" },
	{ "also by a number",
	  MOUNTINFO "1 1 8:1 / /a rw - ext4 x rw\\n1 1 8:1 / /b rw - ext4 x rw\\n"
		    "1 1 8:1 / /c rw - ext4 x rw\\n1 1 8:1 / /d rw - ext4 x rw",
	  "0000:00:17.0 sda1 /a ext4\n0000:00:17.0 sda1 /b ext4\n"
	  "0000:00:17.0 sda1 /c ext4\n" },
	{ "and of what no device is known of",
	  MOUNTS
	  "p /a zfs rw\\n/dev/sda /b ext4 rw\\np /b zfs rw\\np /c zfs rw\\np /d zfs rw",
	  "? ? /a zfs\n0000:00:17.0 sda /b ext4\n? ? /b zfs\n? ? /c zfs\n" },
	{ "a line without a source", MOUNTINFO "1 1 8:1 / / rw - ext4",
	  BAD_LINE("self/mountinfo", "1", "1 1 8:1 / / rw - ext4") },
	{ "without the hyphen", MOUNTINFO "1 1 8:1 / / rw ext4 /dev/sda rw",
	  BAD_LINE("self/mountinfo", "1", "1 1 8:1 / / rw ext4 /dev/sda rw") },
	{ "without the colon", MOUNTINFO "1 1 81 / / rw - ext4 /dev/sda rw",
	  BAD_LINE("self/mountinfo", "1", "1 1 81 / / rw - ext4 /dev/sda rw") },
	{ "a major number that is none", MOUNTINFO "1 1 x:1 / / rw - ext4 /dev/sda rw",
	  BAD_LINE("self/mountinfo", "1", "1 1 x:1 / / rw - ext4 /dev/sda rw") },
	{ "a minor number that is none, behind a line that is fine",
	  MOUNTINFO
	  "1 1 8:1 / / rw - ext4 /dev/x rw\\n1 1 8:y / /a rw - ext4 /dev/sda rw",
	  "0000:00:17.0 sda1 / ext4\n" BAD_LINE("self/mountinfo", "2",
						"1 1 8:y / /a rw - ext4 /dev/sda rw") },
	{ "a short line of an old table", MOUNTS "/dev/sda / ext4",
	  BAD_LINE("mounts", "1", "/dev/sda / ext4") },
	{ "an empty table", "proc/self/mountinfo : \n",
	  "broken /proc/self/mountinfo:0: is empty, and the kernel never leaves it so\n" },
	{ "blanks and what else is written in octal",
	  MOUNTS "/dev/sda /a\\\\040b\\\\0411\\\\012\\\\400\\\\048\\\\08\\\\4 ext4 rw",
	  "0000:00:17.0 sda /a b!1?\\400\\048\\08\\4 ext4\n" },
	{ "octal that ends too early",
	  MOUNTS "/dev/sda /\\\\04x\\\\/x\\\\04-\\\\3 ext4 rw",
	  "0000:00:17.0 sda /\\04x\\/x\\04-\\3 ext4\n" },
	{ "swap on a partition, and in a file of a mount",
	  SWAPS "\\n/dev/sda1 partition 9\\n/swap file 9",
	  "0000:00:17.0 sda1 swap swap\n" },
	{ "swap on a disk that nobody knows", SWAPS "\\n/dev/sdx partition 9",
	  "? ? swap swap\n" },
	{ "a short line of swap", SWAPS "\\n/dev/sda1 partition",
	  BAD_LINE("swaps", "2", "/dev/sda1 partition") },
};

static const struct tree_row disks[] = {
	{ "names that lead out of the folder of disks",
	  "sys/class/block/a/b -> " SDA "\n" SWAPS
	  "\\n/dev/ partition 1\\n/dev/. partition 1\\n/dev/.. partition 1\\n"
	  "/dev/a/b partition 1",
	  "? ? swap swap\n" },
	{ "a name of 127 characters",
	  "sys/class/block/_" NAME_OF_64
	  "_012345678901234567890123456789012345678901234567890123456789x -> " SDA
	  "\n" SWAPS "\\n/dev/_" NAME_OF_64
	  "_012345678901234567890123456789012345678901234567890123456789x partition 1",
	  "0000:00:17.0 sda swap swap\n" },
	{ "one of 128",
	  "sys/class/block/" NAME_OF_64 NAME_OF_64 " -> " SDA "\n" SWAPS
	  "\\n/dev/" NAME_OF_64 NAME_OF_64 " partition 1",
	  "? ? swap swap\n" },
	{ "a link without a slash",
	  "sys/class/block/sdb -> sdb\n" SWAPS "\\n/dev/sdb partition 1", "" },
	{ "a link that ends with one",
	  "sys/class/block/sdb -> " SDA "/\n" SWAPS "\\n/dev/sdb partition 1",
	  "? ? swap swap\n" },
	{ "a folder in place of the link",
	  "sys/class/block/sdb/x = 1\n" SWAPS "\\n/dev/sdb partition 1",
	  "? ? swap swap\n"
	  "broken /sys/class/block/sdb:0: is not a symbolic link: the links are missing, "
	  "as in a copy that followed them\n" },
	{ "a loop device takes no device away",
	  "sys/class/block/loop0 -> ../../devices/virtual/block/loop0\n" SWAPS
	  "\\n/dev/loop0 partition 1",
	  "" },
	{ "the bridge above is not unbound", SWAPS "\\n/dev/nvme0n1 partition 1",
	  "0000:03:00.0 nvme0n1 swap swap\n" },
	{ "both paths of a multipath disk",
	  "sys/class/block/nvme1n1 -> " MULTIPATH "\n"
	  "sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme1n1/size = 1\n"
	  "sys/devices/virtual/nvme-subsystem/nvme-subsys0/model = x\n"
	  "sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme0 -> "
	  "../../../pci0000:00/0000:00:1d.0/0000:03:00.0/nvme/nvme0\n"
	  "sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme1 -> "
	  "../../../pci0000:00/0000:00:1d.0/0000:04:00.0/nvme/nvme1\n" SWAPS
	  "\\n/dev/nvme1n1 partition 1",
	  "0000:03:00.0 nvme1n1 swap swap\n0000:04:00.0 nvme1n1 swap swap\n" },
	{ "paths that lead nowhere beside one that leads to a device",
	  "sys/class/block/nvme1n1 -> " MULTIPATH "\n"
	  "sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme0 -> ../x/nvme0\n"
	  "sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme1 -> "
	  "../../../pci0000:00/0000:00:1d.0/0000:04:00.0/nvme/nvme1\n"
	  "sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme2 -> ../x/nvme2\n"
	  "sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme3 = x\n" SWAPS
	  "\\n/dev/nvme1n1 partition 1",
	  "0000:04:00.0 nvme1n1 swap swap\n"
	  "broken /sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme3:0: is not a symbolic "
	  "link: the links are missing, as in a copy that followed them\n" },
	{ "a multipath disk without its subsystem",
	  "sys/class/block/nvme1n1 -> " MULTIPATH "\n" SWAPS
	  "\\n/dev/nvme1n1 partition 1",
	  "? ? swap swap\n" },
	{ "a mirror of two disks",
	  "sys/class/block/md0 -> ../../devices/virtual/block/md0\n"
	  "sys/devices/virtual/block/md0/slaves/nvme0n1 /\n"
	  "sys/devices/virtual/block/md0/slaves/sda1 /\n" SWAPS "\\n/dev/md0 partition 1",
	  "0000:03:00.0 nvme0n1 swap swap\n0000:00:17.0 sda1 swap swap\n" },
	{ "one of whose disks another is not known, nor one whose name is too long",
	  "sys/class/block/md0 -> ../../devices/virtual/block/md0\n"
	  "sys/class/block/" NAME_OF_64 NAME_OF_64 " -> " SDA "\n"
	  "sys/devices/virtual/block/md0/slaves/" NAME_OF_64 NAME_OF_64 " /\n"
	  "sys/devices/virtual/block/md0/slaves/nvme0n1 /\n"
	  "sys/devices/virtual/block/md0/slaves/sdx /\n" SWAPS "\\n/dev/md0 partition 1",
	  "0000:03:00.0 nvme0n1 swap swap\n" },
	{ "one without disks",
	  "sys/class/block/md0 -> ../../devices/virtual/block/md0\n" SWAPS
	  "\\n/dev/md0 partition 1",
	  "? ? swap swap\n" },
	{ "a disk that is made of itself",
	  "sys/class/block/md0 -> ../../devices/virtual/block/md0\n"
	  "sys/devices/virtual/block/md0/slaves/md0 /\n" SWAPS "\\n/dev/md0 partition 1",
	  "? ? swap swap\n" },
	{ "a name of device mapper",
	  "sys/class/block/dm-" NAME_OF_64 NAME_OF_64 " -> x\n"
	  "sys/class/block/dm-0/x = 1\n"
	  "sys/class/block/dm-1/dm/name = other\n"
	  "sys/class/block/dm-2 -> ../../devices/virtual/block/dm-2\n"
	  "sys/devices/virtual/block/dm-2/dm/name = vg-swap\n"
	  "sys/devices/virtual/block/dm-2/slaves/sda /\n" SWAPS
	  "\\n/dev/mapper/vg-swap partition 1",
	  "0000:00:17.0 sda swap swap\n" },
	{ "one that nobody has", SWAPS "\\n/dev/mapper/vg-swap partition 1",
	  "? ? swap swap\n" },
};

/* Of file systems without a number of their own. */
static const struct tree_row systems[] = {
	{ "all members of the btrfs, and not of another",
	  "sys/fs/btrfs/1/devices/sda1 /\n"
	  "sys/fs/btrfs/2/devices/nvme0n1 /\nsys/fs/btrfs/2/devices/sda /\n"
	  "sys/fs/btrfs/features/x = 1\n"
	  "sys/fs/btrfs/" NAME_OF_64 NAME_OF_64 "/devices/sda /\n" MOUNTINFO
	  "1 1 0:9 / / rw - btrfs /dev/sda rw",
	  "0000:03:00.0 nvme0n1 / btrfs\n0000:00:17.0 sda / btrfs\n" },
	{ "members that are not known, and those that are behind them",
	  "sys/fs/btrfs/2/devices/hdx /\n"
	  "sys/fs/btrfs/2/devices/sda /\nsys/fs/btrfs/2/devices/sdx /\n"
	  "sys/fs/btrfs/2/devices/nvme0n1 /\n" MOUNTINFO
	  "1 1 0:9 / / rw - btrfs /dev/sda rw",
	  "0000:03:00.0 nvme0n1 / btrfs\n0000:00:17.0 sda / btrfs\n? ? / btrfs\n" },
	{ "a btrfs of which nothing is told",
	  "sys/fs/btrfs/2/devices/sdx /\n" MOUNTINFO "1 1 0:9 / / rw - btrfs /dev/sda rw",
	  "0000:00:17.0 sda / btrfs\n" },
	{ "not even a folder", MOUNTINFO "1 1 0:9 / / rw - btrfs /dev/sda rw",
	  "0000:00:17.0 sda / btrfs\n" },
	{ "which the running machine has where one is mounted",
	  "live\n" MOUNTINFO "1 1 0:9 / / rw - btrfs /dev/sda rw",
	  "0000:00:17.0 sda / btrfs\n"
	  "broken /sys/fs/btrfs:0: is missing, and such a host always has it\n" },
	{ "nor a disk", MOUNTINFO "1 1 0:9 / / rw - btrfs /dev/sdx rw", "? ? / btrfs\n" },
	{ "nor a node", MOUNTINFO "1 1 0:9 / / rw - btrfs none rw", "? ? / btrfs\n" },
	{ "members that bcachefs names",
	  MOUNTINFO "1 1 0:9 / / rw - bcachefs /dev/sda:/dev/nvme0n1 rw",
	  "0000:00:17.0 sda / bcachefs\n0000:03:00.0 nvme0n1 / bcachefs\n" },
	{ "one of them not known",
	  MOUNTINFO "1 1 0:9 / / rw - bcachefs none:/dev/nvme0n1 rw",
	  "0000:03:00.0 nvme0n1 / bcachefs\n? ? / bcachefs\n" },
	{ "the members of a pool are in no file",
	  MOUNTINFO "1 1 8:1 / / rw - zfs /dev/sda rw", "? ? / zfs\n" },
};

static void test_tables(void **state)
{
	(void)state;
	tree_judge(tables, ARRAY_SIZE(tables), base, DISKS, tell);
}

/* Device mapper's disk, and no folder of disks. */
static const struct tree_row without_disks[] = {
	{ "of a copy", SWAPS "\\n/dev/mapper/vg partition 1", "? ? swap swap\n" },
	{ "of the running machine",
	  "live\nproc/self/mountinfo = 1 1 0:9 / /run rw - tmpfs t rw\n"
	  "proc/swaps = x\\n/dev/mapper/vg partition 1",
	  "? ? swap swap\nbroken /sys/class/block:0: is missing, and such a host always has "
	  "it\n" },
};

static void test_disks(void **state)
{
	(void)state;
	tree_judge(without_disks, ARRAY_SIZE(without_disks), "", DISKS, tell);
	tree_judge(disks, ARRAY_SIZE(disks), base, DISKS, tell);
}

static void test_systems(void **state)
{
	(void)state;
	tree_judge(systems, ARRAY_SIZE(systems), base, DISKS, tell);
}

/* --- So many that a made-up tree alone has them --- */

#define STEPS 4096 /* STEPS_MAX of mounts.c */
#define TOO_MANY \
	"read /sys/class/block:0: not all links to disks were followed, there are so many\n"

/* A mount on / of n times /dev/sda, and then what the row says. */
static void judge_behind(unsigned n, const struct tree_row *row)
{
	struct text t = { 0 };
	struct tree_row whole = *row;

	text_add(&t, MOUNTINFO "1 1 0:9 / / rw - bcachefs /dev/sda");
	for (unsigned i = 1; i < n; i++)
		text_add(&t, ":/dev/sda");
	text_printf(&t, " rw\\n%s", row->tree);
	whole.tree = t.data;
	tree_judge(&whole, 1, base, DISKS, tell);
	text_clear(&t);
}

static void test_steps(void **state)
{
	static const struct tree_row enough = { "as many steps as are made", "",
						"0000:00:17.0 sda / bcachefs\n" };
	static const struct tree_row number = {
		"one more, to a number", "2 1 8:1 / /a rw - ext4 /dev/sda1 rw",
		"0000:00:17.0 sda / bcachefs\n? ? /a ext4\n" TOO_MANY
	};
	static const struct tree_row multipath = {
		"to a controller",
		"2 1 9:1 / /a rw - ext4 x rw\n"
		"sys/dev/block/9:1 -> " MULTIPATH "\n"
		"sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme0 -> "
		"../../../pci0000:00/0000:00:1d.0/0000:03:00.0/nvme/nvme0\n",
		"0000:00:17.0 sda / bcachefs\n? ? /a ext4\n" TOO_MANY
	};
	static const struct tree_row mapper = {
		"to a name of device mapper",
		"2 1 0:5 / /a rw - ext4 /dev/mapper/vg rw\n"
		"sys/class/block/dm-2 -> ../../devices/virtual/block/dm-2\n"
		"sys/devices/virtual/block/dm-2/dm/name = vg\n"
		"sys/devices/virtual/block/dm-2/slaves/sda /\n",
		"0000:00:17.0 sda / bcachefs\n? ? /a ext4\n" TOO_MANY
	};
	static const struct tree_row btrfs = {
		"to a btrfs",
		"2 1 0:5 / /a rw - btrfs /dev/sda1 rw\n"
		"sys/fs/btrfs/2/devices/sda1 /\nsys/fs/btrfs/2/devices/nvme0n1 /\n",
		"0000:00:17.0 sda / bcachefs\n? ? /a btrfs\n" TOO_MANY
	};

	(void)state;
	judge_behind(STEPS, &enough);
	judge_behind(STEPS, &number);
	judge_behind(STEPS - 1, &multipath);
	judge_behind(STEPS, &mapper);
	judge_behind(STEPS, &btrfs);
}

/* With more file systems than are remembered a disk is still found. */
static void test_many_systems(void **state)
{
	static const char line[] = "1 1 8:1 / /%c rw - ext4 x rw\\n";
	struct tree_row row = { "behind 1,100 file systems", NULL,
				"0000:00:17.0 sda1 /a ext4\n0000:00:17.0 sda1 /b ext4\n"
				"0000:00:17.0 sda1 /c ext4\n" };
	struct text t = { 0 };

	(void)state;
	text_add(&t, MOUNTINFO);
	for (unsigned i = 0; i < 1100; i++)
		text_printf(&t, "1 1 0:%u / /%u rw - tmpfs t rw\\n", i, i);
	for (char c = 'a'; c < 'e'; c++)
		text_printf(&t, line, c);
	row.tree = t.data;
	tree_judge(&row, 1, base, DISKS, tell);
	text_clear(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),	     cmocka_unit_test(test_disks),
		cmocka_unit_test(test_systems),	     cmocka_unit_test(test_steps),
		cmocka_unit_test(test_many_systems),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
