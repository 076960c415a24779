/*
 * session.h - the one cookie that says who asks, and the token that proves
 * that a form was ours.
 *
 * __Host-keepline holds "s." and 256 random bits of a logged-in browser (only
 * their SHA-256 is stored), or "g." and a signed random number of a guest, so
 * that register and login have a token too.  A session ends after 30 minutes
 * of silence or 12 hours (staff: 15 minutes, 8 hours).  __Host-look holds the
 * chosen language and the style sheet the browser has, nothing about a person.
 * Source: SECURITY V3 3.3, 3.5, V7; WEB 3 (BREACH).
 */
#pragma once
#include "web/request.h"

#define SESSION_COOKIE      "__Host-keepline"
#define SESSION_LOOK_COOKIE "__Host-look"
#define SESSION_TOKEN_SIZE  32

#define SESSION_IDLE_S           (30 * 60)
#define SESSION_ABSOLUTE_S       (12 * 3600)
#define SESSION_STAFF_IDLE_S     (15 * 60)
#define SESSION_STAFF_ABSOLUTE_S (8 * 3600)
#define SESSION_SEEN_S           60 /* last use is written at most this often */

/* Reads the cookie and fills request->session; a guest without a cookie gets
 * one with the answer, unless the answer is for a program.  Only a failure of
 * the database is an error. */
enum err session_read(struct request *request, struct response *response);
/* Fills csrf: the secret behind a fresh pad.  Called once, for pages. */
void session_csrf_make(struct request *request);
/* Is this the session's token, and does the browser say that the form came
 * from our own page (Origin, Sec-Fetch-Site)? */
bool session_csrf_good(const struct request *request, struct str token);
/* Draws the token of a new session; *ret_token is for session_cookie_set(). */
void session_token_make(struct request *request, uint8_t ret_token[SESSION_TOKEN_SIZE],
                        struct digest *ret_hash);
void session_cookie_set(struct request *request, struct response *response,
                        const uint8_t token[SESSION_TOKEN_SIZE]);
/* Forgets the cookie and everything else the browser keeps of us. */
void session_cookie_clear(struct response *response);
/* Is a session of that role neither too old nor unused for too long? */
bool session_lasts(int64_t role, int64_t created_s, int64_t seen_s, int64_t now_s);
/* What the look cookie says; empty when absent. */
void session_look(const struct request *request, struct str *ret_lang, struct str *ret_css);
