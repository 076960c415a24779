/*
 * version.h - which Keepline this is.
 */
#pragma once

/* Shown by keepline --version and in the API's user agent. */
#define KEEPLINE_VERSION "0.1.0"
