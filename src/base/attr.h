/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Compiler attributes and two macros that everything uses. */

#define printf_like(fmt, args) __attribute__((format(printf, fmt, args)))
#define ends_with_null __attribute__((sentinel))
#define must_check __attribute__((warn_unused_result))
#define no_return __attribute__((noreturn))

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
