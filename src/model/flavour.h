/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MODEL_FLAVOUR_H
#define MODEL_FLAVOUR_H

/* Whose server: GTIDs, event numbers and much of the SQL differ. */
enum flavour { FLAVOUR_MYSQL, FLAVOUR_MARIADB };

enum tristate { TRI_UNKNOWN, TRI_NO, TRI_YES };

#endif
