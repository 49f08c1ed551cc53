# SPDX-License-Identifier: Apache-2.0
dist_man_MANS = man/rowferry.1 man/rowferry.conf.5 man/rowferry_guarantees.7
