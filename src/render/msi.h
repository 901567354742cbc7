/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "render/sections.h"

/* How a device sends its interrupts, as sections of it; nothing where nobody looked. */
void put_msi(struct telling *t, size_t device);
/* The member "msi". */
void set_msi(struct telling *t, size_t device);
