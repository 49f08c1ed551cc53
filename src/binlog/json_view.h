/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading MySQL's binary JSON in place.  What the files of json.h share; nothing else includes this.
 *
 * Layout (sql-common/json_binary.cc), little-endian, W is 2 in small containers and 4 in large ones:
 *
 *	document: u1 type, value
 *	object: W count, W bytes, count * (W key offset, u2 key length), count * (u1 type, W place), keys, values
 *	array: W count, W bytes, count * (u1 type, W place), values
 *	place: the value itself (literals, 16 bit integers; in large containers 32 bit ones too), or its offset
 *	string: length, bytes; opaque: u1 field type, length, bytes; length: 7 bits a byte, low ones first
 *
 * Offsets count from the container's own count field and point behind its entries.
 */
#ifndef BINLOG_JSON_VIEW_H
#define BINLOG_JSON_VIEW_H

#include "base/err.h"
#include "base/reader.h"

enum json_kind {
	JSON_OBJECT,
	JSON_ARRAY,
	JSON_NULL,
	JSON_FALSE,
	JSON_TRUE,
	JSON_INT,       /* i */
	JSON_UINT,      /* u */
	JSON_DOUBLE,    /* d */
	JSON_STRING,    /* data */
	JSON_DECIMAL,   /* data: u1 precision, u1 scale, wire form */
	JSON_DATE,      /* u: the packed form of sql-common/my_time.cc, as are the next three */
	JSON_TIME,
	JSON_DATETIME,
	JSON_TIMESTAMP,
	JSON_OPAQUE,    /* data, of `field_type` */
};

struct json_view {
	uint8_t kind; /* enum json_kind */
	uint8_t field_type;
	bool is_large;
	uint32_t count; /* of elements or members */
	struct bytes data; /* container: from its count on */
	union {
		int64_t i;
		uint64_t u;
		double d;
	};
};

/*
 * One walk over a document.  Values that overlap would let a small document stand for one without end, so
 * every byte may be used once: `left` goes down from the document's length by what each value takes.
 */
struct json_walk {
	size_t left;
	unsigned int depth; /* of containers around the present value: json_enter(), json_leave() */
	struct err *err;
};

static inline bool
json_is_container(const struct json_view *view)
{
	return view->kind == JSON_OBJECT || view->kind == JSON_ARRAY;
}

/* Starts a walk.  An empty document is null. */
bool json_open(struct bytes json, struct json_walk *walk, struct json_view *view, struct err *err);
bool json_key(const struct json_view *object, uint32_t number, struct json_walk *walk, struct bytes *key);
bool json_element(const struct json_view *container, uint32_t number, struct json_walk *walk,
    struct json_view *view);

/* Around the elements of a container; fails when they are nested too deeply. */
bool json_enter(struct json_walk *walk);
void json_leave(struct json_walk *walk);

/* For all who find fault with a document: "JSON document is malformed: " and the fault. */
bool json_malformed(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
