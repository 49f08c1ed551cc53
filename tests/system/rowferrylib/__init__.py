# SPDX-License-Identifier: Apache-2.0
"""What the system tests stand on: real servers, the rowferry process, comparison, workloads, trouble makers."""
