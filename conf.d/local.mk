# SPDX-License-Identifier: Apache-2.0
# rowferry.conf is installed once and then belongs to the operator; the samples are documentation.
rowferry_confdir = $(sysconfdir)/rowferry
rowferry_samplesdir = $(docdir)/examples
dist_rowferry_samples_DATA = \
	conf.d/east-to-west.conf.sample \
	conf.d/full.conf.sample \
	conf.d/minimal.conf.sample \
	conf.d/rowferry.conf \
	conf.d/west-to-east.conf.sample

install-data-local:
	$(MKDIR_P) "$(DESTDIR)$(rowferry_confdir)/conf.d"
	test -e "$(DESTDIR)$(rowferry_confdir)/rowferry.conf" || \
		$(INSTALL) -m 600 $(srcdir)/conf.d/rowferry.conf "$(DESTDIR)$(rowferry_confdir)/rowferry.conf"

uninstall-local:
	if cmp -s $(srcdir)/conf.d/rowferry.conf "$(DESTDIR)$(rowferry_confdir)/rowferry.conf"; then \
		rm -f "$(DESTDIR)$(rowferry_confdir)/rowferry.conf"; \
	fi
	-rmdir "$(DESTDIR)$(rowferry_confdir)/conf.d" "$(DESTDIR)$(rowferry_confdir)" 2> /dev/null
