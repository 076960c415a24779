/*
 * sqlc_scan.c - just enough of SQL's lexical rules to find words in it.
 */
#include "tools/sqlc.h"

int sql_line(struct str text, size_t offset)
{
	int line = 1;

	for (size_t i = 0; i < offset && i < text.len; i++)
		line += text.ptr[i] == '\n';
	return line;
}

size_t sql_skip(struct str sql, size_t at)
{
	struct str rest = str_skip(sql, at);
	char       quote = rest.len > 0 ? rest.ptr[0] : '\0';
	ptrdiff_t  end;

	if (quote == ' ' || quote == '\t' || quote == '\n')
		return at + 1;
	if (str_starts(rest, STR("--")))
		end = str_find(rest, STR("\n"));
	else if (str_starts(rest, STR("/*")))
		end = str_find(str_skip(rest, 2), STR("*/")) + 3;
	else if (quote == '\'' || quote == '"')
		end = str_find(str_skip(rest, 1), (struct str){ &quote, 1 }) + 1;
	else
		return at;
	return end <= 0 ? sql.len : at + (size_t)end + 1;
}

size_t sql_next(struct str sql, size_t at)
{
	for (size_t next; (next = sql_skip(sql, at)) != at;)
		at = next;
	return at;
}

bool sql_has(struct str sql, const char *word, bool outermost)
{
	int depth = 0;

	for (size_t at = 0; at < sql.len;) {
		size_t     next = sql_skip(sql, at);
		struct str found = source_word(str_skip(sql, at));

		if (next == at) {
			depth += sql.ptr[at] == '(' ? 1 : sql.ptr[at] == ')' ? -1 : 0;
			if (str_eq_nocase(found, str_from(word)) && (!outermost || depth == 0))
				return true;
			next = at + (found.len > 0 ? found.len : 1);
		}
		at = next;
	}
	return false;
}
