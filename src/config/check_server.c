/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/check.h"

struct key {
	char path[64];
};

static struct key
key_of(const char *prefix, const char *name)
{
	struct key key;

	(void) snprintf(key.path, sizeof(key.path), "%s.%s", prefix, name);
	return key;
}

static bool
has(const struct doc *doc, const char *prefix, const char *name)
{
	return doc_has(doc, key_of(prefix, name).path);
}

/* Not opened: a FIFO would wait for its other end. */
static bool
check_file(struct doc *doc, const char *prefix, const char *name, struct stat *stat_of)
{
	struct key key = key_of(prefix, name);
	const config_setting_t *setting = doc_find(doc, key.path);
	const char *path;

	if (setting == NULL || config_setting_type(setting) != CONFIG_TYPE_STRING)
		return false;
	path = conf_path(doc_line(doc, setting).file, config_setting_get_string(setting), doc->arena);
	if (stat(path, stat_of) != 0 || access(path, R_OK) != 0) {
		doc_mistake(doc, setting, key.path, "cannot read '%s': %s", path, config_messages_why(doc->messages, errno));
		return false;
	}
	if (!S_ISREG(stat_of->st_mode)) {
		doc_mistake(doc, setting, key.path, "cannot read '%s': it is not a regular file", path);
		return false;
	}
	return true;
}

void
check_password(struct doc *doc, const char *prefix)
{
	struct key key = key_of(prefix, "password_file");
	struct stat stat_of;

	if (has(doc, prefix, "password") && has(doc, prefix, "password_file"))
		doc_mistake(doc, NULL, key.path, "given beside 'password': expected one of the two");
	if (!check_file(doc, prefix, "password_file", &stat_of))
		return;
	if (stat_of.st_size == 0)
		doc_mistake(doc, NULL, key.path, "the file is empty: expected the password in its first line");
	else if ((stat_of.st_mode & 077) != 0)
		doc_warn(doc, NULL, key.path, "others may %s the file (mode %04o): chmod 600 it",
		    (stat_of.st_mode & 044) != 0 ? "read" : "write", (unsigned int) stat_of.st_mode & 07777);
}

static enum tls_mode
required_mode(enum tls_draft_verify verify)
{
	switch (verify) {
	case TLS_DRAFT_NONE:
		return TLS_REQUIRED;
	case TLS_DRAFT_CA:
		return TLS_VERIFY_CA;
	case TLS_DRAFT_IDENTITY:
		return TLS_VERIFY_IDENTITY;
	}
	return TLS_VERIFY_IDENTITY;
}

/* A group without a mode means that encryption is wanted; an authority without verify, that it is to be asked.
 */
enum tls_mode
check_tls(struct doc *doc, const char *prefix, const struct tls_draft *draft)
{
	enum tls_draft_mode mode = draft->mode;
	enum tls_draft_verify verify = draft->verify;
	struct stat stat_of;

	if (has(doc, prefix, "tls") && !has(doc, prefix, "tls.mode"))
		mode = TLS_DRAFT_REQUIRED;
	if (has(doc, prefix, "tls.ca") && !has(doc, prefix, "tls.verify"))
		verify = TLS_DRAFT_IDENTITY;
	(void) check_file(doc, prefix, "tls.ca", &stat_of);
	(void) check_file(doc, prefix, "tls.cert", &stat_of);
	(void) check_file(doc, prefix, "tls.key", &stat_of);
	if (has(doc, prefix, "tls.cert") != has(doc, prefix, "tls.key"))
		doc_mistake(doc, NULL,
		    key_of(prefix, has(doc, prefix, "tls.cert") ? "tls.key" : "tls.cert").path,
		    "is missing: a certificate and its key are given together");
	if (mode == TLS_DRAFT_REQUIRED)
		return required_mode(verify);
	if (verify != TLS_DRAFT_NONE)
		doc_mistake(doc, NULL, key_of(prefix, "tls.mode").path,
		    "a server is verified only where encryption is required: expected mode = \"required\", or "
		    "no"
		    " ca and verify = \"none\"");
	return mode == TLS_DRAFT_OFF ? TLS_OFF : TLS_PREFERRED;
}

/* "db1:3307", "[::1]": the resolver would only say that there is no such host. */
static void
check_host(struct doc *doc, const char *prefix, const char *host)
{
	const char *colon = host == NULL ? NULL : strchr(host, ':');

	if (colon != NULL && (host[0] == '[' || strchr(colon + 1, ':') == NULL))
		doc_mistake(doc, NULL, key_of(prefix, "host").path,
		    "\"%s\" is no host: expected a name or an address such as \"::1\", and the port as 'port'", host);
}

void
check_server(struct doc *doc, const char *prefix, const struct tls_draft *tls, struct conn_options *conn)
{
	const config_setting_t *group = doc_find(doc, prefix);

	if (group == NULL || !config_setting_is_group(group))
		return; /* said already, or optional */
	if (!has(doc, prefix, "host") && !has(doc, prefix, "socket"))
		doc_mistake(doc, group, key_of(prefix, "host").path, "is missing: expected 'host' or 'socket'");
	if (has(doc, prefix, "socket") && (has(doc, prefix, "host") || has(doc, prefix, "port")))
		doc_mistake(doc, NULL, key_of(prefix, "socket").path,
		    "given beside '%s': expected 'host' and 'port', or 'socket'",
		    has(doc, prefix, "host") ? "host" : "port");
	check_host(doc, prefix, conn->host);
	check_password(doc, prefix);
	conn->tls = check_tls(doc, prefix, tls);
}

/* Once a file: the first secret in it says so. */
void
check_secrets(struct doc *doc, const struct option_table *table)
{
	const char *warned = NULL;
	struct stat stat_of;

	for (size_t i = 0; i < table->n; i++) {
		const struct option *option = &table->options[i];
		const config_setting_t *setting = option->is_secret ? doc_find(doc, option->path) : NULL;

		if (setting == NULL || config_setting_type(setting) != CONFIG_TYPE_STRING)
			continue;
		const char *file = doc_line(doc, setting).file;
		if (warned == file || stat(file, &stat_of) != 0 || (stat_of.st_mode & 077) == 0)
			continue;
		doc_warn(doc, setting, option->path,
		    "the file holds a password and others may %s it (mode %04o):"
		    " chmod 600 it, or use password_file",
		    (stat_of.st_mode & 044) != 0 ? "read" : "write", (unsigned int) stat_of.st_mode & 07777);
		warned = file;
	}
}
