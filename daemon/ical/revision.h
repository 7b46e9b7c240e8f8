/* The revision of a file: a hash of its bytes that tells whether it changed.
 *
 * SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, 2012; the published vectors are in the tests) under a fixed key.
 * It is fast, small and mixes well, so two versions of a file practically never share a revision. It is for seeing changes,
 * not for proving anything: with the key known, someone could make two files of one revision, and gain nothing by it,
 * as whoever can write the file may change it anyway. */
#ifndef ICAL_REVISION_H
#define ICAL_REVISION_H

#include "pacer/base.h"

struct siphash {
	uint64_t low, high;
};
struct siphash siphash_2_4(uint64_t key_low, uint64_t key_high, const char *bytes, size_t length);

/* 32 lower-case hex digits; the caller owns them. */
char *revision_of(const char *bytes, size_t length);

#endif
