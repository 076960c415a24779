/*
 * desk_words.h - which words the staff's pages use for what is stored: acts,
 * reasons, causes, jobs, entries.  No HTML here.
 */
#pragma once
#include "core/desk.h"
#include "store/desk_command.h"
#include "text/message.h"
#include "web/view.h"

struct message desk_act_words(enum desk_act act);         /* on its button */
struct message desk_act_explained(enum desk_act act);     /* what it does; not of NONE */
struct message desk_why_words(enum desk_why why);         /* how the order stands */
struct message desk_refusal_words(enum desk_refusal refusal); /* not of NONE */
struct message desk_tab_words(enum desk_tab tab);
struct message desk_cause_words(enum order_event cause);  /* of the order's history */
struct message desk_job_words(enum job_kind kind);        /* of those that serve orders */
struct message desk_book_words(enum ledger_event event);  /* why it was posted */
/* What a member of staff did, by the name that the audit stores. */
struct message desk_did_words(struct str action);
