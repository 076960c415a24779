/*
 * view_pay.h - what the page of a payment at a gateway shows (pages/pay.page).
 */
#pragma once
#include "web/view.h"

/* How far a payment at a gateway elsewhere is. */
enum pay_stage {
	PAY_STAGE_OPENING, /* the gateway has not answered yet */
	PAY_STAGE_QR,
	PAY_STAGE_FORM,
	PAY_STAGE_LOOKING, /* the payer is back, we are asking */
	PAY_STAGE_PAID,
	PAY_STAGE_ENDED
};

/* What a gateway's form sends. */
struct pay_field {
	struct str name, value;
};

/* Where an order is paid. */
struct pay_view {
	struct frame   frame;
	enum pay_stage stage;
	bool           opened;       /* the gateway has answered */
	struct str     ref;          /* of the payment, in the address */
	struct str     order_number; /* empty: not this reader's order */
	struct str     seller, method;
	struct money   pay;          /* exactly what is charged */
	int64_t        expires_s;
	struct str     url;          /* the app's or the gateway's; may be empty */
	struct str     qr;           /* path data of the code's black modules */
	int32_t        qr_size;      /* modules of its side, the white around included */
	struct pay_field *fields;    /* hidden ones of the form */
	size_t         field_count;
};
