/* SPDX-License-Identifier: Apache-2.0 */
#include "route/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

enum kind { KIND_LITERAL, KIND_ANY, KIND_REGEX };

struct pattern {
	enum kind kind;
	char *literal;    /* KIND_LITERAL */
	pcre2_code *code; /* NULL for KIND_ANY, and for literals whose case counts */
};

/* Behind the closing quote of text[0]; a doubled backtick or "\/" does not close. */
static size_t
quoted_len(const char *text)
{
	char quote = text[0];
	size_t at = 1;

	while (text[at] != '\0') {
		if (quote == '/' && text[at] == '\\' && text[at + 1] != '\0')
			at++;
		else if (quote == '`' && text[at] == quote && text[at + 1] == quote)
			at++;
		else if (text[at] == quote)
			return at + 1;
		at++;
	}
	return 0;
}

bool
pattern_part_len(const char *text, size_t *len, struct err *err)
{
	if (text[0] != '`' && text[0] != '/') {
		*len = strcspn(text, ".");
		return true;
	}
	*len = quoted_len(text);
	if (*len == 0)
		return err_set(err, ERR_STOP, "pattern '%s' has no closing %c", text, text[0]);
	if (text[*len] != '.' && text[*len] != '\0')
		return err_set(err, ERR_STOP, "pattern '%s' goes on behind the closing %c", text, text[0]);
	return true;
}

static char *
unquote(const char *text, size_t len)
{
	char *name = mem_strndup(text, len);
	size_t to = 0;

	if (len < 2 || text[0] != '`')
		return name;
	for (size_t at = 1; at + 1 < len; at++) {
		name[to++] = text[at];
		if (text[at] == '`')
			at++;
	}
	name[to] = '\0';
	return name;
}

static bool
compile(struct pattern *pattern, const char *regex, uint32_t options, struct err *err)
{
	int number = 0;
	size_t offset = 0;
	unsigned char text[128] = "";

	pattern->code = pcre2_compile((PCRE2_SPTR) regex, PCRE2_ZERO_TERMINATED,
	    options | PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED, &number, &offset, NULL);
	if (pattern->code != NULL)
		return true;
	pcre2_get_error_message(number, text, sizeof(text));
	return err_set(err, ERR_STOP, "regular expression '%s' cannot be read: %s at byte %zu", regex,
	    (const char *) text, offset);
}

/* A wildcard as a regular expression: everything but * and ? stands for itself. */
static char *
wildcard_regex(const char *text, size_t len)
{
	struct buf out = {0};

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char) text[i];

		if (c == '*')
			buf_puts(&out, ".*");
		else if (c == '?')
			buf_putc(&out, '.');
		else if (c < 0x80 && strchr("\\^$.[]|()+{}-#", c) != NULL)
			buf_printf(&out, "\\%c", c);
		else
			buf_putc(&out, (char) c);
	}
	buf_putc(&out, '\0');
	return out.data;
}

static bool
init_literal(struct pattern *pattern, const char *text, size_t len, bool is_case_insensitive, struct err *err)
{
	pattern->kind = KIND_LITERAL;
	pattern->literal = unquote(text, len);
	if (!is_case_insensitive)
		return true;
	return compile(pattern, pattern->literal, PCRE2_LITERAL | PCRE2_CASELESS, err);
}

static bool
init_regex(struct pattern *pattern, char *regex, bool is_case_insensitive, struct err *err)
{
	bool ok;

	pattern->kind = KIND_REGEX;
	ok = compile(pattern, regex, PCRE2_DOTALL | (is_case_insensitive ? PCRE2_CASELESS : 0), err);
	free(regex);
	return ok;
}

bool
pattern_new(const char *text, size_t len, bool is_case_insensitive, struct pattern **pattern, struct err *err)
{
	struct pattern *made = mem_zalloc(sizeof(*made));
	bool ok = true;

	if (len == 0) {
		ok = err_set(err, ERR_STOP, "an empty name matches nothing");
	} else if (text[0] == '/') {
		if (len < 3)
			ok = err_set(err, ERR_STOP, "an empty regular expression matches nothing");
		else
			ok = init_regex(made, mem_strndup(text + 1, len - 2), is_case_insensitive, err);
	} else if (len == 1 && text[0] == '*') {
		made->kind = KIND_ANY;
	} else if (text[0] != '`' && (memchr(text, '*', len) != NULL || memchr(text, '?', len) != NULL)) {
		ok = init_regex(made, wildcard_regex(text, len), is_case_insensitive, err);
	} else {
		ok = init_literal(made, text, len, is_case_insensitive, err);
	}
	if (!ok) {
		pattern_free(made);
		return false;
	}
	*pattern = made;
	return true;
}

bool
pattern_new_group(const char *regex, bool is_case_insensitive, struct pattern **pattern, struct err *err)
{
	struct pattern *made = mem_zalloc(sizeof(*made));
	uint32_t groups = 0;
	bool ok = init_regex(made, mem_strdup(regex), is_case_insensitive, err);

	if (ok) {
		pcre2_pattern_info(made->code, PCRE2_INFO_CAPTURECOUNT, &groups);
		if (groups == 0) {
			ok = err_set(err, ERR_STOP, "regular expression '%s' has no group", regex);
			err_hint(err, "Group 1 must hold the name of the base table, as in '_(.+)_new'.");
		}
	}
	if (!ok) {
		pattern_free(made);
		return false;
	}
	*pattern = made;
	return true;
}

void
pattern_free(struct pattern *pattern)
{
	if (pattern == NULL)
		return;
	pcre2_code_free(pattern->code);
	free(pattern->literal);
	free(pattern);
}

/* A result below 0 other than "no match" means that a limit was hit. */
static int
match(const struct pattern *pattern, const char *name, size_t *at, size_t *len)
{
	pcre2_match_data *data = pcre2_match_data_create_from_pattern(pattern->code, NULL);
	int result;

	if (data == NULL)
		return PCRE2_ERROR_NOMEMORY;
	result = pcre2_match(pattern->code, (PCRE2_SPTR) name, strlen(name), 0, 0, data, NULL);
	if (result > 1 && at != NULL) {
		const size_t *ovector = pcre2_get_ovector_pointer(data);

		*at = ovector[2];
		*len = ovector[3] - ovector[2];
		if (ovector[2] == PCRE2_UNSET || ovector[3] == PCRE2_UNSET)
			result = PCRE2_ERROR_NOMATCH;
	}
	pcre2_match_data_free(data);
	return result;
}

bool
pattern_matches(const struct pattern *pattern, const char *name, bool if_unclear)
{
	int result;

	if (pattern->kind == KIND_ANY)
		return true;
	if (pattern->code == NULL)
		return strcmp(pattern->literal, name) == 0;
	result = match(pattern, name, NULL, NULL);
	if (result == PCRE2_ERROR_NOMATCH)
		return false;
	return result >= 0 || if_unclear;
}

bool
pattern_group(const struct pattern *pattern, const char *name, size_t *at, size_t *len)
{
	return match(pattern, name, at, len) > 1 && *len != 0;
}

bool
pattern_is_any(const struct pattern *pattern)
{
	return pattern->kind == KIND_ANY;
}

const char *
pattern_literal(const struct pattern *pattern)
{
	return pattern->kind == KIND_LITERAL ? pattern->literal : NULL;
}
