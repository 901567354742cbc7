/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host bridge preserves its configuration: all that is in tables/DSDT.asl. */
