/* A real bubble shown only to see whether the whole chain works: handed over, shown, answered. One at a time.
 *
 * It has no row in the ledger: it is about the chain, not about a session. */
#ifndef DAEMON_TESTBUBBLE_H
#define DAEMON_TESTBUBBLE_H

#include <uv.h>

#include "desktop/desktop.h"

enum { TESTBUBBLE_WAIT_MS = 20 * 1000 };

struct testbubble {
	struct desktop *desktop; /* borrowed */
	uv_timer_t timer;        /* runs only while one is on the screen */
	bool open;
	char key[NOTICE_KEY_MAX];
	unsigned count;
	bool shown;
	/* What came of it, told once from the loop; text says it in words. NULL: none is running. */
	void (*done)(void *ctx, bool shown, bool answered, const char *text);
	void *ctx;
};

void testbubble_open(struct testbubble *test, uv_loop_t *loop, struct desktop *desktop);
/* Ends a running one without a word; the timer's memory is free once the loop ran. */
void testbubble_close(struct testbubble *test);
/* false: one is running. */
bool testbubble_start(struct testbubble *test, void (*done)(void *ctx, bool shown, bool answered, const char *text), void *ctx);
/* Forgets who asked (ctx): its answer is told to nobody. */
void testbubble_forget(struct testbubble *test, const void *ctx);
/* true: the event was about the test bubble. */
bool testbubble_takes(struct testbubble *test, const struct desktop_event *event);

#endif
