/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Diffs applied here, for targets whose JSON is text, as apply_json_diffs() of sql/json_diff.cc does it.
 *
 * A tree is made of the document only along the paths of the diffs: a container that no path goes through stays a
 * view of the document's bytes.  An open container takes 16 bytes an element, so that a document of 60 MB
 * does not become a tree of gigabytes.
 */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "binlog/json.h"
#include "binlog/json_path.h"
#include "binlog/json_scalar.h"
#include "binlog/json_text.h"
#include "binlog/json_view.h"

struct node {
	struct json_view view;
	struct bytes name; /* as a member of an object */
	bool is_open;
	struct slot *slots; /* of an open container */
	uint32_t n;
	uint32_t cap;
};

/* An element of an open container. */
struct slot {
	struct node *node; /* NULL: still as in the container's view */
	uint32_t number;   /* there */
};

struct change {
	struct arena arena;
	struct bytes before;
	struct bytes list;
	struct json_diff diff; /* the present one */
	size_t n_opened;       /* elements: each takes bytes of its own, so there are not more than bytes */
	struct err *err;
};

/* Looking at a few values uses up no walk of its own. */
static struct json_walk
look(const struct change *change)
{
	return (struct json_walk){.left = change->before.len + change->list.len, .err = change->err};
}

static struct node *
new_node(struct change *change, const struct json_view *view, struct bytes name)
{
	struct node *node = arena_alloc(&change->arena, sizeof(*node));

	*node = (struct node){.view = *view, .name = name};
	return node;
}

static struct node *
new_document(struct change *change, struct bytes json, struct bytes name)
{
	struct json_walk walk;
	struct json_view view;

	return json_open(json, &walk, &view, change->err) ? new_node(change, &view, name) : NULL;
}

static bool
open_node(struct change *change, struct node *node)
{
	if (node->is_open)
		return true;
	change->n_opened += node->view.count;
	if (change->n_opened > change->before.len + change->list.len)
		return json_malformed(change->err, "its values overlap");
	node->is_open = true;
	node->n = node->cap = node->view.count;
	node->slots = arena_alloc(&change->arena, node->n * sizeof(*node->slots));
	for (uint32_t i = 0; i < node->n; i++)
		node->slots[i] = (struct slot){.number = i};
	return true;
}

static bool
name_of(const struct node *node, uint32_t place, struct json_walk *walk, struct bytes *name)
{
	const struct slot *slot = &node->slots[place];

	if (slot->node == NULL)
		return json_key(&node->view, slot->number, walk, name);
	*name = slot->node->name;
	return true;
}

/* The element as a node of its own; NULL: the error is set. */
static struct node *
child_of(struct change *change, struct node *node, uint32_t place)
{
	struct json_walk walk = look(change);
	struct slot *slot = &node->slots[place];
	struct bytes name = {0};
	struct json_view view;

	if (slot->node != NULL)
		return slot->node;
	if (node->view.kind == JSON_OBJECT && !name_of(node, place, &walk, &name))
		return NULL;
	if (!json_element(&node->view, slot->number, &walk, &view))
		return NULL;
	slot->node = new_node(change, &view, name);
	return slot->node;
}

/* The order of members: Json_key_comparator in sql-common/json_dom.cc. */
static int
compare_names(struct bytes a, struct bytes b)
{
	if (a.len != b.len)
		return a.len < b.len ? -1 : 1;
	return a.len == 0 ? 0 : memcmp(a.data, b.data, a.len);
}

static bool
find_member(const struct change *change, const struct node *node, struct bytes name, uint32_t *place, bool *is_found)
{
	uint32_t low = 0, high = node->n;

	*is_found = false;
	while (low < high && !*is_found) {
		uint32_t middle = low + (high - low) / 2;
		struct json_walk walk = look(change);
		struct bytes present;
		int order;

		if (!name_of(node, middle, &walk, &present))
			return false;
		order = compare_names(present, name);
		*is_found = order == 0;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*place = high;
	return true;
}

/* Json_array_index in sql-common/json_path.h: what is out of bounds has its place at the nearer end. */
static void
find_cell(const struct node *node, const struct json_leg *leg, uint32_t *place, bool *is_found)
{
	*is_found = leg->index < node->n;
	if (leg->is_from_end)
		*place = *is_found ? node->n - 1 - (uint32_t) leg->index : 0;
	else
		*place = *is_found ? (uint32_t) leg->index : node->n;
}

/* Opens the node.  False only for malformed documents: what is not there has a place where it would stand. */
static bool
find(struct change *change, struct node *node, const struct json_leg *leg, uint32_t *place, bool *is_found)
{
	if (!open_node(change, node))
		return false;
	if (!leg->is_cell)
		return find_member(change, node, leg->name, place, is_found);
	find_cell(node, leg, place, is_found);
	return true;
}

static bool
can_hold(const struct node *node, const struct json_leg *leg)
{
	return node->view.kind == (leg->is_cell ? JSON_ARRAY : JSON_OBJECT);
}

static void
insert(struct change *change, struct node *node, uint32_t place, struct node *value)
{
	if (node->n == node->cap) {
		struct slot *old = node->slots;
		node->cap = node->cap < 4 ? 8 : node->cap * 2;
		node->slots = arena_alloc(&change->arena, node->cap * sizeof(*old));
		if (node->n > 0)
			memcpy(node->slots, old, node->n * sizeof(*old));
	}
	memmove(node->slots + place + 1, node->slots + place, (node->n - place) * sizeof(*node->slots));
	node->slots[place] = (struct slot){.node = value};
	node->n++;
}

static bool
reject(const struct change *change)
{
	static const char *const what[] = {"replaces what is not there", "inserts what is there or has no place",
	    "removes what is not there"};
	struct bytes path = change->diff.path;

	return err_set(change->err, ERR_STOP, "JSON diff does not fit the document before it: '%.*s' %s",
	    (int) (path.len > 80 ? 80 : path.len), (const char *) path.data, what[change->diff.op]);
}

/* Changes `node`, which the path's last leg leads into. */
static bool
change_node(struct change *change, struct node *node, const struct json_leg *leg)
{
	const struct json_diff *diff = &change->diff;
	struct node *value = NULL;
	bool is_found = false;
	uint32_t place = 0;

	if (!can_hold(node, leg))
		return reject(change);
	if (!find(change, node, leg, &place, &is_found))
		return false;
	if (diff->op == JSON_DIFF_INSERT ? is_found && !leg->is_cell : !is_found)
		return reject(change);
	if (diff->op != JSON_DIFF_REMOVE && (value = new_document(change, diff->value, leg->name)) == NULL)
		return false;
	switch (diff->op) {
	case JSON_DIFF_REPLACE:
		node->slots[place].node = value;
		break;
	case JSON_DIFF_INSERT:
		insert(change, node, place, value);
		break;
	case JSON_DIFF_REMOVE:
		memmove(node->slots + place, node->slots + place + 1, (node->n - place - 1) * sizeof(*node->slots));
		node->n--;
		break;
	}
	return true;
}

static bool
apply(struct change *change, struct node *node)
{
	struct json_leg leg, next;
	struct reader path;
	bool is_end, is_found;
	uint32_t place;

	reader_init(&path, change->diff.path.data + 1, change->diff.path.len - 1);
	if (!json_path_next(&path, &change->arena, &leg, &is_end, change->err))
		return false;
	for (;;) {
		if (!json_path_next(&path, &change->arena, &next, &is_end, change->err))
			return false;
		if (is_end)
			return change_node(change, node, &leg);
		if (!can_hold(node, &leg))
			return reject(change);
		if (!find(change, node, &leg, &place, &is_found))
			return false;
		if (!is_found)
			return reject(change);
		node = child_of(change, node, place);
		if (node == NULL)
			return false;
		leg = next;
	}
}

static bool put(const struct node *node, struct json_walk *walk, struct buf *out);

static bool
put_slot(const struct node *node, uint32_t place, struct json_walk *walk, struct buf *out)
{
	const struct slot *slot = &node->slots[place];
	struct json_view view;
	struct bytes name;

	if (node->view.kind == JSON_OBJECT) {
		if (!name_of(node, place, walk, &name))
			return false;
		json_put_string(name, out);
		buf_puts(out, ": ");
	}
	if (slot->node != NULL)
		return put(slot->node, walk, out);
	return json_element(&node->view, slot->number, walk, &view) && json_put_value(&view, walk, out);
}

static bool
put(const struct node *node, struct json_walk *walk, struct buf *out)
{
	if (!node->is_open)
		return json_put_value(&node->view, walk, out);
	if (!json_enter(walk))
		return false;
	buf_putc(out, node->view.kind == JSON_OBJECT ? '{' : '[');
	for (uint32_t i = 0; i < node->n; i++) {
		if (i > 0)
			buf_puts(out, ", ");
		if (!put_slot(node, i, walk, out))
			return false;
	}
	buf_putc(out, node->view.kind == JSON_OBJECT ? '}' : ']');
	json_leave(walk);
	return true;
}

static bool
apply_all(struct change *change, struct buf *out)
{
	struct node *root = new_document(change, change->before, (struct bytes){0});
	struct json_walk walk = look(change);
	struct reader in;
	bool is_end;

	reader_init(&in, change->list.data, change->list.len);
	if (root == NULL)
		return false;
	while (json_diff_next(&in, &change->diff, &is_end, change->err)) {
		if (is_end)
			return put(root, &walk, out);
		if (!apply(change, root))
			return false;
	}
	return false;
}

bool
json_apply_diffs(struct bytes before, struct bytes list, struct buf *out, struct err *err)
{
	struct change change = {.before = before, .list = list, .err = err};
	size_t begin = out->len;
	bool is_done = apply_all(&change, out);

	if (!is_done)
		out->len = begin;
	arena_release(&change.arena);
	return is_done;
}
