/*
 * pagec_test.c - pages: what they become, whole, in two languages; and where
 * each mistake is reported.
 */
#include "tools/tool.h"

#define PAGEC "\"$R\"/build/tools/pagec -o gen "
#define CC \
	"cc -std=c17 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wvla" \
	" -Wformat=2 -Werror -Igen -I\"$R\"/src -I\"$R\"/build/gen "

static const char page[] =
    "%% struct trial_view;\n"
    "%% void page_trial(struct out *o, const struct trial_view *v);\n"
    "% #include \"trial.h\"\n"
    "% /* {{_ \"not a text\" }} */\n"
    "% static void row(struct out *o, int i) {\n"
    "\t<li class=\"r {{ i % 2 == 0 ? \"even\" : \"odd\" }}\">{{ i }}</li>\n"
    "% }\n"
    "% void page_trial(struct out *o, const struct trial_view *v) {\n"
    "<!DOCTYPE html>\n"
    "<html lang=\"{{ o->lang->tag }}\">\n"
    "\n"
    "<p class=\"a\"\n"
    "   id='x{{ v->name }}'>Hi {{ v->name }}, {{ v->pay }}\n"
    "you \\\n"
    "two</p>\n"
    "<a href=\"{{ v->base }}/topup?line={{ v->name }}&amp;n={{ v->n }}\"\n"
    "  title=\"{{_ \"Until {date}\", date: date_long(v->day) }}\">x</a>\n"
    "<a href=\"{{ v->base }}{{/ v->next }}\">next</a>\n"
    "<p>{{_n v->n, \"{n} day\", \"{n} days\" }} {{_ \"Read the {a}terms{/a}, \"\n"
    "  \"then {b}pay \\\"now\\\"{/b} {c}\", a: link(v->base, \"/legal\"),\n"
    "  b: html(\"<b class=\\\"x\\\">\"), c: v->name }} {{_c \"verb\", \"Order\" }}</p>\n"
    "<ul>\n"
    "% for (int i = 0; i < v->n; i++) {\n"
    "%\trow(o, i);\n"
    "% }\n"
    "</ul>\n"
    "<input name=\"a\" {{if v->on}}checked{{end}} value=\"{{ v->pay }}\">\n"
    "<img src=\"{{ v->name }}\" alt=\"\">{{if v->n > 3}}<b>many</b>"
    "{{else if v->n > 1}}<i title='t'>some</i>{{else}}few{{end}}\n"
    "{{! STR(\"<hr>\") }}\n"
    "<pre>\n"
    "  kept\n"
    "</pre>\n"
    "% }\n";

static const char view[] =
    "#include \"text/out.h\"\n"
    "struct trial_view {\n"
    "	struct str name, base, next; int n; struct money pay; int64_t day; bool on;\n"
    "};\n";

static const char program[] =
    "#include <stdio.h>\n"
    "#include \"trial.h\"\n"
    "#include \"pages.h\"\n"
    "int main(void)\n"
    "{\n"
    "	struct arena arena;\n"
    "	struct buf buf;\n"
    "	struct trial_view v = { .name = STR(\"<\\\"&'\"), .base = STR(\"/ja\"),\n"
    "		.next = STR(\"/x?a=1&b\"), .n = 2, .pay = { 5387, 156 },\n"
    "		.day = 20467, .on = true };\n"
    "	struct out o = { .buf = &buf };\n"
    "	arena_init(&arena, 1 << 20);\n"
    "	for (int i = 0; i < 2; i++) {\n"
    "		buf_init(&buf, &arena, 1 << 16);\n"
    "		o.lang = lang_get(i == 0 ? LANG_EN : LANG_JA);\n"
    "		v.n = 2 - i;\n"
    "		v.on = i == 0;\n"
    "		page_trial(&o, &v);\n"
    "		printf(\"%.*s\", STR_ARG(buf_str(&buf)));\n"
    "	}\n"
    "	return 0;\n"
    "}\n";

#define PO_HEADER \
	"msgid \"\"\nmsgstr \"\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n" \
	"\"Plural-Forms: nplurals=1; plural=0;\\n\"\n\n"

static const char po[] = PO_HEADER
    "msgid \"Until {date}\"\nmsgstr \"{date}まで\"\n\n"
    "msgid \"{n} day\"\nmsgid_plural \"{n} days\"\nmsgstr[0] \"{n}日\"\n\n"
    "msgid \"Read the {a}terms{/a}, then {b}pay \\\"now\\\"{/b} {c}\"\n"
    "msgstr \"{c}{b}払う{/b}前に{a}規約{/a}\"\n\n"
    "msgctxt \"verb\"\nmsgid \"Order\"\nmsgstr \"注文する\"\n";

static const char english[] =
    "<!DOCTYPE html><html lang=\"en\"><p class=\"a\"\n"
    "id='x&lt;&quot;&amp;&#39;'>Hi &lt;&quot;&amp;&#39;, "
    "<span class=\"amt\"><abbr>CNY</abbr>53.87</span>\n"
    "you two</p><a href=\"/ja/topup?line=%3C%22%26%27&amp;n=2\"\n"
    "title=\"Until 14 Jan 2026\">x</a>\n"
    "<a href=\"/ja/x?a=1&amp;b\">next</a>\n"
    "<p>2 days Read the <a href=\"/ja/legal\">terms</a>, then "
    "<b class=\"x\">pay &quot;now&quot;</b> &lt;&quot;&amp;&#39; Order</p>"
    "<ul><li class=\"r even\">0</li><li class=\"r odd\">1</li></ul>"
    "<input name=\"a\" checked  value=\"CNY 53.87\">\n"
    "<img src=\"&lt;&quot;&amp;&#39;\" alt=\"\"><i title='t'>some</i>\n"
    "<hr>\n"
    "<pre>\n"
    "  kept\n"
    "</pre>\n";

static const char japanese[] =
    "<p>1日 &lt;&quot;&amp;&#39;<b class=\"x\">払う</b>前に<a href=\"/ja/legal\">規約</a> 注文する</p>"
    "<ul><li class=\"r even\">0</li></ul><input name=\"a\"  value=\"CNY 53.87\">\n"
    "<img src=\"&lt;&quot;&amp;&#39;\" alt=\"\">few\n";

static void a_page_in_two_languages(void **state)
{
	struct tool *tool = *state;

	tool_write(tool, "trial.page", page);
	tool_write(tool, "trial.h", view);
	tool_write(tool, "program.c", program);
	tool_write(tool, "ja.po", po);
	assert_int_equal(tool_run(tool, "cp ja.po zh_Hans.po && cp ja.po zh_Hant.po &&"
	                                " mkdir -p gen/text && " PAGEC "trial.page &&"
	                                " \"$R\"/build/tools/poc compile gen/text"
	                                " trial.page ja.po zh_Hans.po zh_Hant.po"),
	                 0);
	assert_int_equal(tool_run(tool, CC "-I. -o program program.c gen/*.c gen/text/*.c"
	                                   " \"$R\"/src/text/lang.c \"$R\"/src/text/format.c"
	                                   " \"$R\"/src/text/message.c \"$R\"/src/text/out.c"
	                                   " \"$R\"/src/core/money.c"
	                                   " \"$R\"/src/base/arena.c \"$R\"/src/base/buf.c"
	                                   " \"$R\"/src/base/str.c \"$R\"/src/base/time.c"
	                                   " && ./program"),
	                 0);
	assert_output(tool, english);
	assert_output(tool, japanese);
}

static void a_wrong_name_is_an_error_at_its_line(void **state)
{
	struct tool *tool = *state;

	tool_write(tool, "trial.h", view);
	tool_write(tool, "trial.page",
	           "% #include \"trial.h\"\n"
	           "% void page_trial(struct out *o, const struct trial_view *v);\n"
	           "% void page_trial(struct out *o, const struct trial_view *v) {\n"
	           "<p>a\n"
	           "<p>b <b>{{ v->name }}</b>\n"
	           "<p>{{ v->nome }}\n"
	           "<p>{{ v->on }}\n"
	           "<p title=\"{{_ \"no such text\" }}\">\n"
	           "% }\n");
	assert_int_equal(tool_run(tool, "mkdir -p gen && " PAGEC "trial.page"), 0);
	assert_int_not_equal(tool_run(tool, CC "-I. -fsyntax-only gen/trial_page.c"), 0);
	assert_output(tool, "trial.page:6:");
	assert_output(tool, "trial.page:7:");
	assert_output(tool, "trial.page:8:");
	assert_output(tool, "MSG_x");
	assert_null(strstr(tool->output, "trial.page:5:"));
}

static void mistakes_have_a_place(void **state)
{
	static const struct {
		const char *page, *says;
	} cases[] = {
		{ "<p>\n<a href={{ x }}>\n", "a.page:2: put quotes around {{ }}" },
		{ "<a title=x>\n", "a.page:1: attribute values stand in quotes" },
		{ "<p {{ x }}>\n", "stands in a tag outside of a quoted attribute" },
		{ "<p{{ x }}>\n", "stands in a tag outside of a quoted attribute" },
		{ "<p onclick=\"x\">\n", "no inline handlers or styles" },
		{ "<p ONCLICK=\"x\">\n", "no inline handlers or styles" },
		{ "<p style=\"{{ x }}\">\n", "no inline handlers or styles" },
		{ "<iframe srcdoc=\"{{ x }}\">\n", "no inline handlers or styles" },
		{ "<script>\nalert(1)</script>\n", "no inline script" },
		{ "<script>{{ x }}</script>\n", "{{ }} in a script" },
		{ "<script>{{! x }}</script>\n", "{{ }} in a script" },
		{ "<style>{{ x }}</style>\n", "only {{! }} in a style" },
		{ "<p title=\"{{! x }}\">\n", "{{! }} in an attribute" },
		{ "<p title=\"{{/ x }}\">\n", "{{/ }} stands in href, src or action" },
		{ "<p>{{/ x }}\n", "{{/ }} stands in href, src or action" },
		{ "<a href=\"{{_ \"x\" }}\">\n", "words in an address" },
		{ "<p>a < b\n", "write &lt; for a lone <" },
		{ "<p title=\"a<b\">\n", "write &lt; in an attribute" },
		{ "<p \"x\">\n", "stray < or quote in a tag" },
		{ "<!-- x -->\n", "no HTML comments" },
		{ "<p>{{ x\n<p>\n", "{{ without }}" },
		{ "<p>{{ }}\n", "{{ }} holds nothing" },
		{ "<p>\n<a title=\"x\n", "ends inside of a tag or an {{if}}" },
		{ "<p>{{if x}}a\n", "ends inside of a tag or an {{if}}" },
		{ "<p>{{end}}\n", "{{else}} or {{end}} without {{if}}" },
		{ "<p>{{else}}\n", "{{else}} or {{end}} without {{if}}" },
		{ "<p {{if x}}>{{end}}\n", "{{if}} and its end stand in different places" },
		{ "<p>{{if x}}<b title=\"{{else}}<b title='{{end}}\n",
		  "stand in different places" },
		{ "% if (x)\n<p>\n", "a.page:2: HTML below a condition without braces" },
		{ "% else\n<p>\n", "HTML below a condition without braces" },
		{ "<p>{{_ x }}\n", "write {{_ \"text\", name: value }}" },
		{ "<p>{{_ \"\" }}\n", "write {{_ \"text\", name: value }}" },
		{ "<p>{{_ \"x\" y }}\n", "write {{_ \"text\", name: value }}" },
		{ "<p>{{_ \"a\\tb\" }}\n", "write {{_ \"text\", name: value }}" },
		{ "<p>{{_n \"{n} day\", \"{n} days\" }}\n", "write {{_" },
		{ "<p>{{_ \"a { b\" }}\n", "a brace in the text that is no {name}" },
		{ "<p>{{_ \"{a-b}\" }}\n", "a brace in the text that is no {name}" },
		{ "<p>{{_ \"{a}\", b: x }}\n", "the {names} in the text and the names behind it" },
		{ "<p>{{_ \"{a}\" }}\n", "the {names} in the text and the names behind it" },
		{ "<p>{{_ \"x\", a: y }}\n", "the {names} in the text and the names behind it" },
		{ "<p>{{_ \"{a}x{/a}\", a: y }}\n", "the {names} in the text and the names" },
		{ "<p>{{_n x, \"{n} {a}\", \"{n}\", a: y }}\n", "the {names} in the text" },
		{ "<p>{{_ \"{a}\", a: html(x) }}\n", "html() holds one string literal" },
		{ "<p>{{_ \"{a}\", a: html(\"<b\") }}\n", "html() holds whole tags" },
		{ "<p>{{_ \"{a}\", a: html(\"<b onclick='x'>\") }}\n", "no inline handlers" },
		{ "<p>{{_ \"{a}\", a: html(\"<script>\") }}\n", "html() holds whole tags" },
		{ "<p title=\"{{_ \"{a}\", a: html(\"<b>\") }}\">\n", "html() in an attribute" },
	};
	struct tool *tool = *state;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		tool_write(tool, "a.page", cases[i].page);
		assert_int_equal(tool_run(tool, "mkdir -p gen && " PAGEC "a.page"), 1);
		assert_output(tool, cases[i].says);
	}
}

static void addresses_are_told_apart(void **state)
{
	struct tool *tool = *state;

	tool_write(tool, "a.page",
	           "% void f(struct out *o);\n"
	           "<a href=\"{{ a }}{{ b }}\">\n"
	           "<form action='x{{ c }}'>\n"
	           "<img src=\"{{ d }}\">\n"
	           "<embed src=\"{{ e }}\">\n"
	           "<a title=\"{{ f }}\">{{ g }}</a>\n");
	assert_int_equal(tool_run(tool, "mkdir -p gen && " PAGEC "a.page"), 0);
	tool_read(tool, "gen/a_page.c");
	assert_output(tool, "out_url(o, a);");
	assert_output(tool, "out_url_part(o, b);");
	assert_output(tool, "out_url_part(o, c);");
	assert_output(tool, "out_url_image(o, d);");
	assert_output(tool, "out_url(o, e);");
	assert_output(tool, "out_attr(o, f);");
	assert_output(tool, "out_value(o, g);");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_page_in_two_languages, tool_setup, tool_teardown),
		cmocka_unit_test_setup_teardown(a_wrong_name_is_an_error_at_its_line, tool_setup,
		                                tool_teardown),
		cmocka_unit_test_setup_teardown(mistakes_have_a_place, tool_setup, tool_teardown),
		cmocka_unit_test_setup_teardown(addresses_are_told_apart, tool_setup,
		                                tool_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
