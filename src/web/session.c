/*
 * session.c - cookies in, cookies out, and the form token.
 */
#include "web/session.h"

#include <string.h>

#include "base/str.h"
#include "core/email.h"
#include "store/account.h"
#include "store/account_command.h"
#include "store/session_sql.h"
#include "web/form.h"
#include "web/seen.h"
#include "web/web.h"

#define GUEST_SIZE     16 /* random bytes of a guest's cookie */
#define GUEST_MAC_SIZE 16
#define SECRET_SIZE    16
#define COOKIE_RULES   "; Path=/; Secure; HttpOnly; SameSite=Lax"

static enum err session_of_token(struct request *request, const uint8_t *token);
static bool     session_alive(const struct session_by_token_row *row, int64_t now_s);
static void     session_fill(struct request *request, const struct session_by_token_row *row);
static bool     guest_read(struct request *request, struct str text);
static void     guest_make(struct request *request, struct response *response);
static void     guest_mac(const struct request *request, const uint8_t *random, const char *purpose,
                          struct digest *ret);
static bool     origin_good(const struct request *request);

enum err session_read(struct request *request, struct response *response)
{
	struct str cookie = form_cookie(request_header(request, "Cookie"), STR(SESSION_COOKIE));
	uint8_t    token[SESSION_TOKEN_SIZE];
	enum err   err;

	if (str_starts(cookie, STR("s.")) &&
	    form_base64url_decode(str_skip(cookie, 2), token, sizeof(token))) {
		err = session_of_token(request, token);
		if (err != ERR_OK || request->session.id != 0)
			return err;
		request->session.ended = true;
	} else if (str_starts(cookie, STR("g.")) && guest_read(request, str_skip(cookie, 2))) {
		return ERR_OK;
	}
	if (!request_is_api(request))
		guest_make(request, response);
	return ERR_OK;
}

void session_csrf_make(struct request *request)
{
	uint8_t token[2 * SECRET_SIZE];

	request->web->env->rand.fill(request->web->env->rand.ctx, token, SECRET_SIZE);
	for (size_t i = 0; i < SECRET_SIZE; i++)
		token[SECRET_SIZE + i] = token[i] ^ request->session.secret[i];
	request->session.csrf = form_base64url(
	    request->arena, (struct str){ .ptr = (const char *)token, .len = sizeof(token) });
}

bool session_csrf_good(const struct request *request, struct str token)
{
	uint8_t bytes[2 * SECRET_SIZE];

	if (!origin_good(request) || !form_base64url_decode(token, bytes, sizeof(bytes)))
		return false;
	for (size_t i = 0; i < SECRET_SIZE; i++)
		bytes[i] ^= bytes[SECRET_SIZE + i];
	return str_eq_secret((struct str){ .ptr = (const char *)bytes, .len = SECRET_SIZE },
	                     (struct str){ .ptr = (const char *)request->session.secret,
	                                   .len = SECRET_SIZE });
}

void session_token_make(struct request *request, uint8_t ret_token[SESSION_TOKEN_SIZE],
                        struct digest *ret_hash)
{
	const struct rand *rand = &request->web->env->rand;

	rand->fill(rand->ctx, ret_token, SESSION_TOKEN_SIZE);
	sha256((struct str){ .ptr = (const char *)ret_token, .len = SESSION_TOKEN_SIZE }, ret_hash);
}

void session_cookie_set(struct request *request, struct response *response,
                        const uint8_t token[SESSION_TOKEN_SIZE])
{
	struct str text = form_base64url(request->arena, (struct str){ .ptr = (const char *)token,
	                                                               .len = SESSION_TOKEN_SIZE });

	response_header(response, "Set-Cookie",
	                arena_printf(request->arena, SESSION_COOKIE "=s.%.*s" COOKIE_RULES,
	                             STR_ARG(text)));
}

void session_cookie_clear(struct response *response)
{
	response_header(response, "Set-Cookie", STR(SESSION_COOKIE "=; Max-Age=0" COOKIE_RULES));
	response_header(response, "Clear-Site-Data", STR("\"cache\", \"storage\""));
}

void session_look(const struct request *request, struct str *ret_lang, struct str *ret_css)
{
	struct str cookie = form_cookie(request_header(request, "Cookie"),
	                                STR(SESSION_LOOK_COOKIE));

	str_cut(cookie, '.', ret_lang, ret_css);
}

bool session_lasts(int64_t role, int64_t created_s, int64_t seen_s, int64_t now_s)
{
	bool    staff = role == ROLE_STAFF;
	int64_t idle_s = staff ? SESSION_STAFF_IDLE_S : SESSION_IDLE_S;
	int64_t absolute_s = staff ? SESSION_STAFF_ABSOLUTE_S : SESSION_ABSOLUTE_S;

	return now_s - seen_s < idle_s && now_s - created_s < absolute_s;
}

static enum err session_of_token(struct request *request, const uint8_t *token)
{
	struct session_by_token_row row;
	struct digest               hash;
	int64_t                     now_s = request->now_ms / 1000;
	enum err                    err;

	sha256((struct str){ .ptr = (const char *)token, .len = SESSION_TOKEN_SIZE }, &hash);
	err = session_by_token(request->db, request->arena,
	                       (struct str){ .ptr = (const char *)hash.byte, .len = HASH_SIZE },
	                       &row);
	if (err == ERR_NOT_FOUND)
		return ERR_OK;
	if (err != ERR_OK)
		return err;
	if (!session_alive(&row, now_s))
		return ERR_OK;
	session_fill(request, &row);
	if (now_s - row.seen_s >= SESSION_SEEN_S)
		seen_write(request->web->seen, request->web->writer, row.id, now_s);
	return ERR_OK;
}

/* A changed role or a closed account ends every session of it at once. */
static bool session_alive(const struct session_by_token_row *row, int64_t now_s)
{
	return row->closed_s == 0 && row->role == row->account_role &&
	       (row->role == ROLE_MEMBER || row->role == ROLE_STAFF) &&
	       session_lasts(row->role, row->created_s, row->seen_s, now_s);
}

static void session_fill(struct request *request, const struct session_by_token_row *row)
{
	struct session *session = &request->session;
	struct str      email;

	session->id = row->id;
	session->account_id = row->account_id;
	session->role = (enum role)row->role;
	session->lang = row->lang;
	session->unread_count = (int32_t)row->unread_count;
	if (row->csrf.len >= SECRET_SIZE)
		memcpy(session->secret, row->csrf.ptr, SECRET_SIZE);
	if (account_email_open(request->arena, &request->web->keys->personal, row->email_blind,
	                       row->email_box, &email))
		session->email = email_mask(request->arena, email);
	else
		session->email = STR("***");
}

static bool guest_read(struct request *request, struct str text)
{
	uint8_t       bytes[GUEST_SIZE + GUEST_MAC_SIZE];
	struct digest mac, secret;

	if (!form_base64url_decode(text, bytes, sizeof(bytes)))
		return false;
	guest_mac(request, bytes, "guest", &mac);
	if (!str_eq_secret((struct str){ .ptr = (const char *)bytes + GUEST_SIZE,
	                                 .len = GUEST_MAC_SIZE },
	                   (struct str){ .ptr = (const char *)mac.byte, .len = GUEST_MAC_SIZE }))
		return false;
	guest_mac(request, bytes, "form", &secret);
	memcpy(request->session.secret, secret.byte, SECRET_SIZE);
	return true;
}

static void guest_make(struct request *request, struct response *response)
{
	uint8_t       bytes[GUEST_SIZE + GUEST_MAC_SIZE];
	struct digest mac;
	struct str    text;

	request->web->env->rand.fill(request->web->env->rand.ctx, bytes, GUEST_SIZE);
	guest_mac(request, bytes, "guest", &mac);
	memcpy(bytes + GUEST_SIZE, mac.byte, GUEST_MAC_SIZE);
	guest_mac(request, bytes, "form", &mac);
	memcpy(request->session.secret, mac.byte, SECRET_SIZE);
	text = form_base64url(request->arena,
	                      (struct str){ .ptr = (const char *)bytes, .len = sizeof(bytes) });
	response_header(response, "Set-Cookie",
	                arena_printf(request->arena, SESSION_COOKIE "=g.%.*s" COOKIE_RULES,
	                             STR_ARG(text)));
}

static void guest_mac(const struct request *request, const uint8_t *random, const char *purpose,
                      struct digest *ret)
{
	char text[GUEST_SIZE + 8] = { 0 };

	assert(strlen(purpose) < sizeof(text) - GUEST_SIZE);
	memcpy(text, random, GUEST_SIZE);
	memcpy(text + GUEST_SIZE, purpose, strlen(purpose));
	hmac_sha256(&request->web->keys->token, (struct str){ .ptr = text, .len = sizeof(text) },
	            ret);
}

/* Old browsers send neither header: the token alone protects them. */
static bool origin_good(const struct request *request)
{
	struct str origin = request_header(request, "Origin");
	struct str site = request_header(request, "Sec-Fetch-Site");
	struct str host;

	if (site.len > 0 && !str_eq(site, STR("same-origin")) && !str_eq(site, STR("none")))
		return false;
	if (origin.len == 0 || str_eq_nocase(origin, request->web->origin))
		return true;
	if (str_starts(origin, STR("https://")))
		host = str_skip(origin, 8);
	else if (str_starts(origin, STR("http://")))
		host = str_skip(origin, 7);
	else
		return false;
	return str_eq_nocase(host, request_header(request, "Host"));
}
