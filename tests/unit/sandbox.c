/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a process can still do behind each layer of the sandbox, and behind all of them.
 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/sandbox.h"

/* What is tried: 0, or the errno. */

static int result_of(int fd)
{
	return fd < 0 ? errno : 0;
}

static int try_read(void)
{
	return result_of(open("/proc/self/status", O_RDONLY | O_CLOEXEC));
}

static int try_write(void)
{
	return result_of(
		open("/tmp/iommu-resv-sandbox", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
}

static int try_socket(void)
{
	return result_of(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

static int try_fork(void)
{
	pid_t child = fork();

	if (!child)
		_exit(0);
	return result_of(child);
}

static int try_signal(void)
{
	return kill(getppid(), 0) ? errno : 0;
}

static int try_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		       0);

	return p == MAP_FAILED ? errno : 0;
}

static int try_root(void)
{
	return setuid(0) ? errno : 0;
}

static int try_memory(void)
{
	char *volatile p = malloc((size_t)8 << 20);

	if (!p)
		return errno;
	memset(p, 1, (size_t)8 << 20);
	free(p);
	return 0;
}

static int try_print(void)
{
	return write(STDOUT_FILENO, "", 0) < 0 ? errno : 0;
}

static const struct attempt {
	const char *what;
	int (*run)(void);
	/* errno by layer, 0: it works there */
	int of[SANDBOX_LAYER_COUNT];
} attempts[] = {
	{ "reading a file", try_read, { 0, EACCES, EMFILE, EPERM } },
	{ "writing a file", try_write, { 0, EACCES, EMFILE, EPERM } },
	{ "a socket", try_socket, { 0, 0, EMFILE, EPERM } },
	{ "a new process", try_fork, { 0, 0, 0, EPERM } },
	{ "a signal", try_signal, { EPERM, 0, 0, EPERM } },
	{ "new code", try_code, { 0, 0, 0, EPERM } },
	{ "root again", try_root, { EPERM, 0, 0, EPERM } },
	{ "memory", try_memory, { 0 } },
	{ "printing", try_print, { 0 } },
};

/* What a child says of itself. */
struct told {
	unsigned active;
	int result[ARRAY_SIZE(attempts)];
};

static struct told tell(unsigned layers)
{
	struct told told = { 0 };
	int pipes[2];
	pid_t child;

	assert_int_equal(pipe(pipes), 0);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		told.active = sandbox_enter(layers);
		for (size_t i = 0; i < ARRAY_SIZE(attempts); i++)
			told.result[i] = attempts[i].run();
		_exit(write(pipes[1], &told, sizeof(told)) != sizeof(told));
	}
	close(pipes[1]);
	assert_int_equal(read(pipes[0], &told, sizeof(told)), sizeof(told));
	close(pipes[0]);
	assert_int_equal(waitpid(child, NULL, 0), child);
	unlink("/tmp/iommu-resv-sandbox");
	return told;
}

/* Without a sandbox all of it works, so a refusal below is the layer's. */
static void test_nothing(void **state)
{
	const struct told told = tell(0);

	(void)state;
	assert_int_equal(told.active, 0);
	for (size_t i = 0; i < ARRAY_SIZE(attempts); i++) {
		if (attempts[i].run == try_root && geteuid())
			continue;
		if (told.result[i])
			fail_msg("%s: %s", attempts[i].what, strerror(told.result[i]));
	}
}

/* As far as this machine and this build go, asked in another way than sandbox.c does. */
static bool can_be_active(enum sandbox_layer layer)
{
	if (BUILT_WITH_SANITIZERS)
		return false;
	switch (layer) {
	case SANDBOX_USER:
		return !geteuid();
	case SANDBOX_LANDLOCK: /* landlock_create_ruleset(2): which version is there */
		return syscall(444, NULL, 0, 1) >= 1;
	case SANDBOX_SECCOMP:
#ifdef HAVE_LIBSECCOMP
		return prctl(PR_GET_SECCOMP) >= 0;
#else
		return false;
#endif
	default:
		return true;
	}
}

static void test_each_layer(void **state)
{
	(void)state;
	for (unsigned layer = 0; layer < SANDBOX_LAYER_COUNT; layer++) {
		const struct told told = tell(SANDBOX_BIT(layer));

		if (!told.active && !can_be_active(layer)) {
			print_message("# not here: %s\n", sandbox_layer_name(layer));
			continue;
		}
		assert_int_equal(told.active, SANDBOX_BIT(layer));
		for (size_t i = 0; i < ARRAY_SIZE(attempts); i++) {
			const int wanted = attempts[i].of[layer];

			/* Landlock refuses signals since Linux 6.12 */
			if ((attempts[i].run == try_root && geteuid()) ||
			    (attempts[i].run == try_signal && layer == SANDBOX_LANDLOCK))
				continue;
			if (told.result[i] != wanted)
				fail_msg("%s: %s: %s, not %s", sandbox_layer_name(layer),
					 attempts[i].what, strerror(told.result[i]),
					 strerror(wanted));
		}
	}
}

static void test_all(void **state)
{
	const struct told told = tell(SANDBOX_ALL);

	(void)state;
	for (unsigned layer = 0; layer < SANDBOX_LAYER_COUNT; layer++) {
		if (can_be_active(layer) && !(told.active & SANDBOX_BIT(layer)))
			fail_msg("not active: %s", sandbox_layer_name(layer));
	}
	for (size_t i = 0; i < ARRAY_SIZE(attempts); i++) {
		int wanted = 0;

		for (unsigned layer = 0; layer < SANDBOX_LAYER_COUNT; layer++) {
			if (told.active & SANDBOX_BIT(layer) && attempts[i].of[layer])
				wanted = 1;
		}
		if (wanted != !!told.result[i])
			fail_msg("%s: %s", attempts[i].what, strerror(told.result[i]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_each_layer),
		cmocka_unit_test(test_all),
	};

	return cmocka_run_group_tests_name("sandbox", tests, NULL, NULL);
}
