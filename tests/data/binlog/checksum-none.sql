-- SPDX-License-Identifier: Apache-2.0
CREATE DATABASE d; CREATE TABLE d.t (a int primary key, b varchar(10)); INSERT INTO d.t VALUES (1, 'x'); FLUSH BINARY LOGS;
