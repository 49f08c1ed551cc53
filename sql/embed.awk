# SPDX-License-Identifier: Apache-2.0
# Turns an SQL file (a statement ends in ";" at the end of a line, comments have lines of their own) into a C
# array of strings.
BEGIN {
	print "#include \"apply/dump2db_sql.h\"\n\nconst char *const dump2db_sql[] = {"
}
/^--/ || /^[ \t]*$/ { next }
{
	ends = sub(/;[ \t]*$/, "")
	gsub(/\\/, "\\\\")
	gsub(/"/, "\\\"")
	printf "    \"%s\\n\"%s\n", $0, ends ? "," : ""
}
END {
	print "    0,\n};"
}
