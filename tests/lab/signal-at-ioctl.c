// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * For LD_PRELOAD: after the ioctl of number SIGNAL_AT (an environment variable, decimal) has succeeded, the program gets
 * the signal SIGNAL, a number. So a program can be interrupted in the middle of what it does, always at the same place.
 */
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

int ioctl(int fd, unsigned long request, ...)
{
	const char *at = getenv("SIGNAL_AT"), *number = getenv("SIGNAL");
	va_list arguments;
	int result;

	va_start(arguments, request);
	result = (int)syscall(SYS_ioctl, fd, request, va_arg(arguments, void *));
	va_end(arguments);
	if (result >= 0 && at && number && request == strtoul(at, NULL, 10))
		raise(atoi(number));
	return result;
}
