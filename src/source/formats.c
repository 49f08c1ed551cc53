/* SPDX-License-Identifier: Apache-2.0 */
#include "source/formats.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { MOST_FORMATS = 1000 };

struct format_node {
	struct format_node *next;
	struct binlog_format format;
};

/* `created` is news for whoever reads the event, not a different format. */
static bool
is_same(const struct binlog_format *a, const struct binlog_format *b)
{
	return a->is_known == b->is_known && a->flavour == b->flavour && a->checksum == b->checksum &&
	       a->n_types == b->n_types && memcmp(a->post_header_len, b->post_header_len, sizeof(a->post_header_len)) == 0 &&
	       strcmp(a->server_version, b->server_version) == 0;
}

const struct binlog_format *
formats_use(struct formats *formats, const struct binlog_format *format)
{
	static const struct binlog_format none;
	struct format_node *node;

	if (format == NULL)
		format = &none;
	for (node = formats->newest; node != NULL; node = node->next)
		if (is_same(&node->format, format))
			return &node->format;
	if (formats->n == MOST_FORMATS)
		return NULL;
	formats->n++;
	node = mem_zalloc(sizeof(*node));
	node->format = *format;
	node->next = formats->newest;
	formats->newest = node;
	return &node->format;
}

void
formats_release(struct formats *formats)
{
	for (struct format_node *node = formats->newest, *next; node != NULL; node = next) {
		next = node->next;
		free(node);
	}
	formats->newest = NULL;
	formats->n = 0;
}
