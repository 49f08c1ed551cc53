/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that the option tables share: how a server is reached. */
#ifndef CONFIG_ROWS_H
#define CONFIG_ROWS_H

#include "config/draft.h"
#include "config/option.h"

enum { HOST_LONGEST = 255, USER_LONGEST = 255, PASSWORD_LONGEST = 1024, DAY_S = 24 * 60 * 60 };

#define MEMBER(type, member) .at = offsetof(type, member), .width = sizeof(((type *) 0)->member)
#define COUNTED(type, member, count) MEMBER(type, member), .count_at = offsetof(type, count)

/* `prefix`: of the paths; `owner`: the table's struct; `field`: the member with the connection's options. */
#define HOST_ROW(prefix, owner, field, what)                                                                   \
	{                                                                                                      \
		.path = prefix ".host", .type = OPTION_STRING, .min = 1, .max = HOST_LONGEST,                  \
		MEMBER(owner, field.host), .help = "name or address of " what                                  \
	}
#define PORT_ROW(prefix, owner, field)                                                                         \
	{                                                                                                      \
		.path = prefix ".port", .type = OPTION_INTEGER, .min = 1, .max = 65535, .fallback = "3306",    \
		MEMBER(owner, field.port), .help = "its TCP port"                                              \
	}
#define SOCKET_ROW(prefix, owner, field)                                                                       \
	{                                                                                                      \
		.path = prefix ".socket", .type = OPTION_PATH, MEMBER(owner, field.socket),                    \
		.help = "its Unix socket, in place of host and port"                                           \
	}
#define USER_ROW(prefix, owner, field)                                                                         \
	{                                                                                                      \
		.path = prefix ".user", .type = OPTION_STRING, .is_required = true, .min = 1,                  \
		.max = USER_LONGEST, MEMBER(owner, field.user), .help = "the account to log in with"           \
	}
#define PASSWORD_ROWS(prefix, owner, field)                                                                    \
	{.path = prefix ".password",                                                                           \
	    .type = OPTION_STRING,                                                                             \
	    .is_secret = true,                                                                                 \
	    .max = PASSWORD_LONGEST,                                                                           \
	    MEMBER(owner, field.password),                                                                     \
	    .help = "its password"},                                                                           \
	{                                                                                                      \
		.path = prefix ".password_file", .type = OPTION_PATH, MEMBER(owner, field.password_file),      \
		.help = "a file with the password in its first line, read at every connect"                    \
	}
#define TLS_ROWS(prefix, owner, tls_field, field)                                                              \
	{.path = prefix ".tls", .type = OPTION_GROUP, .help = "encryption of the connection"},                 \
	    {.path = prefix ".tls.mode",                                                                       \
		.type = OPTION_CHOICE,                                                                         \
		.choices = tls_modes,                                                                          \
		.fallback = "preferred",                                                                       \
		MEMBER(owner, tls_field.mode),                                                                 \
		.help = "whether to encrypt; required where the group is given without mode"},                 \
	    {.path = prefix ".tls.verify",                                                                     \
		.type = OPTION_CHOICE,                                                                         \
		.choices = tls_verifies,                                                                       \
		.fallback = "none",                                                                            \
		MEMBER(owner, tls_field.verify),                                                               \
		.help = "how the server's certificate is checked; identity where ca is given without verify"}, \
	    {.path = prefix ".tls.ca",                                                                         \
		.type = OPTION_PATH,                                                                           \
		MEMBER(owner, field.tls_ca),                                                                   \
		.help = "PEM file with the certificates of the authorities that are trusted"},                 \
	    {.path = prefix ".tls.cert",                                                                       \
		.type = OPTION_PATH,                                                                           \
		MEMBER(owner, field.tls_cert),                                                                 \
		.help = "PEM file with the client's certificate"},                                             \
	{                                                                                                      \
		.path = prefix ".tls.key", .type = OPTION_PATH, MEMBER(owner, field.tls_key),                  \
		.help = "PEM file with the client's private key"                                               \
	}
#define TIMEOUT_ROWS(prefix, owner, field, io_default)                                                         \
	{.path = prefix ".connect_timeout_s",                                                                  \
	    .type = OPTION_INTEGER,                                                                            \
	    .min = 1,                                                                                          \
	    .max = 3600,                                                                                       \
	    .fallback = "10",                                                                                  \
	    MEMBER(owner, field.connect_timeout_s),                                                            \
	    .help = "seconds to wait for a connection"},                                                       \
	{                                                                                                      \
		.path = prefix ".io_timeout_s", .type = OPTION_INTEGER, .max = DAY_S, .fallback = io_default,  \
		MEMBER(owner, field.io_timeout_s), .help = "seconds to wait for an answer; 0: for ever"        \
	}

/* All but the group itself. */
#define SERVER_ROWS(prefix, owner, field, tls_field, what, io_default)                                         \
	HOST_ROW(prefix, owner, field, what), PORT_ROW(prefix, owner, field),                                  \
	    SOCKET_ROW(prefix, owner, field), USER_ROW(prefix, owner, field),                                  \
	    PASSWORD_ROWS(prefix, owner, field), TLS_ROWS(prefix, owner, tls_field, field),                    \
	    TIMEOUT_ROWS(prefix, owner, field, io_default)

static const char *const tls_modes[] = {
    [TLS_DRAFT_OFF] = "off", [TLS_DRAFT_PREFERRED] = "preferred", [TLS_DRAFT_REQUIRED] = "required", NULL};
static const char *const tls_verifies[] = {
    [TLS_DRAFT_NONE] = "none", [TLS_DRAFT_CA] = "ca", [TLS_DRAFT_IDENTITY] = "identity", NULL};

#endif
