/* SPDX-License-Identifier: Apache-2.0 */
#include "route/ddl_plain.h"

#include <string.h>

#include "route/lexer.h"

bool
ddl_plain(struct bytes sql, const struct ddl_context *context, struct arena *arena, struct bytes *plain, const char **charset,
    struct err *err)
{
	struct lexer lexer;
	struct lex_token token;
	struct buf text = {0};
	bool done;

	*charset = ddl_text_charset(sql, context, err);
	if (*charset == NULL)
		return false;
	*plain = sql;
	lexer_init(&lexer, sql, charset_find(*charset), context);
	if (lexer.charset == NULL)
		return err_set(err, ERR_STOP, "a statement in the unknown character set '%s'", *charset);
	lexer.plain = &text;
	while ((done = lexer_next(&lexer, &token, err)) && token.kind != LEX_END)
		continue;
	if (done && (text.len != sql.len || memcmp(text.data, sql.data, sql.len) != 0))
		*plain = (struct bytes){arena_dup(arena, text.data, text.len), text.len};
	buf_release(&text);
	return done;
}
