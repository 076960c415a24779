#!/bin/sh
# Each rule of ./dev tidy must fire on a small bad file, and only that rule;
# a good file that looks suspicious must pass.
tools=$(cd "$(dirname "$0")/../../tools" && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0

tell() { # VERDICT NAME
	echo "$1 - $2"
	[ "$1" = ok ] || failed=1
}

house() { # a project that has nothing but the file PATH, read from stdin
	rm -rf "$work/house"
	mkdir -p "$work/house/$(dirname "$1")" "$work/house/src" "$work/house/test"
	cat >"$work/house/$1"
	printf '%s\n' '| `src/base/` | x | – |' '| `src/core/` | x | base |' \
		'| `src/store/` | x | base core |' '| `src/web/` | x | base store |' \
		>"$work/house/ARCHITECTURE.md"
}

# verdict RULE: what tidy says of the house must be this rule's sentence alone.
verdict() {
	out=$(TIDY_TOOLS=$tools "$tools/tidy.sh" "$work/house" 2>&1)
	fired=$(printf '%s\n' "$out" | sed -n 's/^[^:]*:[0-9]*: \([a-z]*\): .*/\1/p' | sort -u | tr '\n' ' ')
	bad=$(printf '%s\n' "$out" | grep -c '^not ok')
	if [ "$fired" = "$1${1:+ }" ] && [ "$bad" -eq "$([ -n "$1" ] && echo 1 || echo 0)" ]; then
		tell ok "$2"
	else
		printf '%s\n' "$out"
		tell 'not ok' "$2 (fired: $fired)"
	fi
}
bad() { # RULE PATH WHAT, the file on stdin
	house "$2"
	verdict "$1" "$1: $3"
}
repeat() { i=0; while [ $i -lt "$1" ]; do echo "$2"; i=$((i + 1)); done; }

house src/core/good.c <<'END'
/*
 * good.c - words that only look bad: malloc(), TODOS, float.
 */
#include "core/good.h"
#include "base/str.h"

#include <stdio.h>

static const int table[] = { 1, 2 };
static const char *const text = "strcpy(a, b) // not a comment: double";

// goto sleep;
static int good(struct good *good)
{
	good->free(good);
	printed_free(good, '"', "\"malloc(1)");
	return table[0] + (int)sizeof(text); /* a comment that
	calls sprintf(x) */
}
END
verdict '' 'a good file passes'

bad line src/core/a.c 'of 101 columns' <<END
/* a.c - long. */
int a; /* $(repeat 91 x | tr -d '\n') */
END
house src/core/a.c <<END
/* a.c - 100 columns, of two bytes each. */
int a; /* $(repeat 87 é | tr -d '\n') */
END
verdict '' 'line: 100 columns pass, a character counts once'
bad line src/core/a.c 'a tab counts eight' <<END
/* a.c - tabs. */
$(repeat 12 '	' | tr -d '\n')int a;
END
bad function src/core/a.c 'of 71 lines' <<END
/* a.c - long function. */
int a(void)
{
$(repeat 69 '	f();')
}
END
house src/core/a.c <<END
/* a.c - a function of 70 lines, and a longer table. */
int a(void)
{
$(repeat 68 '	f();')
}
static const int t[] = {
$(repeat 80 '	1,')
};
END
verdict '' 'function: 70 lines pass, tables are no functions'
bad file src/core/a.c 'of 601 lines' <<END
/* a.c - long file. */
$(repeat 600 'int a(void);')
END
bad head src/core/a.c 'without a comment first' <<'END'
int a;
END
for call in 'sprintf(a, b)' 'strcpy(a, b)' 'strcat(a, b)' 'strtok(a, b)' 'gets(a)' 'atoi(a)' \
	'atof(a)' 'alloca(1)' 'longjmp(a, 1)' 'goto end' 'vsprintf(a, b, c)'; do
	bad banned src/web/a.c "${call%%(*}" <<END
/* a.c - banned. */
int a(void)
{
	x = 1, $call;
}
END
done
bad heap src/web/a.c 'malloc outside of the arena' <<'END'
/* a.c - heap. */
int a(void)
{
	x = malloc(1);
}
END
bad float src/core/a.c 'double in core' <<'END'
/* a.c - float. */
int a(double x);
END
house src/web/a.c <<'END'
/* a.c - float elsewhere. */
int a(double x);
END
verdict '' 'float: allowed outside of core'
bad state src/web/a.c 'a static variable' <<'END'
/* a.c - state. */
static int count;
END
bad comment src/web/a.h 'a function without one' <<'END'
/* a.h - exported. */
#pragma once

int a(void); /* says what it does */

struct str b(int x,
             int y);
END
bad comment src/web/a.h 'a struct without one' <<'END'
/* a.h - exported. */
#pragma once

struct a {
	int x;
};
END
house src/web/a.h <<'END'
/* a.h - exported. */
#pragma once

struct ahead;

/* Counts. */
struct a {
	int x;

	int y;
};
int a(void);

#define X(id) A_##id,
enum a_kind { KINDS(X) A_COUNT };
#undef X
END
verdict '' 'comment: a paragraph shares its comment, a table is its own'
bad todo src/web/a.c 'a note to self' <<'END'
/* a.c - TODO: everything. */
END
bad layer src/core/a.c 'core includes store' <<'END'
/* a.c - layers. */
#include "store/db.h"
END
bad layer src/web/a.c 'a path that is not from src/' <<'END'
/* a.c - layers. */
#include "a.h"
END
bad layer src/attic/a.c 'a room that nobody knows' <<'END'
/* a.c - layers. */
#include "base/str.h"
END
bad library src/web/a.c 'SQLite outside of store' <<'END'
/* a.c - libraries. */
#include <sqlite3.h>
END
house src/base/a.h <<'END'
/* a.h - cycle. */
#include "base/b.h"
END
printf '%s\n' '/* b.h - cycle. */' '#include "base/c.h"' >"$work/house/src/base/b.h"
printf '%s\n' '/* c.h - cycle. */' '#include "base/a.h"' >"$work/house/src/base/c.h"
verdict cycle 'cycle: three headers in a ring'

# The core's symbols.
purity() { # WANTED WHAT, C on stdin
	${CC:-cc} -x c -c -o "$work/core.o" - || { tell 'not ok' "purity: $2 compiles"; return; }
	"$tools/purity.sh" "$tools/core_symbols.txt" "$work/core.o" >"$work/out" 2>&1
	if [ $? -eq "$1" ]; then tell ok "purity: $2"; else cat "$work/out"; tell 'not ok' "purity: $2"; fi
}
for call in 'malloc(1)' 'time(0)' 'rand()' 'printf("x%d", 1)' 'getenv("x")'; do
	echo "#include <stdio.h>
#include <stdlib.h>
#include <time.h>
long f(void) { return (long)$call; }" | purity 1 "${call%%(*} is refused"
done
echo 'struct str { const char *p; long n; }; _Bool str_eq(struct str, struct str);
_Bool g(struct str a); _Bool f(struct str a) { return str_eq(a, a) && g(a); }
_Bool g(struct str a) { return a.n; }' | purity 0 'base and its own symbols pass'
exit $failed
