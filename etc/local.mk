# SPDX-License-Identifier: Apache-2.0
# How to start rowferry at boot, and rotate its log: examples, since where they belong is the distribution's matter.
rowferry_etcdir = $(docdir)/examples
dist_rowferry_etc_DATA = etc/rowferry.logrotate
nodist_rowferry_etc_DATA = etc/rowferry.service
rowferry_initdir = $(docdir)/examples/init.d
nodist_rowferry_init_SCRIPTS = etc/init.d/rowferry
EXTRA_DIST += etc/rowferry.service.in etc/init.d/rowferry.in
CLEANFILES += etc/rowferry.service etc/init.d/rowferry

rowferry_subst = sed -e 's|@bindir[@]|$(bindir)|g' -e 's|@sysconfdir[@]|$(sysconfdir)|g'

etc/rowferry.service: etc/rowferry.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) etc && $(rowferry_subst) $(srcdir)/etc/rowferry.service.in > $@

etc/init.d/rowferry: etc/init.d/rowferry.in Makefile
	$(AM_V_GEN)$(MKDIR_P) etc/init.d && $(rowferry_subst) $(srcdir)/etc/init.d/rowferry.in > $@ && chmod +x $@
