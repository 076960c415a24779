/*
 * pem.h - one block of PEM as its DER bytes (RFC 7468), or the same base 64
 * without armour, as some gateways' consoles hand it out.
 */
#pragma once
#include "base/arena.h"

#define PEM_BLOCK_MAX 16384 /* bytes of text between BEGIN and END */

/* What is left to read, the next block's label and its DER bytes. */
struct pem {
	struct str rest;  /* set this to the whole text before the first pem_next() */
	struct str label; /* "CERTIFICATE", "PRIVATE KEY"; empty for bare base 64 */
	struct str der;   /* in the arena; whoever reads secrets wipes it: pem_wipe() */
};

/* The next block.  Text around blocks is passed over; blanks and line ends inside of one are
 * allowed, header lines (an encrypted key's) are not.  A text without any BEGIN is one bare block.
 * False at the end, and on the first block that is damaged: then *ret_damaged is true. */
bool pem_next(struct pem *pem, struct arena *arena, bool *ret_damaged);
/* Overwrites the block's bytes in the arena. */
void pem_wipe(struct pem *pem);
