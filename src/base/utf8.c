/*
 * utf8.c - checking and folding of text from people.
 */
#include "base/utf8.h"

#include "base/str.h"

/* How one range of code points is folded: to a fixed ASCII character, to
 * consecutive ones, to a number written out, or to nothing. */
enum fold_kind { FOLD_CHAR, FOLD_SHIFT, FOLD_NUMBER, FOLD_DROP };

struct fold {
	int32_t        first, last;
	enum fold_kind kind;
	int32_t        to; /* CHAR: this; SHIFT and NUMBER: what `first` becomes */
};

/* Ordered by `first`.  Source: Unicode 15 UnicodeData.txt, <wide>, <circle>,
 * <super>, <sub> and <noBreak> mappings, general categories Pd, Cc and Cf. */
/* clang-format off */
static const struct fold folds[] = {
	{ 0x0000, 0x001F, FOLD_DROP, 0 },     /* control */
	{ 0x007F, 0x009F, FOLD_DROP, 0 },     /* control */
	{ 0x00A0, 0x00A0, FOLD_CHAR, ' ' },   /* no-break space */
	{ 0x00AD, 0x00AD, FOLD_DROP, 0 },     /* soft hyphen */
	{ 0x00B2, 0x00B3, FOLD_SHIFT, '2' },  /* superscripts */
	{ 0x00B9, 0x00B9, FOLD_SHIFT, '1' },  /* superscript 1 */
	{ 0x034F, 0x034F, FOLD_DROP, 0 },     /* combining grapheme joiner */
	{ 0x058A, 0x058A, FOLD_CHAR, '-' },   /* Armenian hyphen */
	{ 0x061C, 0x061C, FOLD_DROP, 0 },     /* Arabic letter mark */
	{ 0x1680, 0x1680, FOLD_CHAR, ' ' },   /* Ogham space */
	{ 0x180E, 0x180E, FOLD_DROP, 0 },     /* Mongolian vowel separator */
	{ 0x2000, 0x200A, FOLD_CHAR, ' ' },   /* typographic spaces */
	{ 0x200B, 0x200F, FOLD_DROP, 0 },     /* zero width, direction marks */
	{ 0x2010, 0x2015, FOLD_CHAR, '-' },   /* hyphens and dashes */
	{ 0x2028, 0x202E, FOLD_DROP, 0 },     /* separators, direction embeddings */
	{ 0x202F, 0x202F, FOLD_CHAR, ' ' },   /* narrow no-break space */
	{ 0x2043, 0x2043, FOLD_CHAR, '-' },   /* hyphen bullet */
	{ 0x205F, 0x205F, FOLD_CHAR, ' ' },   /* mathematical space */
	{ 0x2060, 0x206F, FOLD_DROP, 0 },     /* word joiner, isolates */
	{ 0x2070, 0x2070, FOLD_SHIFT, '0' },  /* superscripts */
	{ 0x2074, 0x2079, FOLD_SHIFT, '4' },  /* superscripts */
	{ 0x207B, 0x207B, FOLD_CHAR, '-' },   /* superscript minus */
	{ 0x2080, 0x2089, FOLD_SHIFT, '0' },  /* subscripts */
	{ 0x208B, 0x208B, FOLD_CHAR, '-' },   /* subscript minus */
	{ 0x2212, 0x2212, FOLD_CHAR, '-' },   /* minus */
	{ 0x2460, 0x2473, FOLD_NUMBER, 1 },   /* circled 1 to 20 */
	{ 0x24EA, 0x24EA, FOLD_NUMBER, 0 },   /* circled 0 */
	{ 0x2500, 0x2501, FOLD_CHAR, '-' },   /* box drawing, from Japanese input methods */
	{ 0x2E3A, 0x2E3B, FOLD_CHAR, '-' },   /* long dashes */
	{ 0x3000, 0x3000, FOLD_CHAR, ' ' },   /* ideographic space */
	{ 0x3251, 0x325F, FOLD_NUMBER, 21 },  /* circled 21 to 35 */
	{ 0x32B1, 0x32BF, FOLD_NUMBER, 36 },  /* circled 36 to 50 */
	{ 0xFE31, 0xFE32, FOLD_CHAR, '-' },   /* vertical dashes */
	{ 0xFE58, 0xFE58, FOLD_CHAR, '-' },   /* small dash */
	{ 0xFE63, 0xFE63, FOLD_CHAR, '-' },   /* small hyphen */
	{ 0xFEFF, 0xFEFF, FOLD_DROP, 0 },     /* byte order mark */
	{ 0xFF01, 0xFF5E, FOLD_SHIFT, '!' },  /* full-width ASCII */
	{ 0xFFE5, 0xFFE5, FOLD_CHAR, 0xA5 },  /* full-width yen sign */
	{ 0xFFF9, 0xFFFB, FOLD_DROP, 0 },     /* interlinear annotation */
	{ 0x1D7CE, 0x1D7FF, FOLD_SHIFT, '0' }, /* mathematical digits, see fold_one */
	{ 0xE0000, 0xE007F, FOLD_DROP, 0 },   /* tags */
};
/* clang-format on */

enum {
	REPLACEMENT = 0xFFFD,
	LONG_VOWEL = 0x30FC,      /* the key Japanese keyboards have where '-' is */
	LONG_VOWEL_HALF = 0xFF70, /* the same, half width */
	MATH_DIGITS = 0x1D7CE,
	FOLD_GROWTH_MAX = 3, /* a damaged byte becomes three */
};

static const struct fold *fold_find(int32_t code_point);
static void               fold_one(char **at, const char *start, int32_t code_point);
static bool               ascii_word(char c);

bool utf8_valid(struct str s)
{
	while (s.len) {
		const char *before = s.ptr;
		int32_t     code_point;

		if ((unsigned char)s.ptr[0] < 0x80) {
			s = str_skip(s, 1);
			continue;
		}
		code_point = utf8_next(&s);
		/* U+FFFD itself is three bytes; a damaged byte moves by one. */
		if (code_point == REPLACEMENT && s.ptr - before != 3)
			return false;
		if (code_point == REPLACEMENT && before[0] != '\xEF')
			return false;
	}
	return true;
}

int32_t utf8_next(struct str *s)
{
	static const int32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char        lead;
	int32_t              code_point;
	size_t               len;

	if (s->len == 0)
		return -1;
	lead = (unsigned char)s->ptr[0];
	len = lead < 0x80   ? 1
	      : lead < 0xC2 ? 0
	      : lead < 0xE0 ? 2
	      : lead < 0xF0 ? 3
	      : lead < 0xF5 ? 4
	                    : 0;
	code_point = len == 1 ? lead : lead & (0x7F >> len);
	for (size_t i = 1; i < len; i++) {
		if (i >= s->len || ((unsigned char)s->ptr[i] & 0xC0) != 0x80)
			len = 0;
		else
			code_point = code_point << 6 | ((unsigned char)s->ptr[i] & 0x3F);
	}
	if (len == 0 || code_point < least[len] || code_point > 0x10FFFF ||
	    (code_point >= 0xD800 && code_point <= 0xDFFF)) {
		len = 1;
		code_point = REPLACEMENT;
	}
	s->ptr += len;
	s->len -= len;
	return code_point;
}

void utf8_put(char **at, int32_t code_point)
{
	char *to = *at;

	assert(code_point >= 0 && code_point <= 0x10FFFF);
	if (code_point < 0x80) {
		*to++ = (char)code_point;
	} else if (code_point < 0x800) {
		*to++ = (char)(0xC0 | code_point >> 6);
		*to++ = (char)(0x80 | (code_point & 0x3F));
	} else if (code_point < 0x10000) {
		*to++ = (char)(0xE0 | code_point >> 12);
		*to++ = (char)(0x80 | (code_point >> 6 & 0x3F));
		*to++ = (char)(0x80 | (code_point & 0x3F));
	} else {
		*to++ = (char)(0xF0 | code_point >> 18);
		*to++ = (char)(0x80 | (code_point >> 12 & 0x3F));
		*to++ = (char)(0x80 | (code_point >> 6 & 0x3F));
		*to++ = (char)(0x80 | (code_point & 0x3F));
	}
	*at = to;
}

struct str utf8_fold(struct arena *arena, struct str s)
{
	char   *start, *at;
	int32_t code_point;

	if (s.len > SIZE_MAX / FOLD_GROWTH_MAX - 1) {
		arena->failed = true;
		return STR("");
	}
	start = at = arena_alloc(arena, s.len * FOLD_GROWTH_MAX + 1);
	if (!start)
		return STR("");
	while ((code_point = utf8_next(&s)) >= 0)
		fold_one(&at, start, code_point);
	*at = '\0';
	return (struct str){ .ptr = start, .len = (size_t)(at - start) };
}

size_t utf8_length(struct str s)
{
	size_t length = 0;

	while (utf8_next(&s) >= 0)
		length++;
	return length;
}

static void fold_one(char **at, const char *start, int32_t code_point)
{
	const struct fold *fold = fold_find(code_point);
	int32_t            value;

	if (code_point == LONG_VOWEL || code_point == LONG_VOWEL_HALF) {
		/* After a digit or a Latin letter it was meant as a hyphen. */
		utf8_put(at, *at > start && ascii_word((*at)[-1]) ? '-' : code_point);
		return;
	}
	if (!fold) {
		utf8_put(at, code_point);
		return;
	}
	value = fold->to + (code_point - fold->first);
	if (fold->first == MATH_DIGITS)
		value = fold->to + (code_point - fold->first) % 10;
	switch (fold->kind) {
	case FOLD_CHAR:
		utf8_put(at, fold->to);
		break;
	case FOLD_SHIFT:
		utf8_put(at, value);
		break;
	case FOLD_NUMBER:
		if (value >= 10)
			utf8_put(at, '0' + value / 10);
		utf8_put(at, '0' + value % 10);
		break;
	case FOLD_DROP:
		break;
	}
}

static const struct fold *fold_find(int32_t code_point)
{
	size_t low = 0, high = COUNT_OF(folds);

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (code_point > folds[middle].last)
			low = middle + 1;
		else
			high = middle;
	}
	return low < COUNT_OF(folds) && code_point >= folds[low].first ? &folds[low] : NULL;
}

static bool ascii_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
