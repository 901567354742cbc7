/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdio.h>

#include "render/view.h"

/*
 * Which of the selected devices a VM can have, a line for each answer and reason; bridges
 * are left out. Nothing where no device is in a group.
 */
void put_vm_use(const struct view *view, FILE *out);
