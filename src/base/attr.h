/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Compiler attributes and three macros that everything uses. */

#define printf_like(fmt, args) __attribute__((format(printf, fmt, args)))
#define ends_with_null __attribute__((sentinel))
#define must_check __attribute__((warn_unused_result))
#define no_return __attribute__((noreturn))

/* Sanitizers allocate, and make system calls, in ways of their own. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || \
	__has_feature(thread_sanitizer)
#define BUILT_WITH_SANITIZERS 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#undef BUILT_WITH_SANITIZERS
#define BUILT_WITH_SANITIZERS 1
#endif
#ifndef BUILT_WITH_SANITIZERS
#define BUILT_WITH_SANITIZERS 0
#endif

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Of two numbers, as qsort() wants it: below 0 if a is less, 0 if they are the same. */
#define COMPARE(a, b) (((a) > (b)) - ((a) < (b)))
