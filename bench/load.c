/*
 * load.c - the load generator's command line.
 *
 *	load -c CONNECTIONS -t MS [-r RATE] [-s STALL_MS] [-a] HOST PORT get PATH [COOKIE]
 *	load …                                        HOST PORT hooks FILE KEY
 *	load … [-n ASK_EVERY] [-j JOURNAL] [-x RUN]   HOST PORT orders TOKEN KEY IMSI STEP COUNT SKIP
 *
 * -a: broken connections are made again, and what they left open is sent again.
 * Exit 0: all went well; 1: not; 3: a stall (nothing came for STALL_MS).
 */
#include "bench/scenario.h"

#include "base/hash.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static bool options(int argc, char **argv, struct load_setup *ret);
static bool words(char **word, int count, struct load_setup *setup, struct scenario *ret);
static void key_read(const char *hex, struct load_setup *setup);
static int  usage(void);

int main(int argc, char **argv)
{
	struct load_setup    setup = { .engine = { .connections = 64, .run_ms = 2000 },
		                       .ask_every = 16,
		                       .run = "run" };
	struct scenario      scenario = { 0 };
	struct engine_result result;
	struct engine       *engine;
	int64_t              failures;

	if (!options(argc, argv, &setup) || !words(argv + optind, argc - optind, &setup, &scenario))
		return usage();
	engine = engine_run(&setup.engine, &scenario, &result);
	engine_print(engine, &result, stdout);
	failures = scenario_failures(&scenario);
	engine_free(engine);
	if (result.stalled)
		return 3;
	if (setup.engine.again)
		return failures > 0;
	return failures > 0 || result.lost > 0;
}

static bool options(int argc, char **argv, struct load_setup *ret)
{
	int letter;

	while ((letter = getopt(argc, argv, "+c:t:r:s:n:j:x:az")) != -1) {
		long number = optarg != NULL ? strtol(optarg, NULL, 10) : 0;

		switch (letter) {
		case 'c': ret->engine.connections = (int)number; break;
		case 't': ret->engine.run_ms = number; break;
		case 'r': ret->engine.rate = number; break;
		case 's': ret->engine.stall_ms = number; break;
		case 'a': ret->engine.again = true; break;
		case 'n': ret->ask_every = number; break;
		case 'j': ret->journal = optarg; break;
		case 'x': ret->run = optarg; break;
		case 'z': ret->pack = true; break;
		default: return false;
		}
	}
	return ret->engine.connections > 0 && ret->engine.connections <= ENGINE_CONNECTION_MAX &&
	       ret->engine.run_ms > 0 && ret->engine.rate >= 0 && argc - optind >= 4;
}

static bool words(char **word, int count, struct load_setup *setup, struct scenario *ret)
{
	static char host[80];

	snprintf(host, sizeof(host), "%s:%s", word[0], word[1]);
	setup->host = str_from(host);
	setup->engine.host = word[0];
	setup->engine.port = (int)strtol(word[1], NULL, 10);
	if (strcmp(word[2], "get") == 0 && count <= 5) {
		setup->path = word[3];
		setup->cookie = count == 5 ? word[4] : NULL;
		scenario_get(setup, ret);
		return true;
	}
	if (strcmp(word[2], "hooks") == 0 && count == 5) {
		setup->file = word[3];
		key_read(word[4], setup);
		scenario_hooks(setup, ret);
		return true;
	}
	if (strcmp(word[2], "orders") != 0 || count != 9)
		return false;
	setup->token = word[3];
	key_read(word[4], setup);
	setup->imsi = strtoll(word[5], NULL, 10);
	setup->imsi_step = strtoll(word[6], NULL, 10);
	setup->imsi_count = strtoll(word[7], NULL, 10);
	setup->imsi_skip = strtoll(word[8], NULL, 10);
	scenario_orders(setup, ret);
	return true;
}

static void key_read(const char *hex, struct load_setup *setup)
{
	static struct arena arena;

	arena_init(&arena, 4096);
	if (!hex_decode(&arena, str_from(hex), &setup->key) || setup->key.len == 0) {
		fprintf(stderr, "load: the key is no hex\n");
		exit(64);
	}
}

size_t hook_request(const struct load_setup *setup, struct str body, char *at, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	struct digest     digest;
	char              hex[2 * HASH_SIZE], signed_text[2048];
	long long         now_s = (long long)time(NULL);
	int               len;

	len = snprintf(signed_text, sizeof(signed_text), "%lld.%.*s", now_s, STR_ARG(body));
	if (len < 0 || (size_t)len >= sizeof(signed_text))
		return 0;
	hmac_sha256_str(setup->key, (struct str){ .ptr = signed_text, .len = (size_t)len }, &digest);
	for (size_t i = 0; i < HASH_SIZE; i++) {
		hex[2 * i] = digits[digest.byte[i] >> 4];
		hex[2 * i + 1] = digits[digest.byte[i] & 15];
	}
	len = snprintf(at, size,
	               "POST /hook/sandbox HTTP/1.1\r\nHost: %.*s\r\n"
	               "Content-Type: application/json\r\nContent-Length: %zu\r\n"
	               "Keepline-Sandbox-Signature: t=%lld,v1=%.*s\r\n\r\n%.*s",
	               STR_ARG(setup->host), body.len, now_s, (int)sizeof(hex), hex, STR_ARG(body));
	return len > 0 && (size_t)len < size ? (size_t)len : 0;
}

static int usage(void)
{
	fprintf(stderr, "usage: load [-c N] [-t MS] [-r RATE] [-s MS] [-a] HOST PORT "
	                "get PATH [COOKIE] | hooks FILE KEY | "
	                "orders TOKEN KEY IMSI STEP COUNT SKIP\n");
	return 64;
}
