/*
 * poc_test.c - texts and translations: the template, the tables, and each
 * mistake a translator or a programmer can make.
 */
#include "tools/tool.h"

#define POC     "\"$R\"/build/tools/poc "
#define COMPILE POC "compile gen messages.def a.page ja.po"

static const char def[] = "/* messages.def: MESSAGE rows\n"
			  " * MESSAGE(IN_A_COMMENT, \"no\") */\n"
			  "MESSAGE(HELLO, \"Hello\")\n"
			  "MESSAGE(AGAIN, \"Hello\")\n"
			  "MESSAGE_N(DAYS, \"{n} day in {place}\",\n"
			  "          \"{n} days \"\n"
			  "          \"in {place}\")\n"
			  "MESSAGE_C(ORDER_VERB, \"verb\", \"Order\")\n"
			  "MESSAGE(ORDER, \"Order\")\n";

static const char page[] = "% /* {{_ \"no text\" }} */\n"
			   "<p>{{_ \"Hello\" }} {{ x(\"}}\") }}\n"
			   "<p>{{_ \"Read {a}this{/a}\\nnow\",\n"
			   "  a: html(\"<b>\") }}{{_ \"Hello\" }}\n";

#define HEADER \
	"msgid \"\"\nmsgstr \"\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n" \
	"\"Plural-Forms: nplurals=1; plural=0;\\n\"\n\n"
#define HELLO "msgid \"Hello\"\nmsgstr \"こんにちは\"\n\n"
#define DAYS \
	"msgid \"{n} day in {place}\"\nmsgid_plural \"{n} days in {place}\"\n" \
	"msgstr[0] \"{place}に{n}日\"\n\n"
#define VERB  "msgctxt \"verb\"\nmsgid \"Order\"\nmsgstr \"注文する\"\n\n"
#define ORDER "msgid \"Order\"\nmsgstr \"注文\"\n\n"
#define READ  "msgid \"Read {a}this{/a}\\nnow\"\nmsgstr \"{a}これ{/a}を読む\"\n\n"

static void write_all(struct tool *tool, const char *translations)
{
	tool_write(tool, "messages.def", def);
	tool_write(tool, "a.page", page);
	tool_write(tool, "ja.po", translations);
	assert_int_equal(tool_run(tool, "rm -rf gen; mkdir gen"), 0);
}

static void good_translations(void **state)
{
	struct tool *tool = *state;

	write_all(tool, HEADER HELLO DAYS VERB ORDER READ
	          "msgid \"gone\"\nmsgstr \"x\"\n\n#~ msgid \"old\"\n#~ msgstr \"y\"\n");
	assert_int_equal(tool_run(tool, COMPILE " && cat gen/messages.c"), 0);
	assert_output(tool, "[MSG_HELLO * 1 + 0] = { \"こんにちは\", 15 },");
	assert_output(tool, "[MSG_AGAIN * 1 + 0] = { \"こんにちは\", 15 },");
	assert_output(tool, "[MSG_ORDER_VERB * 1 + 0] = { \"注文する\", 12 },");
	assert_output(tool, "[MSG_ORDER * 1 + 0] = { \"注文\", 6 },");
	assert_output(tool, "[MSG_DAYS * 2 + 1] = { \"{n} days in {place}\", 19 },");
	assert_output(tool, "⟦Ŕéåð {a}ţĥîš{/a}\\n\"\n\t    \"ñöŵ~~~~⟧");
	assert_null(strstr(tool->output, "gone"));
	tool_read(tool, "gen/messages.h");
	assert_output(tool, "\tMESSAGES_en,\n\tMESSAGES_ja,\n\tMESSAGES_en_XA,\n");
	assert_int_equal(tool_run(tool, "grep -c MSG_x gen/messages.h"), 0);
	assert_string_equal(tool->output, "2\n");
	/* MSG_NONE, five rows and two texts of the page */
	assert_int_equal(tool_run(tool, "cc -std=c17 -Wall -Wextra -Wpedantic -Werror -I\"$R\"/src"
	                                " -I. -fsyntax-only -x c - <<'END'\n"
	                                "#include \"gen/messages.h\"\n"
	                                "_Static_assert(MSG_COUNT == 8, \"count\");\n"
	                                "END"),
	                 0);
}

static void mistakes_of_translators(void **state)
{
	static const struct {
		const char *po, *says;
	} cases[] = {
		{ HEADER HELLO DAYS VERB ORDER,
		  "a.page:3: no translation in po/ja.po: \"Read {a}this{/a}" },
		{ HEADER HELLO DAYS ORDER READ,
		  "messages.def:8: no translation in po/ja.po: \"Order\"" },
		{ HEADER DAYS VERB ORDER READ "msgid \"Hello\"\nmsgstr \"\"\n",
		  "messages.def:3: no translation in po/ja.po: \"Hello\"" },
		{ HEADER DAYS VERB ORDER READ "#, fuzzy\n" HELLO,
		  "messages.def:3: fuzzy in ja.po" },
		{ HEADER HELLO VERB ORDER READ
		  "msgid \"{n} day in {place}\"\nmsgid_plural \"{n} days in {place}\"\n"
		  "msgstr[0] \"{n}日\"\n",
		  "messages.def:5: ja.po: not the {names} of the English text: \"{n}日\"" },
		{ HEADER HELLO VERB ORDER READ
		  "msgid \"{n} day in {place}\"\nmsgid_plural \"{n} days in {place}\"\n"
		  "msgstr[0] \"{place}\"\n",
		  "not the {names} of the English text" },
		{ HEADER HELLO VERB ORDER READ
		  "msgid \"{n} day in {place}\"\nmsgid_plural \"{n} days in {place}\"\n"
		  "msgstr[0] \"{n} {place} {more}\"\n",
		  "not the {names} of the English text" },
		{ HEADER HELLO VERB ORDER READ
		  "msgid \"{n} day in {place}\"\nmsgid_plural \"{n} days in {place}\"\n"
		  "msgstr[0] \"{n} {place} {\"\n",
		  "not the {names} of the English text" },
		{ HEADER HELLO VERB ORDER READ "msgid \"{n} day in {place}\"\nmsgstr \"x\"\n",
		  "no translation in po/ja.po: \"{n} day in {place}\"" },
		{ HEADER HELLO DAYS VERB ORDER
		  "msgid \"Read {a}this{/a}\\nnow\"\nmsgstr \"{/a}これ{a}\"\n",
		  "a.page:3: ja.po: {/a} comes too early" },
		{ HEADER DAYS VERB ORDER READ "msgid \"Hello\"\nmsgstr \"¥5\"\n",
		  "never a bare sign" },
		{ HEADER DAYS VERB ORDER READ "msgid \"Hello\"\nmsgstr \"￥5\"\n",
		  "never a bare sign" },
		{ HEADER HELLO HELLO, "duplicate message definition" },
		{ HEADER HELLO "msgid \"x\n", "ja.po:" },
		{ HEADER HELLO "msgid \"x\"\nmsgstr \"y\"\nmsgstr \"z\"\n", "ja.po:" },
		{ "msgid \"\"\nmsgstr \"\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n"
		  "\"Plural-Forms: nplurals=3; plural=n;\\n\"\n",
		  "ja.po:1: Plural-Forms is neither" },
		{ "msgid \"\"\nmsgstr \"\"\n\"Plural-Forms: nplurals=1; plural=0;\\n\"\n",
		  "ja.po:1: charset=UTF-8, please" },
	};
	struct tool *tool = *state;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		write_all(tool, cases[i].po);
		assert_int_equal(tool_run(tool, COMPILE), 1);
		assert_output(tool, cases[i].says);
		assert_int_equal(tool_run(tool, "test ! -e gen/messages.h"), 0);
	}
}

static void mistakes_of_programmers(void **state)
{
	static const struct {
		const char *def, *page, *says;
	} cases[] = {
		{ "MESSAGE(A, x)\n", "", "messages.def:1: write MESSAGE(NAME, \"text\")" },
		{ "MESSAGE(A \"x\")\n", "", "write MESSAGE(NAME, \"text\")" },
		{ "MESSAGE_N(A, \"x\")\n", "", "write MESSAGE(NAME, \"text\")" },
		{ "  MESSAGE(A, \"x\")\n", "", "a row begins in the first column" },
		{ "MESSAGE(A, \"x\")\nMESSAGE(A, \"y\")\n", "",
		  "messages.def:2: not the same text as in" },
		{ "MESSAGE(A, \"x\")\nMESSAGE(A, \"x\")\n", "",
		  "messages.def:2: not the same text as in" },
		{ "MESSAGE(A, \"¥\")\n", "", "messages.def:1: never a bare sign" },
		{ "MESSAGE(A, \"{\")\n", "", "messages.def:1: a brace in the text" },
		{ "MESSAGE_N(A, \"x\", \"{n\")\n", "", "messages.def:1: a brace in the text" },
		{ "", "<p>{{_ \"x\n\n", "a.page:1: {{ without }}" },
		{ "", "<p>\n{{_ x }}\n", "a.page:2: write {{_" },
		{ "MESSAGE(A, \"{n} day\")\n", "<p>{{_n x, \"{n} day\", \"{n} days\" }}\n",
		  "a.page:1: not the same text as in messages.def:1" },
	};
	struct tool *tool = *state;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		write_all(tool, HEADER);
		tool_write(tool, "messages.def", cases[i].def);
		tool_write(tool, "a.page", cases[i].page);
		assert_int_equal(tool_run(tool, COMPILE), 1);
		assert_output(tool, cases[i].says);
	}
}

static void a_gap_shows_english_to_translators_only(void **state)
{
	struct tool *tool = *state;

	write_all(tool, HEADER HELLO);
	tool_write(tool, "a.page", "");
	assert_int_equal(tool_run(tool, "ALLOW_GAPS=0 " COMPILE), 1);
	assert_int_equal(tool_run(tool, "ALLOW_GAPS=1 " COMPILE " && cat gen/messages.c"), 0);
	assert_output(tool,
	              "ja[MSG_COUNT * 1] = {\n\t[MSG_HELLO * 1 + 0] = { \"こんにちは\", 15 },");
	assert_output(tool, "[MSG_ORDER * 1 + 0] = { \"Order\", 5 },");
}

static void the_template_has_places(void **state)
{
	struct tool *tool = *state;

	write_all(tool, HEADER);
	assert_int_equal(
	    tool_run(tool, POC "extract gen/k.pot messages.def a.page && cat gen/k.pot"), 0);
	assert_output(
	    tool,
	    "#: a.page:2\n#: messages.def:3\n#: messages.def:4\nmsgid \"Hello\"\nmsgstr \"\"\n");
	assert_output(tool, "msgctxt \"verb\"\nmsgid \"Order\"\nmsgstr \"\"\n");
	assert_output(tool, "msgid \"{n} day in {place}\"\nmsgid_plural \"{n} days in {place}\"\n"
	                    "msgstr[0] \"\"\nmsgstr[1] \"\"\n");
	assert_output(tool, "#: a.page:3\nmsgid \"Read {a}this{/a}\\n\"\n");
	assert_null(strstr(tool->output, "no text"));
	assert_null(strstr(tool->output, "IN_A_COMMENT"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(good_translations, tool_setup, tool_teardown),
		cmocka_unit_test_setup_teardown(mistakes_of_translators, tool_setup, tool_teardown),
		cmocka_unit_test_setup_teardown(mistakes_of_programmers, tool_setup, tool_teardown),
		cmocka_unit_test_setup_teardown(a_gap_shows_english_to_translators_only, tool_setup,
		                                tool_teardown),
		cmocka_unit_test_setup_teardown(the_template_has_places, tool_setup, tool_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
