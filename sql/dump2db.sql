-- SPDX-License-Identifier: Apache-2.0
--
-- rowferry's own schema.  rowferry creates it on the destination (and on the status server, where that is
-- another one) when it is missing and the user may create it; otherwise run this file by hand:
--
--     mysql < dump2db.sql
--
-- Everything is keyed by the task's server_id, the one that SHOW REPLICAS lists on the source.

CREATE DATABASE IF NOT EXISTS dump2db DEFAULT CHARACTER SET ascii COLLATE ascii_bin;

-- One row; a later release changes the tables and raises the number.  lock_key: the random end of the names of the locks
-- that owners hold (GET_LOCK), which any login of the server could take otherwise.
CREATE TABLE IF NOT EXISTS dump2db.version (
  version INT UNSIGNED NOT NULL PRIMARY KEY,
  lock_key VARCHAR(32) NOT NULL DEFAULT ''
) ENGINE=InnoDB DEFAULT CHARACTER SET ascii COLLATE ascii_bin;

-- Which task a server_id belongs to, and where it reads: a mismatch stops the task.  base_gtids and marker.gtids together
-- are what has been executed.  override_done: the start that an operator's override asked for, once it has been carried out.
CREATE TABLE IF NOT EXISTS dump2db.task (
  server_id INT UNSIGNED NOT NULL PRIMARY KEY,
  name VARCHAR(200) CHARACTER SET utf8 COLLATE utf8_bin NOT NULL,
  source_flavour VARCHAR(16) NOT NULL,
  source_identity VARCHAR(120) CHARACTER SET utf8 COLLATE utf8_bin NOT NULL,
  base_gtids LONGTEXT NOT NULL,
  override_done LONGTEXT CHARACTER SET utf8 COLLATE utf8_bin NOT NULL,
  created_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
) ENGINE=InnoDB DEFAULT CHARACTER SET ascii COLLATE ascii_bin;

-- Updated first in every transaction that rowferry makes: position, fence and loop mark in one.  `mark` is
-- "seq:origin region": it changes at every update, so that minimal row images carry it.  `owner` is random, of the process
-- that has taken the epoch.  Other tasks read these rows from the binlog by their place: a new column goes to the end.
CREATE TABLE IF NOT EXISTS dump2db.marker (
  server_id INT UNSIGNED NOT NULL,
  slot SMALLINT UNSIGNED NOT NULL,
  epoch BIGINT UNSIGNED NOT NULL,
  seq BIGINT UNSIGNED NOT NULL,
  mark VARCHAR(120) NOT NULL,
  gtid VARCHAR(120) NOT NULL,
  gtids VARCHAR(4000) NOT NULL,
  file VARCHAR(512) CHARACTER SET utf8 COLLATE utf8_bin NOT NULL,
  file_offset BIGINT UNSIGNED NOT NULL,
  follow VARCHAR(8) NOT NULL,
  pending_ddl MEDIUMTEXT NOT NULL,
  source_time TIMESTAMP(6) NULL DEFAULT NULL,
  updated_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  owner VARCHAR(32) NOT NULL,
  PRIMARY KEY (server_id, slot)
) ENGINE=InnoDB DEFAULT CHARACTER SET ascii COLLATE ascii_bin;

-- DDL commits by itself, so an intent goes first.  The row also marks, for readers of this server's binlog, the
-- statement that follows on the same connection.  request: of dump2db.skipped, whose replacement it is; 0: the source's own.
CREATE TABLE IF NOT EXISTS dump2db.ddl (
  server_id INT UNSIGNED NOT NULL,
  seq BIGINT UNSIGNED NOT NULL,
  state VARCHAR(16) NOT NULL,
  origin VARCHAR(64) NOT NULL,
  connection_id BIGINT UNSIGNED NOT NULL,
  class VARCHAR(40) NOT NULL,
  gtid VARCHAR(120) NOT NULL,
  file VARCHAR(512) CHARACTER SET utf8 COLLATE utf8_bin NOT NULL,
  file_offset BIGINT UNSIGNED NOT NULL,
  default_db VARCHAR(64) CHARACTER SET utf8 COLLATE utf8_bin NOT NULL,
  statement_hash CHAR(32) NOT NULL,
  request BIGINT UNSIGNED NOT NULL DEFAULT 0,
  statement LONGBLOB NOT NULL,
  objects LONGTEXT CHARACTER SET utf8 COLLATE utf8_bin NOT NULL,
  started_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  done_at TIMESTAMP(6) NULL DEFAULT NULL,
  PRIMARY KEY (server_id, seq)
) ENGINE=InnoDB DEFAULT CHARACTER SET ascii COLLATE ascii_bin;

-- XA: rows that the source has prepared, in parts, until XA COMMIT or XA ROLLBACK comes.
CREATE TABLE IF NOT EXISTS dump2db.prepared (
  server_id INT UNSIGNED NOT NULL,
  xid VARCHAR(300) NOT NULL,
  part INT UNSIGNED NOT NULL,
  gtid VARCHAR(120) NOT NULL,
  changes LONGBLOB NOT NULL,
  prepared_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  PRIMARY KEY (server_id, xid, part)
) ENGINE=InnoDB DEFAULT CHARACTER SET ascii COLLATE ascii_bin;

-- A transaction with rows for tables without transactions, from before the first of them is written until it is committed:
-- where a start finds it here, some of them may be there.
CREATE TABLE IF NOT EXISTS dump2db.loose (
  server_id INT UNSIGNED NOT NULL PRIMARY KEY,
  gtid VARCHAR(120) NOT NULL,
  file VARCHAR(512) CHARACTER SET utf8 COLLATE utf8_bin NOT NULL,
  file_offset BIGINT UNSIGNED NOT NULL,
  noted_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
) ENGINE=InnoDB DEFAULT CHARACTER SET ascii COLLATE ascii_bin;

-- What an operator told a task to pass over or to replace, who and why.  source: whose file it names.
CREATE TABLE IF NOT EXISTS dump2db.skipped (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  server_id INT UNSIGNED NOT NULL,
  state VARCHAR(16) NOT NULL,
  gtid VARCHAR(120) NOT NULL,
  file VARCHAR(512) CHARACTER SET utf8 COLLATE utf8_bin NOT NULL,
  file_offset BIGINT UNSIGNED NOT NULL,
  source VARCHAR(120) CHARACTER SET utf8 COLLATE utf8_bin NOT NULL DEFAULT '',
  replacement LONGBLOB NULL,
  what VARCHAR(2000) CHARACTER SET utf8 COLLATE utf8_bin NOT NULL,
  who VARCHAR(200) CHARACTER SET utf8 COLLATE utf8_bin NOT NULL,
  why VARCHAR(2000) CHARACTER SET utf8 COLLATE utf8_bin NOT NULL,
  asked_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  used_at TIMESTAMP(6) NULL DEFAULT NULL,
  KEY (server_id, state)
) ENGINE=InnoDB DEFAULT CHARACTER SET ascii COLLATE ascii_bin;

-- For people, about once a second; never the truth about the position.
CREATE TABLE IF NOT EXISTS dump2db.progress (
  server_id INT UNSIGNED NOT NULL PRIMARY KEY,
  name VARCHAR(200) CHARACTER SET utf8 COLLATE utf8_bin NOT NULL,
  node VARCHAR(255) CHARACTER SET utf8 COLLATE utf8_bin NOT NULL,
  pid INT UNSIGNED NOT NULL,
  state VARCHAR(16) NOT NULL,
  reason VARCHAR(2000) CHARACTER SET utf8 COLLATE utf8_bin NOT NULL,
  last_error VARCHAR(2000) CHARACTER SET utf8 COLLATE utf8_bin NOT NULL,
  epoch BIGINT UNSIGNED NOT NULL,
  gtids LONGTEXT NOT NULL,
  file VARCHAR(512) CHARACTER SET utf8 COLLATE utf8_bin NOT NULL,
  file_offset BIGINT UNSIGNED NOT NULL,
  lag_source_ms BIGINT NULL,
  lag_queue_ms BIGINT NULL,
  lag_apply_ms BIGINT NULL,
  lag_ms BIGINT NULL,
  queue_bytes BIGINT UNSIGNED NOT NULL,
  transactions BIGINT UNSIGNED NOT NULL,
  row_changes BIGINT UNSIGNED NOT NULL,
  ddl_statements BIGINT UNSIGNED NOT NULL,
  dropped_marked BIGINT UNSIGNED NOT NULL,
  retries BIGINT UNSIGNED NOT NULL,
  updated_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)
) ENGINE=InnoDB DEFAULT CHARACTER SET ascii COLLATE ascii_bin;

INSERT IGNORE INTO dump2db.version (version, lock_key) VALUES (1, HEX(RANDOM_BYTES(16)));
