/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_OWN_ID_H
#define SOURCE_OWN_ID_H

#include <stdint.h>

/* A server_id at random, high enough to be nobody's by plan: to look at a source without throwing a task out. */
uint32_t own_server_id(void);

#endif
