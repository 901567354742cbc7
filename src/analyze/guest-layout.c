/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU's memory maps. Read in QEMU 6.2 to 10: hw/i386/pc_q35.c (pc_q35_init),
 * hw/i386/pc_piix.c (pc_init1), hw/i386/pc.c (pc_memory_init, pc_pci_hole64_start,
 * pc_max_used_gpa), hw/pci-host/q35.c and i440fx.c (the windows for BARs),
 * hw/i386/microvm.c (microvm_memory_init, create_gpex), hw/arm/virt.c (base_memmap,
 * virt_set_memmap, virt_set_high_memmap).
 */
#include "analyze/guest-layout.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

#define MIB(n) (UINT64_C(n) << 20)
#define GIB(n) (UINT64_C(n) << 30)

/* How a type finds the window for 64-bit BARs. */
enum window64 {
	WINDOW64_BEHIND_RAM,  /* of a fixed size, at the next GiB */
	WINDOW64_ALIGNED,     /* aligned to its size, never below 256 GiB */
	WINDOW64_TOP_QUARTER, /* of what the CPUs can address */
};

struct machine_type {
	const char *name;
	const char *prefix; /* of versioned names */
	const char *architecture;
	const char *source;
	uint64_t ram_first;
	/*
	 * RAM of `whole` bytes and more is split: `split` bytes of it are below 4 GiB.
	 * UINT64_MAX: it is never split.
	 */
	uint64_t whole, split;
	bool low_limit;	       /* knows max-ram-below-4g */
	bool low_limit_raises; /* which can raise `whole`, too */
	bool avoids_hole;      /* since version 7.1, with AMD's CPUs */
	bool checks_phys_bits;
	struct range rom;      /* 0-0: none that is mapped */
	struct range window32; /* first 0: behind RAM */
	enum window64 window64;
	uint64_t window64_size;
	bool ovmf; /* OVMF is its UEFI firmware, which takes a window of its own */
};

static const struct machine_type machines[] = {
	{
		.name = "q35",
		.prefix = "pc-q35-",
		.architecture = "x86_64",
		.source = "hw/i386/pc_q35.c: pc_q35_init",
		.whole = 0xb0000000,
		.split = 0x80000000,
		.low_limit = true,
		.avoids_hole = true,
		.checks_phys_bits = true,
		.rom = { 0xfffc0000, 0xffffffff }, /* bios-256k.bin */
		.window32 = { 0, 0xfebfffff },	   /* to the I/O APIC */
		.window64_size = GIB(32),	   /* Q35_PCI_HOST_HOLE64_SIZE_DEFAULT */
		.ovmf = true,
	},
	{
		.name = "pc",
		.prefix = "pc-i440fx-",
		.architecture = "x86_64",
		.source = "hw/i386/pc_piix.c: pc_init1",
		.whole = 0xe0000000,
		.split = 0xc0000000,
		.low_limit = true,
		.low_limit_raises = true,
		.avoids_hole = true,
		.checks_phys_bits = true,
		.rom = { 0xfffc0000, 0xffffffff },
		.window32 = { 0, 0xfebfffff },
		.window64_size = GIB(2), /* I440FX_PCI_HOST_HOLE64_SIZE_DEFAULT */
		.ovmf = true,
	},
	{
		.name = "microvm",
		.prefix = "microvm-",
		.architecture = "x86_64",
		.source = "hw/i386/microvm.c: microvm_memory_init",
		.whole = 0xc0000000,
		.split = 0xc0000000,
		/* of SeaBIOS' bios-microvm.bin; that of qboot.rom is smaller */
		.rom = { 0xfffe0000, 0xffffffff },
		.window32 = { 0xc0000000, 0xdfffffff }, /* PCIE_MMIO_BASE, _SIZE */
		.window64 = WINDOW64_TOP_QUARTER,
	},
	{
		.name = "virt",
		.prefix = "virt-",
		.architecture = "aarch64",
		.source = "hw/arm/virt.c: virt_set_memmap",
		.ram_first = GIB(1), /* VIRT_MEM */
		.whole = UINT64_MAX,
		.checks_phys_bits = true,
		.window32 = { 0x10000000, 0x3efeffff }, /* VIRT_PCIE_MMIO */
		.window64 = WINDOW64_ALIGNED,
		.window64_size = GIB(512), /* VIRT_HIGH_PCIE_MMIO */
	},
};

/* AMD_HT_START and AMD_ABOVE_1TB_START of hw/i386/pc.c. */
#define AMD_HOLE_FIRST UINT64_C(0xfd00000000)
#define ABOVE_AMD_HOLE (UINT64_C(1) << 40)

/* Where virt's highest window and others begin at the earliest: 255 GiB behind RAM's
 * start (LEGACY_RAMLIMIT_BYTES). */
#define VIRT_HIGH_FIRST GIB(256)

static uint64_t round_up(uint64_t n, uint64_t to)
{
	return (n + to - 1) / to * to;
}

static void add(struct layout *out, uint64_t first, uint64_t size, enum layout_use use,
		const char *what)
{
	if (size)
		*ADD(out, parts) =
			(struct layout_part){ { first, first + size - 1 }, use, what };
}

static uint64_t low_ram_of(const struct guest_shape *s)
{
	const struct machine_type *m = s->machine;
	uint64_t whole = m->whole, low;

	if (m->low_limit_raises && s->max_below_4g)
		whole = s->max_below_4g;
	low = s->ram >= whole ? m->split : whole;
	if (s->max_below_4g && low > s->max_below_4g)
		low = s->max_below_4g;
	return s->ram < low ? s->ram : low;
}

bool shape_avoids_hole(const struct guest_shape *s)
{
	bool is_old = s->major &&
		      (s->major < AVOIDS_HOLE_MAJOR ||
		       (s->major == AVOIDS_HOLE_MAJOR && s->minor < AVOIDS_HOLE_MINOR));

	return s->machine->avoids_hole && s->is_amd && !is_old;
}

/* Where RAM above 4 GiB begins: at 1 TiB if anything would reach AMD's range. */
static uint64_t high_first(const struct guest_shape *s, uint64_t high, struct layout *out)
{
	uint64_t end = round_up(GIB(4) + high, GIB(1)) + s->machine->window64_size;

	out->moved = shape_avoids_hole(s) && end > AMD_HOLE_FIRST;
	return out->moved ? ABOVE_AMD_HOLE : GIB(4);
}

static bool reaches(const struct guest_shape *s, uint64_t last)
{
	return !s->phys_bits || last >> s->phys_bits == 0;
}

/* OVMF goes no higher with four levels of page tables. */
#define OVMF_BITS_MAX 46
/* Its window where it does not look at the CPU: PcdPciMmio64Size. */
#define OVMF_CLASSIC_SIZE GIB(32)

/*
 * Does OVMF believe what the CPU says, and is the last eighth of it more than the old
 * window? 40 bits are what QEMU says by default whatever the host has, so of fewer than
 * 41 only what real CPUs have counts. It believes 36 bits of Intel, too: 8 GiB.
 */
static bool ovmf_looks_at(const struct guest_shape *s)
{
	return s->phys_bits >= 41 || s->phys_bits == (s->is_amd ? 40 : 39);
}

/*
 * Since 2022 OVMF places 64-bit BARs in the last eighth of what the CPUs can address, if
 * that is more than its old window and leaves room (edk2, PlatformDynamicMmioWindow and
 * PlatformAddressWidthFromCpuid, OvmfPkg/Library/PlatformInitLib/MemDetect.c).
 */
static void add_ovmf_window(const struct guest_shape *s, uint64_t ram_end,
			    struct layout *out)
{
	unsigned bits = s->phys_bits < OVMF_BITS_MAX ? s->phys_bits : OVMF_BITS_MAX;
	uint64_t space = UINT64_C(1) << bits, size = space >> 3;
	uint64_t classic = round_up(round_up(ram_end, GIB(1)), OVMF_CLASSIC_SIZE);

	if (s->machine->ovmf && ovmf_looks_at(s) && classic < space &&
	    size < space - classic)
		add(out, space - size, size, LAYOUT_BARS,
		    "OVMF's window for 64-bit BARs");
}

/* ram_end: the first address behind all RAM; 4 GiB where there is none above. */
static void add_window64(const struct guest_shape *s, uint64_t ram_end,
			 struct layout *out)
{
	static const char what[] = "window for 64-bit BARs";
	uint64_t size = s->machine->window64_size, first;

	switch (s->machine->window64) {
	case WINDOW64_BEHIND_RAM:
		first = round_up(ram_end, GIB(1));
		add(out, first, size, LAYOUT_BARS, what);
		out->last = first + size - 1;
		break;
	case WINDOW64_ALIGNED:
		first = round_up(ram_end, GIB(1));
		out->last = first - 1;
		first = first < VIRT_HIGH_FIRST ? VIRT_HIGH_FIRST : first;
		/* some MiB are before it: registers and configuration space */
		first = round_up(first + 1, size);
		/* left out where the CPUs do not reach it */
		if (reaches(s, first + size - 1))
			add(out, first, size, LAYOUT_BARS, what);
		break;
	case WINDOW64_TOP_QUARTER:
		out->last = ram_end - 1;
		out->no_windows = !s->phys_bits;
		/* one that would lie in RAM is none */
		if (s->phys_bits && UINT64_C(3) << (s->phys_bits - 2) >= ram_end)
			add(out, UINT64_C(3) << (s->phys_bits - 2),
			    UINT64_C(1) << (s->phys_bits - 2), LAYOUT_BARS, what);
		break;
	}
}

static int compare_parts(const void *a, const void *b)
{
	const struct layout_part *x = a, *y = b;

	return (x->range.first > y->range.first) - (x->range.first < y->range.first);
}

void layout_of(const struct guest_shape *s, struct layout *out)
{
	const struct machine_type *m = s->machine;
	uint64_t high, first, window, ram_end;

	*out = (struct layout){ .low_ram =
					m->whole == UINT64_MAX ? s->ram : low_ram_of(s) };
	high = s->ram - out->low_ram;
	first = high_first(s, high, out);
	/* also where VGA would be in front of it: not every guest has VGA */
	add(out, m->ram_first, out->low_ram, LAYOUT_RAM,
	    m->whole == UINT64_MAX ? "RAM" : "RAM below 4 GiB");
	window = m->window32.first ? m->window32.first : out->low_ram;
	if (window <= m->window32.last)
		add(out, window, m->window32.last - window + 1, LAYOUT_BARS,
		    "window for 32-bit BARs");
	if (m->rom.last)
		add(out, m->rom.first, m->rom.last - m->rom.first + 1, LAYOUT_ROM,
		    "BIOS");
	add(out, first, high, LAYOUT_RAM,
	    out->moved ? "RAM above 1 TiB" : "RAM above 4 GiB");
	ram_end = m->whole == UINT64_MAX ? m->ram_first + s->ram : first + high;
	add_window64(s, ram_end, out);
	add_ovmf_window(s, ram_end, out);
	out->too_high = m->checks_phys_bits && !reaches(s, out->last);
	qsort(out->parts, out->n_parts, sizeof(*out->parts), compare_parts);
}

void layout_clear(struct layout *layout)
{
	free(layout->parts);
	*layout = (struct layout){ 0 };
}

/* --- Words --- */

/* Of sizes: 2 to the power of 10, 20, 30, 40. */
static const char units[] = "KMGT";

bool guest_size(const char *word, uint64_t *out)
{
	size_t len = strlen(word);
	cleanup_free char *digits = xstrdup(word);
	const char *unit;
	uint64_t n;

	if (len < 2)
		return false;
	unit = strchr(units, word[len - 1]);
	digits[len - 1] = 0;
	if (!unit || !text_to_number(digits, 10, GUEST_RAM_MAX, &n) || !n)
		return false;
	if (n > GUEST_RAM_MAX >> 10 * (unit - units + 1))
		return false;
	n <<= 10 * (unit - units + 1);
	if (n % GUEST_PAGE)
		return false;
	*out = n;
	return true;
}

/* "7.0" */
static bool take_version(const char *s, struct guest_shape *shape)
{
	cleanup_free char *major = xstrdup(s);
	char *minor = strchr(major, '.');
	uint64_t a, b;

	if (!minor)
		return false;
	*minor++ = 0;
	if (!text_to_number(major, 10, 99, &a) || !text_to_number(minor, 10, 99, &b) ||
	    !a)
		return false;
	shape->major = (unsigned)a;
	shape->minor = (unsigned)b;
	return true;
}

static bool take_type(const char *word, struct guest_shape *shape)
{
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
		const struct machine_type *m = &machines[i];

		shape->machine = m;
		if (!strcmp(word, m->name))
			return true;
		if (text_starts_with(word, m->prefix))
			return take_version(word + strlen(m->prefix), shape);
	}
	return false;
}

bool guest_machine(const char *word, struct guest_shape *shape)
{
	static const char property[] = "max-ram-below-4g=";
	cleanup_free char *type = xstrdup(word);
	char *comma = strchr(type, ',');

	if (comma)
		*comma++ = 0;
	if (!take_type(type, shape))
		return false;
	if (!comma)
		return true;
	return shape->machine->low_limit && text_starts_with(comma, property) &&
	       guest_size(comma + strlen(property), &shape->max_below_4g) &&
	       shape->max_below_4g >= MIB(1) && shape->max_below_4g <= GIB(4);
}

const struct machine_type *machine_type_of(const char *architecture)
{
	for (size_t i = 0; architecture && i < ARRAY_SIZE(machines); i++) {
		if (!strcmp(machines[i].architecture, architecture))
			return &machines[i];
	}
	return NULL;
}

const char *machine_type_name(const struct machine_type *m)
{
	return m->name;
}

const char *machine_type_source(const struct machine_type *m)
{
	return m->source;
}

bool machine_type_is_x86(const struct machine_type *m)
{
	return !strcmp(m->architecture, "x86_64");
}

bool machine_type_has_low_limit(const struct machine_type *m)
{
	return m->low_limit;
}

char *guest_size_text(uint64_t bytes)
{
	size_t unit = 0;

	while (unit + 1 < strlen(units) && bytes % (UINT64_C(1) << 10 * (unit + 2)) == 0)
		unit++;
	return text_format("%" PRIu64 "%c", bytes >> 10 * (unit + 1), units[unit]);
}

char *shape_machine_text(const struct guest_shape *s)
{
	cleanup_free char *low = guest_size_text(s->max_below_4g);
	struct text t = { 0 };

	if (s->major)
		text_printf(&t, "%s%u.%u", s->machine->prefix, s->major, s->minor);
	else
		text_add(&t, s->machine->name);
	if (s->max_below_4g)
		text_printf(&t, ",max-ram-below-4g=%s", low);
	return text_take(&t);
}

const char *layout_use_name(enum layout_use use)
{
	static const char *const names[LAYOUT_USE_COUNT] = {
		[LAYOUT_RAM] = "ram",		[LAYOUT_ROM] = "rom",
		[LAYOUT_BARS] = "bars",		[LAYOUT_GIVEN] = "given",
		[LAYOUT_HOST_RAM] = "host-ram",
	};

	return names[use];
}
