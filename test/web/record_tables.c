/*
 * record_tables.c - the C tables that docs/openapi.yaml must agree with.
 */
#include "record.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"
#include "core/keep.h"
#include "core/order.h"
#include "core/plan.h"
#include "core/sandbox.h"
#include "core/sim.h"
#include "store/quote.h"
#include "test.h"
#include "web/api.h"
#include "web/order_json.h"
#include "web/route.h"

/* A list of names, and what stands before each in the API. */
struct names {
	const char        *list, *prefix;
	const char *const *names; /* ended by NULL; "" is none; ids are capital letters */
};

#define X(id, name, final) name,
static const char *const order_names[] = { ORDER_STATES(X) NULL };
#undef X
#define X(id, name, ours, open) name,
static const char *const payment_names[] = { PAYMENT_STATES(X) NULL };
#undef X
#define X(id, name) name,
static const char *const refund_names[] = { REFUND_STATES(X) NULL };
#undef X
#define X(id, name) name,
static const char *const delivery_names[] = { DELIVERIES(X) NULL };
#undef X
#define X(id, name, money, works) name,
static const char *const line_names[] = { LINE_STATES(X) NULL };
#undef X
#define X(id, name, api, sandbox) api,
static const char *const method_names[] = { PAY_METHODS(X) NULL };
#undef X
#define X(id, name) name,
static const char *const line_payment_names[] = { LINE_PAYMENTS(X) NULL };
#undef X
#define X(id, name) name,
static const char *const pack_names[] = { PACK_KINDS(X) NULL };
#undef X
#define X(id, name) name,
static const char *const fact_names[] = { FACT_KINDS(X) NULL };
#undef X
#define X(id, name) name,
static const char *const keep_kind_names[] = { KEEP_KINDS(X) NULL };
#undef X
#define X(id, name) name,
static const char *const keep_event_names[] = { KEEP_EVENTS(X) NULL };
#undef X
#define X(id, name) name,
static const char *const works_names[] = { KEEP_WORKS(X) NULL };
#undef X
#define X(id, name) name,
static const char *const buys_names[] = { KEEP_BUYS(X) NULL };
#undef X
#define X(id, name) name,
static const char *const sureness_names[] = { PLAN_SURENESS(X) NULL };
#undef X
#define X(id, name, code) name,
static const char *const outcome_names[] = { SANDBOX_OUTCOMES(X) NULL };
#undef X
#define X(id, name, code) name,
static const char *const carrier_names[] = { SANDBOX_DELIVERY_OUTCOMES(X) NULL };
#undef X
#define X(id, name, asked) name,
static const char *const event_names[] = { ORDER_EVENTS(X) NULL };
#undef X
#define X(id, name, age_s) name,
static const char *const source_names[] = { FX_SOURCES(X) NULL };
#undef X
#define X(id, status, name, title) name,
static const char *const web_names[] = { WEB_REFUSALS(X) NULL };
#undef X
#define X(id, status, name, title, words) name,
static const char *const api_names[] = { API_REFUSALS(X) NULL };
#undef X
#define X(id, name, status, message) name,
static const char *const quote_no_names[] = { QUOTE_REFUSALS(X) NULL };
#undef X
#define X(id, name, status) name,
static const char *const order_no_names[] = { ORDER_REFUSALS(X) NULL };
#undef X
#define X(id) #id,
static const char *const cause_names[] = { KEEP_CAUSES(X) NULL };
#undef X
#define X(id, bit, message) #id,
static const char *const warning_names[] = { SIM_WARNINGS(X) NULL };
#undef X
#define X(id, message, status) #id,
static const char *const sim_no_names[] = { SIM_REFUSALS(X) NULL };
#undef X
#define X(id, status) #id,
static const char *const keep_no_names[] = { KEEP_REFUSALS(X) NULL };
#undef X

static const struct names enums[] = {
	{ "order", "", order_names },
	{ "payment", "", payment_names },
	{ "refund", "", refund_names },
	{ "delivery", "", delivery_names },
	{ "line", "", line_names },
	{ "method", "", method_names },
	{ "line_payment", "", line_payment_names },
	{ "pack", "", pack_names },
	{ "fact", "", fact_names },
	{ "keep_kind", "", keep_kind_names },
	{ "keep_event", "", keep_event_names },
	{ "works", "", works_names },
	{ "buys", "", buys_names },
	{ "sureness", "", sureness_names },
	{ "outcome", "", outcome_names },
	{ "carrier", "", carrier_names },
	{ "event", "", event_names },
	{ "source", "", source_names },
	{ "cause", "", cause_names },
	{ "warning", "sim_", warning_names },
};
/* NONE, the first of the ids, is no refusal. */
static const struct names codes[] = {
	{ "codes", "", web_names },
	{ "codes", "", api_names },
	{ "codes", "", quote_no_names },
	{ "codes", "", order_no_names },
	{ "codes", "sim_", sim_no_names + 1 },
	{ "codes", "keep_refuse_", keep_no_names + 1 },
};

static json_t *routes(void);
static json_t *forms(void);
static void    names_add(json_t *list, const struct names *names);

void record_tables(void)
{
	json_t *all, *code_list;

	if (!record_wanted())
		return;
	all = json_object();
	code_list = json_array();
	for (size_t i = 0; i < COUNT_OF(enums); i++) {
		json_t *list = json_array();

		names_add(list, &enums[i]);
		assert_int_equal(json_object_set_new(all, enums[i].list, list), 0);
	}
	for (size_t i = 0; i < COUNT_OF(codes); i++)
		names_add(code_list, &codes[i]);
	for (int i = FIELD_OK + 1; i < FIELD_PROBLEM_COUNT; i++)
		json_array_append_new(code_list,
		                      json_string(field_problem_code((enum field_problem)i)));
	record_line(json_pack("{s:s s:o s:o s:o s:o}", "kind", "tables", "routes", routes(),
	                      "forms", forms(), "codes", code_list, "enums", all));
}

static json_t *routes(void)
{
	json_t *list = json_array();

	for (size_t i = 0; i < route_count(); i++) {
		const struct route *route = route_at(i);
		uint32_t            flags = route->flags;
		const char         *once = "none";
		json_t             *scopes;

		if (!str_starts(str_from(route->pattern), STR("/api/")))
			continue;
		scopes = json_array();
		if ((flags & ROUTE_ONCE) != 0)
			once = (flags & ROUTE_ONCE_IF) != 0 ? "optional" : "required";
		if ((flags & ROUTE_ORDERS_WRITE) != 0)
			json_array_append_new(scopes, json_string("orders:write"));
		if ((flags & ROUTE_ORDERS_READ) != 0)
			json_array_append_new(scopes, json_string("orders:read"));
		if ((flags & ROUTE_LINES_READ) != 0)
			json_array_append_new(scopes, json_string("lines:read"));
		json_array_append_new(list, json_pack("{s:s s:s s:s s:o s:i}", "method",
		                                      route->method == METHOD_GET ? "get" : "post",
		                                      "pattern", route->pattern, "once", once,
		                                      "scopes", scopes, "form", (int)route->form));
	}
	return list;
}

/* fields.def, form by form; a form's number is its place in the file. */
static json_t *forms(void)
{
	static const struct {
		enum field_form form;
		const char     *name, *type, *need;
		json_int_t      max;
	} rows[] = {
#define FORM(form)
#define FIELD(f, n, t, m, need_of) \
	{ .form = (f), .name = #n, .type = #t, .need = #need_of, .max = (m) },
#include "web/fields.def"
#undef FORM
#undef FIELD
	};
	static const char *const names[] = {
#define FORM(form) #form,
#define FIELD(form, name, type, max, need)
#include "web/fields.def"
#undef FORM
#undef FIELD
	};
	json_t *list = json_array();

	for (size_t form = 0; form < COUNT_OF(names); form++) {
		json_t *fields = json_array();

		for (size_t i = 0; i < COUNT_OF(rows); i++)
			if ((size_t)rows[i].form == form)
				json_array_append_new(
				    fields, json_pack("{s:s s:s s:s s:I}", "name", rows[i].name,
				                      "type", rows[i].type, "need", rows[i].need,
				                      "max", rows[i].max));
		json_array_append_new(list, json_pack("{s:s s:o}", "name", names[form], "fields",
		                                      fields));
	}
	return list;
}

static void names_add(json_t *list, const struct names *names)
{
	char name[64];

	for (const char *const *at = names->names; *at != NULL; at++) {
		if ((*at)[0] == 0)
			continue;
		snprintf(name, sizeof(name), "%s%s", names->prefix, *at);
		for (char *c = name; *c != 0; c++)
			if (*c >= 'A' && *c <= 'Z')
				*c = (char)(*c - 'A' + 'a');
		json_array_append_new(list, json_string(name));
	}
}
