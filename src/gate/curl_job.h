/*
 * curl_job.h - what http_client.c and smtp_client.c share: one libcurl handle
 * for one call, with the options that every call has.
 */
#pragma once
#include <curl/curl.h>

#include "base/env.h"
#include "gate/net_queue.h"

#define CURL_CONNECT_MS  5000  /* of a call's deadline, at most this for connecting */
#define CURL_DEADLINE_MS 30000 /* where a call names none */

/* The multi handle and the roots that all calls share. */
struct curl_house {
	CURLM      *multi;
	const char *ca_file; /* PEM roots; NULL: the system's */
};

/* The first member of whatever a call needs. */
struct curl_job {
	const struct curl_house *house;
	CURL                    *easy;
	bool                     failed; /* an option was refused */
	/* libcurl is through with it. */
	void (*finished)(struct curl_job *job, CURLcode code, struct net_queue *done);
};

/* Make the handle: url, deadline, verified TLS of 1.2 or newer, no redirects, no proxy from the
 * environment.  False: the url has controls in it or is too long, or memory is out. */
bool curl_job_open(struct curl_job *job, const struct curl_house *house, struct net_call *call);
/* Hand it to the multi handle.  False: an option had failed, or libcurl does not take it. */
bool curl_job_start(struct curl_job *job);
/* Take it out of the multi handle and free it; harmless on one that never started. */
void curl_job_close(struct curl_job *job);

/* Set an option; a failure is kept for curl_job_start. */
void curl_job_keep(struct curl_job *job, CURLcode code);
void curl_job_long(struct curl_job *job, CURLoption option, long value);
void curl_job_text(struct curl_job *job, CURLoption option, const char *value);

/* 1..max bytes without a line break or any other control. */
bool curl_job_clean(struct str s, size_t max);
