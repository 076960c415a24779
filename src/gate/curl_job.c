/*
 * curl_job.c - see curl_job.h.
 */
#include "gate/curl_job.h"

enum { URL_LEN_MAX = 2048 };

bool curl_job_open(struct curl_job *job, const struct curl_house *house, struct net_call *call)
{
	long        deadline_ms = call->deadline_ms > 0 ? call->deadline_ms : CURL_DEADLINE_MS;
	const char *url = arena_cstr(call->arena, call->url);

	job->house = house;
	if (!curl_job_clean(call->url, URL_LEN_MAX) || call->arena->failed)
		return false;
	job->easy = curl_easy_init();
	if (job->easy == NULL)
		return false;
	curl_job_text(job, CURLOPT_URL, url);
	curl_job_keep(job, curl_easy_setopt(job->easy, CURLOPT_PRIVATE, (void *)job));
	curl_job_long(job, CURLOPT_NOSIGNAL, 1L);
	curl_job_text(job, CURLOPT_PROXY, "");
	curl_job_long(job, CURLOPT_FOLLOWLOCATION, 0L);
	curl_job_long(job, CURLOPT_TIMEOUT_MS, deadline_ms);
	curl_job_long(job, CURLOPT_CONNECTTIMEOUT_MS,
	              deadline_ms < CURL_CONNECT_MS ? deadline_ms : CURL_CONNECT_MS);
	curl_job_long(job, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_job_long(job, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_job_long(job, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (house->ca_file != NULL)
		curl_job_text(job, CURLOPT_CAINFO, house->ca_file);
	return true;
}

bool curl_job_start(struct curl_job *job)
{
	return !job->failed && curl_multi_add_handle(job->house->multi, job->easy) == CURLM_OK;
}

void curl_job_close(struct curl_job *job)
{
	if (job->easy == NULL)
		return;
	curl_multi_remove_handle(job->house->multi, job->easy);
	curl_easy_cleanup(job->easy);
	job->easy = NULL;
}

void curl_job_keep(struct curl_job *job, CURLcode code)
{
	job->failed = job->failed || code != CURLE_OK;
}

void curl_job_long(struct curl_job *job, CURLoption option, long value)
{
	curl_job_keep(job, curl_easy_setopt(job->easy, option, value));
}

void curl_job_text(struct curl_job *job, CURLoption option, const char *value)
{
	curl_job_keep(job, curl_easy_setopt(job->easy, option, value));
}

bool curl_job_clean(struct str s, size_t max)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < ' ' || s.ptr[i] == 127)
			return false;
	return s.len > 0 && s.len <= max;
}
