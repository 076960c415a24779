/*
 * http_client.c - see http_client.h.
 */
#include "gate/http_client.h"

#include "base/buf.h"
#include "base/str.h"

enum { LINE_LEN_MAX = 8192, ANSWER_MAX = 65536 };

/* One exchange under way; lives in the call's arena. */
struct transfer {
	struct curl_job     job; /* first */
	struct http_client *client;
	struct net_call    *call;
	struct curl_slist  *headers;
	struct buf          answer;
	size_t              head_len; /* bytes of answer headers so far */
	struct transfer    *prev, *next;
};

struct http_client {
	const struct curl_house *house;
	struct transfer         *transfers; /* under way */
};

static bool options_set(struct transfer *transfer);
static void finished(struct curl_job *job, CURLcode code, struct net_queue *done);
static void transfer_free(struct transfer *transfer);
static bool head_line(struct net_call *call, struct str line);

struct http_client *http_client_open(struct arena *arena, const struct curl_house *house)
{
	struct http_client *client = ARENA_NEW(arena, struct http_client);

	if (client != NULL)
		client->house = house;
	return client;
}

void http_client_close(struct http_client *client)
{
	while (client->transfers != NULL)
		transfer_free(client->transfers);
}

bool http_client_start(struct http_client *client, struct net_call *call)
{
	struct transfer *transfer = ARENA_NEW(call->arena, struct transfer);

	if (transfer == NULL || call->header_count > HTTP_HEADERS_MAX)
		return false;
	transfer->client = client;
	transfer->call = call;
	transfer->job.finished = finished;
	buf_init(&transfer->answer, call->arena,
	         call->answer_max > 0 ? call->answer_max : ANSWER_MAX);
	if (!curl_job_open(&transfer->job, client->house, call))
		return false;
	transfer->next = client->transfers;
	if (transfer->next != NULL)
		transfer->next->prev = transfer;
	client->transfers = transfer;
	if (options_set(transfer) && curl_job_start(&transfer->job))
		return true;
	transfer_free(transfer);
	return false;
}

static void transfer_free(struct transfer *transfer)
{
	if (transfer->prev != NULL)
		transfer->prev->next = transfer->next;
	else
		transfer->client->transfers = transfer->next;
	if (transfer->next != NULL)
		transfer->next->prev = transfer->prev;
	curl_job_close(&transfer->job);
	curl_slist_free_all(transfer->headers);
}

static void finished(struct curl_job *job, CURLcode code, struct net_queue *done)
{
	struct transfer *transfer = (struct transfer *)job;
	struct net_call *call = transfer->call;
	curl_off_t       begun_us = 0;
	long             status = 0;

	curl_easy_getinfo(job->easy, CURLINFO_RESPONSE_CODE, &status);
	/* Not begun: no byte of the request was written, TLS may have been refused. */
	curl_easy_getinfo(job->easy, CURLINFO_PRETRANSFER_TIME_T, &begun_us);
	call->result = begun_us == 0 ? NET_REFUSED : NET_UNKNOWN;
	if (code == CURLE_OK) {
		call->result = NET_ANSWER;
		call->status = (int32_t)status;
		call->answer = buf_str(&transfer->answer);
	}
	transfer_free(transfer);
	net_queue_put(done, call);
}

static size_t body_take(char *bytes, size_t size, size_t count, void *arg)
{
	struct transfer *transfer = arg;

	buf_add(&transfer->answer, (struct str){ .ptr = bytes, .len = size * count });
	return transfer->answer.full ? 0 : size * count; /* 0 ends it: NET_UNKNOWN */
}

static size_t head_take(char *bytes, size_t size, size_t count, void *arg)
{
	struct transfer *transfer = arg;
	struct str       line = { .ptr = bytes, .len = size * count };

	transfer->head_len += line.len;
	if (transfer->head_len > HTTP_HEADER_MAX || !head_line(transfer->call, str_trim(line)))
		return 0;
	return line.len;
}

/* Of several heads (100 Continue) the last one counts. */
static bool head_line(struct net_call *call, struct str line)
{
	if (str_starts(line, STR("HTTP/"))) {
		call->answer_header_count = 0;
		return true;
	}
	if (line.len == 0)
		return true;
	if (call->answer_headers == NULL)
		call->answer_headers = ARENA_ARRAY(call->arena, struct str,
		                                   HTTP_ANSWER_HEADERS_MAX);
	if (call->answer_headers == NULL || call->answer_header_count == HTTP_ANSWER_HEADERS_MAX)
		return false;
	call->answer_headers[call->answer_header_count++] = arena_str(call->arena, line);
	return !call->arena->failed;
}

static void header_put(struct transfer *transfer, struct str line)
{
	const char        *text = arena_cstr(transfer->call->arena, line);
	struct curl_slist *list = NULL;

	if (curl_job_clean(line, LINE_LEN_MAX))
		list = curl_slist_append(transfer->headers, text);
	if (list != NULL)
		transfer->headers = list;
	else
		transfer->job.failed = true;
}

/* The body is sent from where it lies; it is borrowed until done. */
static void body_set(struct transfer *transfer)
{
	const struct net_call *call = transfer->call;
	struct curl_job       *job = &transfer->job;
	curl_off_t             len = (curl_off_t)call->body.len;

	curl_job_keep(job, curl_easy_setopt(job->easy, CURLOPT_POSTFIELDSIZE_LARGE, len));
	curl_job_text(job, CURLOPT_POSTFIELDS, call->body.len > 0 ? call->body.ptr : "");
	curl_job_text(job, CURLOPT_CUSTOMREQUEST, arena_cstr(call->arena, call->method));
	curl_job_long(job, CURLOPT_FRESH_CONNECT, 1L);
	curl_job_long(job, CURLOPT_FORBID_REUSE, 1L);
	header_put(transfer, STR("Expect:"));
}

static bool options_set(struct transfer *transfer)
{
	const struct net_call *call = transfer->call;
	struct curl_job       *job = &transfer->job;

	curl_job_text(job, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_job_long(job, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_job_text(job, CURLOPT_USERAGENT, "Keepline/1");
	curl_job_keep(job, curl_easy_setopt(job->easy, CURLOPT_HEADERFUNCTION, head_take));
	curl_job_keep(job, curl_easy_setopt(job->easy, CURLOPT_HEADERDATA, (void *)transfer));
	curl_job_keep(job, curl_easy_setopt(job->easy, CURLOPT_WRITEFUNCTION, body_take));
	curl_job_keep(job, curl_easy_setopt(job->easy, CURLOPT_WRITEDATA, (void *)transfer));
	for (size_t i = 0; i < call->header_count; i++)
		header_put(transfer, call->headers[i]);
	/* Also of a GET: one provider refuses those without (GATEWAYS 4). */
	if (call->content_type.len > 0)
		header_put(transfer, arena_printf(call->arena, "Content-Type: %.*s",
		                                  STR_ARG(call->content_type)));
	if (!str_eq(call->method, STR("GET")))
		body_set(transfer);
	curl_job_keep(job, curl_easy_setopt(job->easy, CURLOPT_HTTPHEADER, transfer->headers));
	return !call->arena->failed;
}
