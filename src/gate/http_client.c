/*
 * http_client.c - see http_client.h.
 */
#include "gate/http_client.h"

#include <string.h>

#include "base/buf.h"
#include "base/str.h"

enum { URL_LEN_MAX = 2048, HEADERS_MAX = 32, LINE_LEN_MAX = 8192, ANSWER_MAX = 65536 };
enum { REPLY_LEN_MAX = 512 };

/* One exchange under way; lives in the call's arena. */
struct transfer {
	struct http_client *client;
	struct net_call    *call;
	CURL               *easy;
	struct curl_slist  *headers, *recipients;
	struct buf          answer;
	size_t              head_len; /* bytes of answer headers so far */
	size_t              sent;     /* bytes of a mail handed to libcurl */
	bool                is_mail;
	bool                failed; /* an option was refused */
	struct transfer    *prev, *next;
};

struct http_client {
	struct http_config config;
	CURLM             *multi;
	struct transfer   *transfers; /* under way */
};

static void set_common(struct transfer *transfer);
static bool set_http(struct transfer *transfer);
static bool set_mail(struct transfer *transfer);
static void transfer_free(struct transfer *transfer);

enum err http_client_open(struct arena *arena, const struct http_config *config,
                          struct http_client **ret)
{
	struct http_client *client = ARENA_NEW(arena, struct http_client);

	if (client == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return ERR_MEMORY;
	client->config = *config;
	client->multi = curl_multi_init();
	if (client->multi == NULL)
		return ERR_MEMORY;
	*ret = client;
	return ERR_OK;
}

void http_client_close(struct http_client *client)
{
	while (client->transfers != NULL)
		transfer_free(client->transfers);
	curl_multi_cleanup(client->multi);
	client->multi = NULL;
}

CURLM *http_client_multi(struct http_client *client)
{
	return client->multi;
}

/* No line break or other control may get into a url, a header or an address. */
static bool clean(struct str s, size_t max)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < ' ' || s.ptr[i] == 127)
			return false;
	return s.len > 0 && s.len <= max;
}

bool http_client_start(struct http_client *client, struct net_call *call)
{
	struct transfer *transfer = ARENA_NEW(call->arena, struct transfer);

	if (transfer == NULL || !clean(call->url, URL_LEN_MAX) ||
	    call->header_count > HEADERS_MAX)
		return false;
	for (size_t i = 0; i < call->header_count; i++)
		if (!clean(call->headers[i], LINE_LEN_MAX))
			return false;
	transfer->client = client;
	transfer->call = call;
	transfer->is_mail = str_starts(call->url, STR("smtp:")) ||
	                    str_starts(call->url, STR("smtps:"));
	buf_init(&transfer->answer, call->arena,
	         call->answer_max > 0 ? call->answer_max : ANSWER_MAX);
	transfer->easy = curl_easy_init();
	if (transfer->easy == NULL)
		return false;
	transfer->next = client->transfers;
	if (transfer->next != NULL)
		transfer->next->prev = transfer;
	client->transfers = transfer;
	set_common(transfer);
	if ((transfer->is_mail ? set_mail(transfer) : set_http(transfer)) && !transfer->failed &&
	    curl_multi_add_handle(client->multi, transfer->easy) == CURLM_OK)
		return true;
	transfer_free(transfer);
	return false;
}

static void transfer_free(struct transfer *transfer)
{
	struct http_client *client = transfer->client;

	if (transfer->prev != NULL)
		transfer->prev->next = transfer->next;
	else
		client->transfers = transfer->next;
	if (transfer->next != NULL)
		transfer->next->prev = transfer->prev;
	curl_multi_remove_handle(client->multi, transfer->easy); /* harmless when not added */
	curl_easy_cleanup(transfer->easy);
	curl_slist_free_all(transfer->headers);
	curl_slist_free_all(transfer->recipients);
}

/* Did anything of the request leave?  A result other than CURLE_OK is given. */
static enum net_result failure_sort(const struct transfer *transfer, long code)
{
	curl_off_t begun_us = 0;

	if (transfer->is_mail) {
		if (code >= 400)
			return NET_ANSWER;
		return transfer->sent == 0 ? NET_REFUSED : NET_UNKNOWN;
	}
	curl_easy_getinfo(transfer->easy, CURLINFO_PRETRANSFER_TIME_T, &begun_us);
	return begun_us == 0 ? NET_REFUSED : NET_UNKNOWN;
}

static void transfer_finish(struct transfer *transfer, CURLcode code, struct net_queue *done)
{
	struct net_call *call = transfer->call;
	long status = 0;

	curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	call->result = code == CURLE_OK ? NET_ANSWER : failure_sort(transfer, status);
	if (call->result == NET_ANSWER) {
		call->status = (int32_t)status;
		call->answer = buf_str(&transfer->answer);
	}
	transfer_free(transfer);
	net_queue_put(done, call);
}

void http_client_run(struct http_client *client, struct net_queue *done)
{
	CURLMsg *message;
	int running, left;

	curl_multi_perform(client->multi, &running);
	while ((message = curl_multi_info_read(client->multi, &left)) != NULL) {
		struct transfer *transfer = NULL;
		CURLcode code = message->data.result;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
		transfer_finish(transfer, code, done);
	}
}

static size_t body_take(char *bytes, size_t size, size_t count, void *arg)
{
	struct transfer *transfer = arg;

	buf_add(&transfer->answer, (struct str){ .ptr = bytes, .len = size * count });
	return transfer->answer.full ? 0 : size * count; /* 0 ends it: NET_UNKNOWN */
}

/* HTTP: only counted.  SMTP: the server's replies; the last one is kept as the answer. */
static size_t head_take(char *bytes, size_t size, size_t count, void *arg)
{
	struct transfer *transfer = arg;
	size_t len = size * count;

	transfer->head_len += len;
	if (transfer->head_len > HTTP_HEADER_MAX)
		return 0;
	if (transfer->is_mail) {
		transfer->answer.len = 0;
		buf_add(&transfer->answer,
		        str_trim((struct str){ .ptr = bytes,
		                               .len = len < REPLY_LEN_MAX ? len : REPLY_LEN_MAX }));
	}
	return len;
}

static size_t mail_give(char *bytes, size_t size, size_t count, void *arg)
{
	struct transfer *transfer = arg;
	struct str left = str_take(str_skip(transfer->call->body, transfer->sent), size * count);

	if (left.len > 0)
		memcpy(bytes, left.ptr, left.len);
	transfer->sent += left.len;
	return left.len;
}

/* One failed option fails the whole call, when all are set. */
static void keep(struct transfer *transfer, CURLcode code)
{
	transfer->failed = transfer->failed || code != CURLE_OK;
}

static void set_long(struct transfer *transfer, CURLoption option, long value)
{
	keep(transfer, curl_easy_setopt(transfer->easy, option, value));
}

static void set_text(struct transfer *transfer, CURLoption option, const char *value)
{
	keep(transfer, curl_easy_setopt(transfer->easy, option, value));
}

static void set_common(struct transfer *transfer)
{
	const struct net_call *call = transfer->call;
	long deadline_ms = call->deadline_ms > 0 ? call->deadline_ms : HTTP_DEADLINE_MS;
	const char *url = arena_cstr(call->arena, call->url);

	set_text(transfer, CURLOPT_URL, url);
	keep(transfer, curl_easy_setopt(transfer->easy, CURLOPT_PRIVATE, (void *)transfer));
	set_long(transfer, CURLOPT_NOSIGNAL, 1L);
	set_text(transfer, CURLOPT_PROXY, "");
	set_long(transfer, CURLOPT_FOLLOWLOCATION, 0L);
	set_long(transfer, CURLOPT_TIMEOUT_MS, deadline_ms);
	set_long(transfer, CURLOPT_CONNECTTIMEOUT_MS,
	         deadline_ms < HTTP_CONNECT_MS ? deadline_ms : HTTP_CONNECT_MS);
	set_long(transfer, CURLOPT_SSL_VERIFYPEER, 1L);
	set_long(transfer, CURLOPT_SSL_VERIFYHOST, 2L);
	set_long(transfer, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (transfer->client->config.ca_file != NULL)
		set_text(transfer, CURLOPT_CAINFO, transfer->client->config.ca_file);
	keep(transfer, curl_easy_setopt(transfer->easy, CURLOPT_HEADERFUNCTION, head_take));
	keep(transfer, curl_easy_setopt(transfer->easy, CURLOPT_HEADERDATA, (void *)transfer));
	keep(transfer, curl_easy_setopt(transfer->easy, CURLOPT_WRITEFUNCTION, body_take));
	keep(transfer, curl_easy_setopt(transfer->easy, CURLOPT_WRITEDATA, (void *)transfer));
}

/* False: out of memory. */
static bool header_put(struct transfer *transfer, struct str line)
{
	struct curl_slist *list =
	    curl_slist_append(transfer->headers, arena_cstr(transfer->call->arena, line));

	if (list == NULL)
		return false;
	transfer->headers = list;
	return true;
}

static bool set_http(struct transfer *transfer)
{
	const struct net_call *call = transfer->call;
	bool get = str_eq(call->method, STR("GET"));

	set_text(transfer, CURLOPT_PROTOCOLS_STR, "http,https");
	set_long(transfer, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	set_text(transfer, CURLOPT_USERAGENT, "Keepline/1");
	for (size_t i = 0; i < call->header_count; i++)
		if (!header_put(transfer, call->headers[i]))
			return false;
	if (!get) {
		keep(transfer, curl_easy_setopt(transfer->easy, CURLOPT_POSTFIELDSIZE_LARGE,
		                                (curl_off_t)call->body.len));
		set_text(transfer, CURLOPT_POSTFIELDS, call->body.len > 0 ? call->body.ptr : "");
		set_text(transfer, CURLOPT_CUSTOMREQUEST, arena_cstr(call->arena, call->method));
		set_long(transfer, CURLOPT_FRESH_CONNECT, 1L);
		set_long(transfer, CURLOPT_FORBID_REUSE, 1L);
		if (!header_put(transfer, STR("Expect:")))
			return false;
		if (call->content_type.len > 0 &&
		    (!clean(call->content_type, LINE_LEN_MAX) ||
		     !header_put(transfer, arena_printf(call->arena, "Content-Type: %.*s",
		                                        STR_ARG(call->content_type)))))
			return false;
	}
	keep(transfer, curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, transfer->headers));
	return !call->arena->failed;
}

/* "smtp://localhost:25", "smtp://127.0.0.1:25", "smtp://[::1]:25" never leave the machine;
 * "127.example.com" would. */
static bool loopback(struct str url)
{
	ptrdiff_t at = str_find(url, STR("://"));
	struct str host = at < 0 ? url : str_skip(url, (size_t)at + 3), rest;

	str_cut(host, '/', &host, &rest);
	if (str_starts(host, STR("[::1]")))
		return true;
	str_cut(host, ':', &host, &rest);
	if (str_eq(host, STR("localhost")))
		return true;
	for (size_t i = 0; i < host.len; i++)
		if (host.ptr[i] != '.' && (host.ptr[i] < '0' || host.ptr[i] > '9'))
			return false;
	return str_starts(host, STR("127."));
}

/* The envelope: exactly one Mail-From, one to HTTP_MAIL_TO_MAX Mail-To. */
static bool set_envelope(struct transfer *transfer)
{
	const struct net_call *call = transfer->call;
	size_t from_count = 0, to_count = 0;

	for (size_t i = 0; i < call->header_count; i++) {
		struct str name, value;
		const char *address;

		str_cut(call->headers[i], ':', &name, &value);
		address = arena_cstr(call->arena, str_trim(value));
		if (str_eq(name, STR("Mail-From"))) {
			set_text(transfer, CURLOPT_MAIL_FROM, address);
			from_count++;
		} else if (str_eq(name, STR("Mail-To"))) {
			struct curl_slist *list = curl_slist_append(transfer->recipients, address);

			if (list == NULL)
				return false;
			transfer->recipients = list;
			to_count++;
		} else {
			return false;
		}
	}
	keep(transfer, curl_easy_setopt(transfer->easy, CURLOPT_MAIL_RCPT, transfer->recipients));
	return from_count == 1 && to_count > 0 && to_count <= HTTP_MAIL_TO_MAX;
}

static bool set_mail(struct transfer *transfer)
{
	const struct net_call *call = transfer->call;
	const struct http_config *config = &transfer->client->config;
	bool local = loopback(call->url), login = config->smtp_user != NULL;
	long tls = local ? CURLUSESSL_NONE : login ? CURLUSESSL_ALL : CURLUSESSL_TRY;

	set_text(transfer, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	set_long(transfer, CURLOPT_USE_SSL, tls);
	if (login) {
		set_text(transfer, CURLOPT_USERNAME, config->smtp_user);
		set_text(transfer, CURLOPT_PASSWORD,
		         config->smtp_password != NULL ? config->smtp_password : "");
	}
	set_long(transfer, CURLOPT_UPLOAD, 1L);
	keep(transfer, curl_easy_setopt(transfer->easy, CURLOPT_READFUNCTION, mail_give));
	keep(transfer, curl_easy_setopt(transfer->easy, CURLOPT_READDATA, (void *)transfer));
	keep(transfer, curl_easy_setopt(transfer->easy, CURLOPT_INFILESIZE_LARGE,
	                                (curl_off_t)call->body.len));
	set_long(transfer, CURLOPT_FRESH_CONNECT, 1L);
	set_long(transfer, CURLOPT_FORBID_REUSE, 1L);
	return set_envelope(transfer) && !call->arena->failed;
}
