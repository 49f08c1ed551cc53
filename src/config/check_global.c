/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/check.h"

enum { HOST_NAME_LONGEST = 255 };

/* "host:port" or "[address]:port" */
static bool
is_host_and_port(const char *text)
{
	const char *colon = strrchr(text, ':');
	char *end;

	if (colon == NULL || colon == text || !isdigit((unsigned char) colon[1]) || strlen(colon) > 6)
		return false;
	if (memchr(text, ':', (size_t) (colon - text)) != NULL && (text[0] != '[' || colon[-1] != ']'))
		return false;
	unsigned long port = strtoul(colon + 1, &end, 10);
	return *end == '\0' && port >= 1 && port <= 65535;
}

static void
check_cluster_servers(struct doc *doc, const struct cluster_options *cluster)
{
	static const char key[] = "cluster.servers";
	const config_setting_t *setting = doc_find(doc, key);
	bool is_external = cluster->driver == CLUSTER_ZOOKEEPER || cluster->driver == CLUSTER_ETCD;

	if (is_external && cluster->n_servers == 0)
		doc_mistake(doc, setting, key, "is missing: expected at least one \"host:port\"");
	if (!is_external && setting != NULL)
		doc_mistake(doc, setting, key,
		    "has no meaning with this driver: expected driver = \"zookeeper\" or"
		    " \"etcd\"");
	for (size_t i = 0; i < cluster->n_servers; i++) {
		if (cluster->servers[i] != NULL && !is_host_and_port(cluster->servers[i]))
			doc_mistake(doc, config_setting_get_elem(setting, (unsigned int) i), key,
			    "\"%s\" is no server: expected \"host:port\"", cluster->servers[i]);
	}
}

static bool
is_root(const char *path)
{
	return path[0] == '/' && path[strlen(path) - 1] != '/' && strstr(path, "//") == NULL;
}

static void
check_cluster(struct doc *doc, struct config_draft *draft)
{
	struct cluster_options *cluster = &draft->config.cluster;

	if (!doc_has(doc, "cluster"))
		return;
	check_cluster_servers(doc, cluster);
	if (cluster->driver == CLUSTER_DATABASE && !doc_has(doc, "status"))
		doc_mistake(doc, doc_find(doc, "cluster.driver"), "cluster.driver",
		    "\"database\" elects on the status server: expected a group 'status' in this file");
	if (cluster->root != NULL && !is_root(cluster->root))
		doc_mistake(doc, NULL, "cluster.root", "\"%s\" is no path: expected one such as \"/rowferry\"",
		    cluster->root);
	if (cluster->user == NULL && (cluster->password != NULL || cluster->password_file != NULL))
		doc_mistake(doc, NULL, "cluster.user", "is missing: a password was given");
	check_password(doc, "cluster");
	cluster->tls = check_tls(doc, "cluster", &draft->cluster);
}

void
check_global(struct doc *doc, struct config_draft *draft)
{
	struct config *config = &draft->config;

	config->has_status = doc_has(doc, "status");
	check_server(doc, "status", &draft->status, &config->status);
	check_cluster(doc, draft);
	check_secrets(doc, &global_option_table);
	if (config->node == NULL) {
		char *name = arena_zalloc(doc->arena, HOST_NAME_LONGEST + 1);

		config->node =
		    gethostname(name, HOST_NAME_LONGEST) == 0 && name[0] != '\0' ? name : "localhost";
	}
}
