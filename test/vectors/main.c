/*
 * main.c - vectors DIR...: judges every *.json in those folders and below them.
 *
 * One line a case, one a file and kind, and a last one with the sums.  Ends with
 * 0 only when at least one case was judged and none failed.  Each case runs in a
 * process of its own, so that a crash is that case's failure.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"
#include "vectors/vector.h"

enum { PATH_ROOM = 4096, FOLDER_MAX = 4096, DEPTH_MAX = 4, KIND_MAX = 32 };

/* The score of a file, of one of its kinds, or of all. */
struct score {
	const char *kind;
	int         passed, failed;
};

static const struct vector_gateway *const gateways[] = {
	&vector_alipay, &vector_antom,  &vector_wechat,
	&vector_stripe, &vector_paypal, &vector_unionpay,
};

static void folder_judge(const char *path, int depth, struct score *total);
static int  visible(const struct dirent *entry);
static void file_judge(const char *path, struct score *total);
static void cases_judge(const char *path, const json_t *root, const struct vector_gateway *gateway,
                        struct score *total);
static const struct vector_gateway *gateway_of(const json_t *root);
static bool          gateway_marked(const struct vector_gateway *gateway, const json_t *root);
static bool          case_judge(const struct vector_gateway *gateway, struct vector_case *vector);
static bool          case_apart(const struct vector_gateway *gateway, struct vector_case *vector);
static void          file_failed(const char *path, const char *why, struct score *total);
static struct score *kind_score(struct score *kinds, size_t *count, const char *kind);
static const char   *text_of(const json_t *from, const char *key, const char *other);

int main(int argc, char **argv)
{
	struct score total = { 0 };

	if (argc < 2) {
		fprintf(stderr, "usage: vectors DIR...\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int i = 1; i < argc; i++)
		folder_judge(argv[i], 0, &total);
	printf("%d passed, %d failed\n", total.passed, total.failed);
	return total.passed > 0 && total.failed == 0 ? 0 : 1;
}

/* A folder's files in their order, then its folders; a file when it is one. */
static void folder_judge(const char *path, int depth, struct score *total)
{
	struct dirent **entries = NULL;
	struct stat     status;
	char            inner[PATH_ROOM];
	int             count;

	if (stat(path, &status) == 0 && S_ISREG(status.st_mode)) {
		file_judge(path, total);
		return;
	}
	count = scandir(path, &entries, visible, alphasort);
	if (count < 0)
		file_failed(path, "cannot be read", total);
	for (int pass = 0; pass < 2; pass++) {
		for (int i = 0; i < count; i++) {
			const char *dot = strrchr(entries[i]->d_name, '.');
			bool        json = dot && strcmp(dot, ".json") == 0;

			snprintf(inner, sizeof(inner), "%s/%s", path, entries[i]->d_name);
			if (stat(inner, &status) != 0)
				continue;
			if (pass == 0 && S_ISREG(status.st_mode) && json)
				file_judge(inner, total);
			if (pass == 1 && S_ISDIR(status.st_mode) && depth < DEPTH_MAX)
				folder_judge(inner, depth + 1, total);
		}
	}
	for (int i = 0; i < count; i++)
		(free)(entries[i]);
	(free)(entries);
}

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void file_judge(const char *path, struct score *total)
{
	json_error_t                 error;
	json_t                      *root = json_load_file(path, JSON_ALLOW_NUL, &error);
	const struct vector_gateway *gateway;

	if (!root) {
		file_failed(path, error.text, total);
		return;
	}
	gateway = gateway_of(root);
	if (!json_is_array(json_object_get(root, "cases")))
		printf("# passed over, no list of cases: %s\n", path);
	else if (json_array_size(json_object_get(root, "cases")) == 0)
		file_failed(path, "has no case", total);
	else if (!gateway)
		file_failed(path, "is of no gateway that is known", total);
	else
		cases_judge(path, root, gateway, total);
	json_decref(root);
}

static void cases_judge(const char *path, const json_t *root, const struct vector_gateway *gateway,
                        struct score *total)
{
	struct score kinds[KIND_MAX];
	size_t       kind_count = 0, i;
	json_t      *value;

	json_array_foreach(json_object_get(root, "cases"), i, value)
	{
		struct vector_case vector = { .file = root, .json = value };
		struct score      *kind;
		bool               passed;

		vector.kind = text_of(value, "kind", "");
		vector.name = text_of(value, "name", "without a name");
		kind = kind_score(kinds, &kind_count, vector.kind);
		passed = case_apart(gateway, &vector);
		printf("%s - %s: %s: %s", passed ? "ok" : "not ok", gateway->name, vector.kind,
		       vector.name);
		printf("%s%s\n", passed ? "" : " - ", passed ? "" : vector.why);
		kind->passed += passed;
		kind->failed += !passed;
		total->passed += passed;
		total->failed += !passed;
	}
	for (i = 0; i < kind_count; i++)
		printf("# %s, %s: %d passed, %d failed\n", path, kinds[i].kind, kinds[i].passed,
		       kinds[i].failed);
}

/* By its members; by who made it when those do not tell. */
static const struct vector_gateway *gateway_of(const json_t *root)
{
	static const char *const makers[] = { "alipay-sdk", "global-open-sdk", "wechatpay",
		                              "stripe",     "paypal",          "UnionPay" };
	const char              *producer = text_of(root, "producer", "");

	static_assert(COUNT_OF(makers) == COUNT_OF(gateways), "a maker for each gateway");
	for (size_t i = 0; i < COUNT_OF(gateways); i++) {
		if (gateway_marked(gateways[i], root))
			return gateways[i];
	}
	for (size_t i = 0; i < COUNT_OF(gateways); i++) {
		if (strcasestr(producer, makers[i]))
			return gateways[i];
	}
	return NULL;
}

static bool gateway_marked(const struct vector_gateway *gateway, const json_t *root)
{
	for (const char *const *mark = gateway->marks; *mark; mark++) {
		if (json_object_get(root, *mark))
			return true;
	}
	return false;
}

static bool case_judge(const struct vector_gateway *gateway, struct vector_case *vector)
{
	for (size_t i = 0; i < gateway->judge_count; i++) {
		struct arena arena;
		bool         passed;

		if (strcmp(gateway->judges[i].kind, vector->kind) != 0)
			continue;
		arena_init(&arena, VECTOR_ARENA_MAX);
		vector->arena = &arena;
		passed = gateway->judges[i].judge(vector);
		arena_free(&arena);
		return passed;
	}
	return vector_no(vector, "not judged yet: kind \"%s\"", vector->kind);
}

/* In a child, which writes its reason into a pipe. */
static bool case_apart(const struct vector_gateway *gateway, struct vector_case *vector)
{
	int     ends[2], status = 0;
	ssize_t len;
	pid_t   child;

	fflush(stdout);
	if (pipe(ends) != 0 || (child = fork()) < 0)
		return vector_no(vector, "no process for it");
	if (child == 0) {
		bool passed = case_judge(gateway, vector);

		len = write(ends[1], vector->why, passed ? 0 : strlen(vector->why));
		_exit(passed && len >= 0 ? 0 : 1);
	}
	close(ends[1]);
	len = read(ends[0], vector->why, sizeof(vector->why) - 1);
	vector->why[len > 0 ? len : 0] = '\0';
	close(ends[0]);
	if (waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) > 1)
		return vector_no(vector, "crashed");
	return WEXITSTATUS(status) == 0;
}

static void file_failed(const char *path, const char *why, struct score *total)
{
	printf("not ok - %s: %s\n", path, why);
	total->failed++;
}

static struct score *kind_score(struct score *kinds, size_t *count, const char *kind)
{
	size_t i = 0;

	while (i < *count && strcmp(kinds[i].kind, kind) != 0)
		i++;
	if (i == KIND_MAX)
		return &kinds[KIND_MAX - 1];
	if (i == *count)
		kinds[(*count)++] = (struct score){ .kind = kind };
	return &kinds[i];
}

static const char *text_of(const json_t *from, const char *key, const char *other)
{
	const char *text = json_string_value(json_object_get(from, key));

	return text ? text : other;
}
