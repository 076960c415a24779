/*
 * stand_in.c - see stand_in.h.
 */
#include "test.h"

#include "peers/stand_in.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"

/* Making keys takes a while, on a busy machine a long one. */
enum { LINE_MAX = 65536, START_MS = 60000, DEADLINE_MS = 10000, PATH_MAX_ = 256 };

static void child_run(const char *name, const char *arguments, const int *in, const int *out)
{
	char path[PATH_MAX_];

	snprintf(path, sizeof(path), "test/peers/%s.mjs", name);
	dup2(in[0], STDIN_FILENO);
	dup2(out[1], STDOUT_FILENO);
	close(in[1]);
	close(out[0]);
	execlp("node", "node", path, arguments, (char *)NULL);
	_exit(127);
}

static json_t *first_line(struct stand_in *peer)
{
	char   *line = arena_alloc(&peer->caller.arena, LINE_MAX);
	size_t  len = 0;
	json_t *json;

	while (len < LINE_MAX && (len == 0 || line[len - 1] != '\n')) {
		struct pollfd poller = { .fd = peer->out, .events = POLLIN };

		if (poll(&poller, 1, START_MS) <= 0 || read(peer->out, line + len, 1) != 1)
			fail_msg("the stand-in %s does not start", peer->name);
		len++;
	}
	json = json_loadb(line, len, 0, NULL);
	assert_non_null(json);
	return json;
}

void stand_in_start(struct stand_in *peer, const char *name, const char *arguments)
{
	int     in[2], out[2];
	json_t *line;

	*peer = (struct stand_in){ .name = name };
	caller_open(&peer->caller, (struct net_real_config){ 0 });
	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	peer->child = fork();
	assert_true(peer->child >= 0);
	if (peer->child == 0)
		child_run(name, arguments, in, out);
	close(in[0]);
	close(out[1]);
	peer->in = in[1];
	peer->out = out[0];
	line = first_line(peer);
	peer->url = arena_str(&peer->caller.arena,
	                      str_from(json_string_value(json_object_get(line, "url"))));
	peer->settings = json_incref(json_object_get(line, "settings"));
	json_decref(line);
	assert_true(peer->url.len > 0 && json_is_object(peer->settings));
}

void stand_in_stop(struct stand_in *peer)
{
	int status;

	close(peer->in);
	assert_int_equal(waitpid(peer->child, &status, 0), peer->child);
	close(peer->out);
	json_decref(peer->settings);
	caller_close(&peer->caller);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static struct str setting_text(const void *ctx, const char *setting)
{
	const struct stand_in *peer = ctx;
	char                   name[PATH_MAX_];

	snprintf(name, sizeof(name), "%s_%s", peer->name, setting);
	return str_from(json_string_value(json_object_get(peer->settings, name)));
}

static bool setting_file(const void *ctx, const char *setting, struct arena *arena, struct str *ret)
{
	struct str path = setting_text(ctx, setting);
	FILE      *file;
	char      *bytes = arena_alloc(arena, LINE_MAX);
	size_t     len;

	*ret = STR("");
	if (path.len == 0)
		return true;
	file = fopen(arena_cstr(arena, path), "re");
	if (file == NULL)
		return false;
	len = fread(bytes, 1, LINE_MAX, file);
	fclose(file);
	while (len > 0 && bytes[len - 1] == '\n')
		len--;
	*ret = (struct str){ .ptr = bytes, .len = len };
	return true;
}

struct pay_source stand_in_source(const struct stand_in *peer)
{
	return (struct pay_source){
		.text = setting_text, .file = setting_file, .ctx = peer, .now_s = time(NULL)
	};
}

json_t *stand_in_ask(struct stand_in *peer, const char *path, const char *json)
{
	struct net_call call = {
		.method = json ? STR("POST") : STR("GET"),
		.url = arena_printf(&peer->caller.arena, "%.*s%s", STR_ARG(peer->url), path),
		.content_type = STR("application/json"),
		.body = str_from(json),
		.deadline_ms = DEADLINE_MS,
		.answer_max = 1 << 20,
	};
	json_t *answer;

	caller_send(&peer->caller, &call);
	assert_int_equal(call.result, NET_ANSWER);
	answer = json_loadb(call.answer.ptr, call.answer.len, 0, NULL);
	assert_non_null(answer);
	assert_int_equal(call.status, 200);
	return answer;
}

void stand_in_fault(struct stand_in *peer, const char *fault, const char *verb)
{
	struct str order = arena_printf(&peer->caller.arena, "{\"fault\":\"%s\",\"verb\":\"%s\"}",
	                                fault, verb);

	json_decref(stand_in_ask(peer, "/_control", arena_cstr(&peer->caller.arena, order)));
}

int64_t stand_in_count(struct stand_in *peer, const char *verb)
{
	json_t *wire = stand_in_ask(peer, "/_wire", NULL);
	int64_t count = json_integer_value(json_object_get(json_object_get(wire, "verbs"), verb));

	json_decref(wire);
	return count;
}

void stand_in_content(struct stand_in *peer)
{
	json_t *wire = stand_in_ask(peer, "/_wire", NULL);
	json_t *wrong = json_object_get(wire, "wrong");

	if (json_array_size(wrong) > 0)
		fail_msg("the stand-in %s: %s", peer->name,
		         json_string_value(json_array_get(wrong, 0)));
	json_decref(wire);
}

enum pay_outcome stand_in_verb(struct stand_in *peer, const struct pay_gateway *gateway,
                               enum pay_verb_id verb, const struct pay_config *config,
                               struct pay_task *task, struct pay_facts *ret)
{
	struct arena   *arena = &peer->caller.arena;
	struct pay_verb row = gateway->verb[verb];
	struct net_call call;

	*ret = (struct pay_facts){ 0 };
	task->body = STR("");
	if (row.wrap == NULL) {
		assert_true(row.body == NULL || row.body(config, task, arena, &task->body));
		return row.parse(config, task, NULL, arena, ret);
	}
	assert_true(pay_build(&row, config, task, arena, &call));
	if (call.url.len == 0) /* the payer's browser carries it */
		return row.parse(config, task, NULL, arena, ret);
	caller_send(&peer->caller, &call);
	return row.parse(config, task, &call, arena, ret);
}
