/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Giving up what is no longer needed: user, files, paths, system calls. */
#include "base/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef HAVE_LIBSECCOMP
#include <seccomp.h>
#endif

#include "base/attr.h"

/* --- Another user --- */

/* DEFAULT_OVERFLOWUID, include/linux/highuid.h: nobody's, on every distribution */
#define NOBODY 65534

static bool become_nobody(void)
{
	return !geteuid() && !setgroups(0, NULL) && !setresgid(NOBODY, NOBODY, NOBODY) &&
	       !setresuid(NOBODY, NOBODY, NOBODY);
}

/* --- No paths: Landlock --- */

/* The same on all architectures, include/uapi/asm-generic/unistd.h */
#define CALL_LANDLOCK_CREATE_RULESET 444
#define CALL_LANDLOCK_RESTRICT_SELF 446

/* struct landlock_ruleset_attr, include/uapi/linux/landlock.h */
struct ruleset {
	uint64_t fs;
	uint64_t net;	 /* since ABI 4 */
	uint64_t scoped; /* since ABI 6 */
};

/* LANDLOCK_CREATE_RULESET_VERSION, there */
#define RULESET_VERSION 1U

/* LANDLOCK_ACCESS_FS_*: how many there are, lowest bit first, by ABI; 5 and later last */
static const unsigned fs_rights[] = { 0, 13, 14, 15, 15, 16 };

/* LANDLOCK_ACCESS_NET_BIND_TCP and _CONNECT_TCP */
#define NET_RIGHTS 3
/* LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET and _SIGNAL */
#define SCOPES 3

/* A ruleset that handles everything and has no rule: nothing is allowed. */
static bool forbid_paths(void)
{
	const long abi = syscall(CALL_LANDLOCK_CREATE_RULESET, NULL, 0, RULESET_VERSION);
	const long last = (long)ARRAY_SIZE(fs_rights) - 1;
	struct ruleset all;
	bool done;
	int fd;

	if (abi < 1)
		return false;
	all = (struct ruleset){
		.fs = (UINT64_C(1) << fs_rights[abi < last ? abi : last]) - 1,
		.net = abi >= 4 ? NET_RIGHTS : 0,
		.scoped = abi >= 6 ? SCOPES : 0,
	};
	fd = (int)syscall(CALL_LANDLOCK_CREATE_RULESET, &all, sizeof(all), 0);
	if (fd < 0)
		return false;
	done = !syscall(CALL_LANDLOCK_RESTRICT_SELF, fd, 0);
	close(fd);
	return done;
}

/* --- No more files --- */

/* poll(2) takes no more files than that; where file 0 is open no other can become it. */
static bool forbid_files(void)
{
	const rlim_t most = fcntl(STDIN_FILENO, F_GETFD) >= 0;
	const struct rlimit none = { most, most };

	return !setrlimit(RLIMIT_NOFILE, &none);
}

/* --- Few system calls: seccomp --- */

#ifdef HAVE_LIBSECCOMP

/*
 * What printing, memory and ending need, also as the C libraries of other architectures
 * and versions call it; unknown names are left out.
 */
static const char *const allowed[] = {
	"brk",
	"clock_gettime",
	"clock_gettime64",
	"close",
	"exit",
	"exit_group",
	"fstat",
	"fstat64",
	"fstatat64",
	"futex",
	"futex_time64",
	"getpid",
	"getrandom",
	"getrlimit",
	"gettid",
	"gettimeofday",
	"_llseek",
	"lseek",
	"madvise",
	"mremap",
	"munmap",
	"newfstatat",
	"poll",
	"ppoll",
	"ppoll_time64",
	"read",
	"restart_syscall",
	"rt_sigprocmask",
	"rt_sigreturn",
	"sched_yield",
	"sigreturn",
	"statx",
	"sysinfo",
	"tgkill",
	"time",
	"ugetrlimit",
	"uname",
	"write",
	"writev",
};

/* TCGETS2 as on x86 and Arm, include/uapi/asm-generic/ioctls.h; for isatty() */
static const unsigned long ioctls[] = { TIOCGWINSZ, TCGETS, 0x802c542a };

/* Memory, but none that can be executed: argument 2 has the protection. */
static const char *const of_memory[] = { "mmap", "mmap2", "mprotect" };

static bool allow(scmp_filter_ctx filter, const char *name, unsigned n,
		  const struct scmp_arg_cmp *arguments)
{
	const int call = seccomp_syscall_resolve_name(name);
	int result = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, n, arguments);

	/* -EDOM, -EINVAL: this architecture has none */
	return call == __NR_SCMP_ERROR || !result || call < 0;
}

static bool add_rules(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp no_code = { .arg = 2,
					      .op = SCMP_CMP_MASKED_EQ,
					      .datum_a = PROT_EXEC };
	/* prlimit64 that only asks */
	const struct scmp_arg_cmp no_limit = { .arg = 2, .op = SCMP_CMP_EQ };
	bool done = allow(filter, "prlimit64", 1, &no_limit);

	for (size_t i = 0; i < ARRAY_SIZE(allowed); i++)
		done = allow(filter, allowed[i], 0, NULL) && done;
	for (size_t i = 0; i < ARRAY_SIZE(of_memory); i++)
		done = allow(filter, of_memory[i], 1, &no_code) && done;
	for (size_t i = 0; i < ARRAY_SIZE(ioctls); i++) {
		const struct scmp_arg_cmp this = { .arg = 1,
						   .op = SCMP_CMP_EQ,
						   .datum_a = ioctls[i] };

		done = allow(filter, "ioctl", 1, &this) && done;
	}
	return done;
}

static bool forbid_calls(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	bool done = filter && add_rules(filter) && !seccomp_load(filter);

	seccomp_release(filter);
	return done;
}

#else

static bool forbid_calls(void)
{
	return false;
}

#endif

/* --- All of it --- */

static const struct {
	const char *name;
	bool (*enter)(void);
} layers[] = {
	/* in this order: each needs what the next ones forbid */
	[SANDBOX_USER] = { "user nobody", become_nobody },
	[SANDBOX_LANDLOCK] = { "no paths (Landlock)", forbid_paths },
	[SANDBOX_FILES] = { "no more files (RLIMIT_NOFILE)", forbid_files },
	[SANDBOX_SECCOMP] = { "few system calls (seccomp)", forbid_calls },
};

const char *sandbox_layer_name(enum sandbox_layer layer)
{
	return layers[layer].name;
}

unsigned sandbox_enter(unsigned wanted)
{
	unsigned active = 0;

	if (BUILT_WITH_SANITIZERS)
		return 0;
	/* without it only root may put up Landlock and seccomp */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		wanted &= ~(SANDBOX_BIT(SANDBOX_LANDLOCK) | SANDBOX_BIT(SANDBOX_SECCOMP));
	for (unsigned i = 0; i < SANDBOX_LAYER_COUNT; i++) {
		if (wanted & SANDBOX_BIT(i) && layers[i].enter())
			active |= SANDBOX_BIT(i);
	}
	return active;
}
