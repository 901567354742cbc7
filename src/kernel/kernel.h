/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "model/host.h"

/*
 * What this kernel does. behaviours.def has a row for each thing that Linux does
 * differently by version, vendor, IOMMU or architecture; nobody else compares versions.
 * The release and the log are read first, so that later collectors may ask too; the table
 * never asks back.
 */

/* Who built the kernel, by the suffix of its release. */
enum vendor {
	VENDOR_NONE, /* upstream, or a distribution that follows its stable releases */
	VENDOR_EL8,  /* Red Hat Enterprise Linux and its clones */
	VENDOR_EL9,
	VENDOR_EL10,
	VENDOR_SUSE,
	VENDOR_UBUNTU,
	VENDOR_PROXMOX,
	VENDOR_ORACLE,
	VENDOR_AMAZON,
	VENDOR_OPENEULER,
};

/* "5.14.0-427.13.1.el9_4.x86_64": 5.14, patch 0, VENDOR_EL9, build 427. */
struct release {
	unsigned major, minor; /* 0, 0: not known */
	bool patch_known;      /* some distributions always print 0 */
	unsigned patch;
	enum vendor vendor;
	unsigned build; /* the number behind the first '-'; 0: none */
};

/* False if there are no two numbers in front; *out is all zero then. */
bool release_parse(const char *text, struct release *out);

/* The release of a host; all zero where it is not known. */
struct release release_of(const struct host *host);

/* The same with nothing but major and minor, which is much faster. */
struct release version_of(const struct host *host);

/* "Red Hat Enterprise Linux 9"; NULL for VENDOR_NONE. */
const char *vendor_name(enum vendor vendor);

/*
 * The page size of a host's kernel in bytes: as it was read, by the architecture, or by
 * the mark that distributions give a kernel of large pages ("6.8.0-31-generic-64k",
 * "5.14.0-503.el9.aarch64+64k", "6.12.1-16k"). 0: not known.
 */
uint64_t kernel_page_size(const struct host *host);

enum behaviour {
#define BEHAVIOUR(name, ...) BEHAVIOUR_##name,
#include "kernel/behaviours.def"
#undef BEHAVIOUR
	BEHAVIOUR_COUNT,
};

/* The kernel's version without its patch level; 0, 0: none. */
struct version {
	unsigned major, minor;
};

/* A stable update that brought it: 6.1.43 is { { 6, 1 }, 43 }. */
struct stable_update {
	struct version series;
	unsigned patch;
};

/* A vendor's kernel that has it from a build on, whatever its version. */
struct vendor_range {
	enum vendor vendor;
	struct version version;
	unsigned build;	       /* the first that is known to; BUILD_NOT_KNOWN: none is */
	unsigned absent_build; /* the last that is known not to; 0: none is */
};

#define BUILD_NOT_KNOWN UINT_MAX

/* The stronger ones first. */
enum sign_kind {
	SIGN_NONE,
	SIGN_LOG,  /* a line of the log of this boot that has the text */
	SIGN_BTF,  /* what btf_ask says to it */
	SIGN_MODE, /* a feature of the host: the mode of a file */
	SIGN_NODE, /* a device node below /dev */
	SIGN_KIND_COUNT,
};

/* The group files `type` can be written. */
#define SIGN_TYPE_WRITABLE "/sys/kernel/iommu_groups/*/type 0644"

/*
 * What proves on a host that its kernel does it, if it is there; of a member of a struct
 * and a mode also that it does not, if not.
 */
struct sign {
	enum sign_kind kind;
	const char *text;
	bool against; /* the other way round: where it is there the kernel does not */
};

/* How the row itself is known. */
enum row_basis {
	BASIS_SOURCE, /* the kernel's source was read on both sides of the dates */
	BASIS_BOOTED, /* seen on booted kernels */
	BASIS_COMMIT, /* by the commit or a list message alone */
};

#define BEHAVIOUR_SIGNS_MAX 4
#define BEHAVIOUR_EXCEPTIONS_MAX 2

struct behaviour_row {
	const char *id;
	const char *does;	  /* goes on after "Linux 6.12 " */
	const char *log;	  /* the line it logs, without prefix; NULL: none */
	int error;		  /* of a refusal: positive errno; 0: it is none */
	const char *call;	  /* the ioctl that fails, or "bind" */
	unsigned iommus;	  /* IOMMU_BIT of each kind it is about; 0: all */
	const char *architecture; /* it is about; NULL: all */
	enum vendor vendor;	  /* whose kernels alone do it; VENDOR_NONE: all do */
	/*
	 * It came between absent_at, the last version that is known not to have it, and
	 * present_at, the first that is known to; neither: it was always there.
	 */
	struct version absent_at, present_at;
	/* It went between still_at and gone_at; neither: it is there still. */
	struct version still_at, gone_at;
	struct version known_from; /* of older versions nothing is known; none: all are */
	/* Where it came (or, of a row that goes, went) earlier than by these dates. */
	struct stable_update stable[BEHAVIOUR_EXCEPTIONS_MAX];
	struct vendor_range vendors[BEHAVIOUR_EXCEPTIONS_MAX];
	const char *commit; /* that brought it, or took it away; NULL: not known */
	const char *source; /* file and function */
	enum row_basis basis;
	struct sign signs[BEHAVIOUR_SIGNS_MAX];
};

#define IOMMU_BIT(kind) (1u << (kind))

extern const struct behaviour_row behaviours[BEHAVIOUR_COUNT];

/* What decided. */
enum decided_by {
	DECIDED_BY_NOTHING,
	DECIDED_BY_SCOPE,	   /* it is about other IOMMUs or architectures */
	DECIDED_BY_ALWAYS,	   /* all versions do it */
	DECIDED_BY_LOG,		   /* the log of this boot */
	DECIDED_BY_BTF,		   /* the types that it was built with */
	DECIDED_BY_FILE,	   /* a file, or its mode */
	DECIDED_BY_RELEASE,	   /* the release number */
	DECIDED_BY_VENDOR_RELEASE, /* the same, of a vendor's kernel: weaker */
};

struct decision {
	enum tristate value;
	enum decided_by by;
	const struct log_line *line; /* DECIDED_BY_LOG */
	const struct sign *sign;     /* what was there, or not; NULL: no evidence */
	enum tristate by_release;    /* what would be said without evidence */
};

/* Does the evidence say otherwise than the release would? */
bool decision_contradicts(const struct decision *decision);

/*
 * "BTF has dev_iommu.require_direct", "BTF has no ...", or the line of the log; NULL: it
 * rests on no evidence. The caller owns it.
 */
char *decision_evidence(const struct decision *decision);

/* Where that stands: the file of the log, and so on; NULL: it rests on no evidence. */
const char *decision_path(const struct host *host, const struct decision *decision);

/*
 * Does the kernel of a host do it, with an IOMMU of this kind? Evidence first (the log of
 * this boot, then BTF, then files), then the release. Unknown stays unknown: where the
 * release is not known, or lies in a gap between versions that are.
 */
struct decision kernel_decides(const struct host *host, enum behaviour behaviour,
			       enum iommu_kind kind);
enum tristate kernel_does(const struct host *host, enum behaviour behaviour,
			  enum iommu_kind kind);

/* The same, whatever the IOMMU is. */
enum tristate kernel_does_anywhere(const struct host *host, enum behaviour behaviour);

/* Does BTF prove it, where there is any? */
bool behaviour_asks_btf(const struct behaviour_row *row);

const char *decided_by_name(enum decided_by by);
/* "from booted kernels" */
const char *basis_name(enum row_basis basis);

/* "since 6.6", "until 6.4", "between 6.12 and 7.2", "all versions"; the caller owns it.
 */
char *behaviour_dates(const struct behaviour_row *row);

/*
 * The row in a sentence: "Linux has iommufd: since 6.2; earlier in 5.15.7". The manual
 * says it in the same words. The caller owns it.
 */
char *behaviour_sentence(const struct behaviour_row *row);

/* The row of an id; NULL: there is none. */
const struct behaviour_row *behaviour_find(const char *id);

/*
 * Where it came, or went, before these dates: "6.1.43, SUSE Linux Enterprise (6.4 build
 * 150600)"; NULL: nowhere. The caller owns it.
 */
char *behaviour_backports(const struct behaviour_row *row);
