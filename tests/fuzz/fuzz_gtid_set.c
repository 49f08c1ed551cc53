/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GTID sets: first byte 0: binary, 1: text of MySQL, 2: text of MariaDB.  What is accepted must come out of its
 * own text, and of its own bytes, as the same set.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "fuzz.h"
#include "model/gtid_set.h"

static void
check_text(const struct gtid_set *set)
{
	struct gtid_set *again = NULL;
	struct buf text = {0};
	struct err err;

	gtid_set_put(set, &text);
	if (!gtid_set_parse(buf_text(&text), gtid_set_flavour(set), &again, &err) || !gtid_set_is_equal(set, again))
		abort();
	gtid_set_free(again);
	buf_release(&text);
}

static void
check_bytes(const struct gtid_set *set)
{
	struct gtid_set *again = NULL;
	struct buf data = {0};
	struct err err;

	gtid_set_encode(set, &data);
	if (!gtid_set_decode((struct bytes){(const uint8_t *) data.data, data.len}, &again, &err) ||
	    !gtid_set_is_equal(set, again))
		abort();
	gtid_set_free(again);
	buf_release(&data);
}

/* A set holds itself; without itself it is empty. */
static void
check_operations(struct gtid_set *set)
{
	struct gtid_set *copy = gtid_set_copy(set);

	gtid_set_add_set(set, copy);
	if (!gtid_set_is_equal(set, copy) || !gtid_set_is_superset(set, copy))
		abort();
	if (gtid_set_flavour(set) == FLAVOUR_MYSQL)
		gtid_set_subtract(set, copy);
	if (gtid_set_flavour(set) == FLAVOUR_MYSQL && !gtid_set_is_empty(set))
		abort();
	gtid_set_free(copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gtid_set *set = NULL;
	struct err err;
	char *text;

	if (size == 0 || data[0] > 2)
		return 0;
	text = mem_strndup((const char *) data + 1, size - 1);
	if (data[0] == 0)
		(void) gtid_set_decode((struct bytes){data + 1, size - 1}, &set, &err);
	else
		(void) gtid_set_parse(text, data[0] == 1 ? FLAVOUR_MYSQL : FLAVOUR_MARIADB, &set, &err);
	free(text);
	if (set == NULL)
		return 0;
	check_text(set);
	if (gtid_set_flavour(set) == FLAVOUR_MYSQL)
		check_bytes(set);
	check_operations(set);
	gtid_set_free(set);
	return 0;
}
