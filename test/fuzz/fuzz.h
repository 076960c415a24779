/*
 * fuzz.h - what every fuzzer needs: bytes as a str, and a check that stops.
 */
#pragma once
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"

/* libFuzzer calls this; 0 always. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A property that must hold for every input. */
#define FUZZ_CHECK(condition)            \
	do {                             \
		if (!(condition))        \
			abort();         \
	} while (0)

/* Takes one byte off the front, to steer by; 0 when there is none. */
static inline uint8_t fuzz_byte(struct str *rest)
{
	uint8_t byte = 0;

	if (rest->len > 0) {
		byte = (uint8_t)rest->ptr[0];
		rest->ptr++;
		rest->len--;
	}
	return byte;
}
