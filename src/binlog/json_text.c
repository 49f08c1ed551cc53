/* SPDX-License-Identifier: Apache-2.0 */
/* Spacing and the order of members are the server's: wrapper_to_string() in sql-common/json_dom.cc. */
#include "binlog/json.h"
#include "binlog/json_scalar.h"
#include "binlog/json_text.h"

static bool
put_member(const struct json_view *container, uint32_t number, struct json_walk *walk, struct buf *out)
{
	struct json_view value;
	struct bytes key;

	if (container->kind == JSON_OBJECT) {
		if (!json_key(container, number, walk, &key))
			return false;
		json_put_string(key, out);
		buf_puts(out, ": ");
	}
	return json_element(container, number, walk, &value) && json_put_value(&value, walk, out);
}

bool
json_put_value(const struct json_view *view, struct json_walk *walk, struct buf *out)
{
	if (!json_is_container(view))
		return json_put_scalar(view, out, walk->err);
	if (!json_enter(walk))
		return false;
	buf_putc(out, view->kind == JSON_OBJECT ? '{' : '[');
	for (uint32_t i = 0; i < view->count; i++) {
		if (i > 0)
			buf_puts(out, ", ");
		if (!put_member(view, i, walk, out))
			return false;
	}
	buf_putc(out, view->kind == JSON_OBJECT ? '}' : ']');
	json_leave(walk);
	return true;
}

bool
json_put_text(struct bytes json, struct buf *out, struct err *err)
{
	size_t begin = out->len;
	struct json_walk walk;
	struct json_view view;

	if (json_open(json, &walk, &view, err) && json_put_value(&view, &walk, out))
		return true;
	out->len = begin;
	return false;
}
