/*
 * ipa.h - the frames in which OsmoHLR's CTRL interface talks: two bytes of
 * length, one of protocol, then the payload (TELECOM 1).
 *
 * Pure.  Bytes from the peer are hostile until parsed.
 */
#pragma once
#include "base/buf.h"

#define IPA_TEXT_MAX 65534 /* bytes of text in one frame: its length field has 16 bits */

enum ipa_result {
	IPA_MORE,  /* the frame is not whole yet; *bytes is untouched */
	IPA_TEXT,  /* *ret_text is a CTRL message; *bytes stands behind the frame */
	IPA_OTHER, /* a frame of another protocol (ping, identity) was skipped */
	IPA_BAD    /* not a frame at all: the link is of no further use */
};

/* Put one CTRL message into a frame.  False (nothing added): longer than IPA_TEXT_MAX. */
bool ipa_frame(struct buf *out, struct str text);

/* Take one frame off the front of *bytes.  *ret_text borrows from *bytes. */
enum ipa_result ipa_take(struct str *bytes, struct str *ret_text);
