#include "testbubble.h"

static const char slot[] = "test";

void testbubble_open(struct testbubble *test, uv_loop_t *loop, struct desktop *desktop)
{
	*test = (struct testbubble){.desktop = desktop, .open = true};
	uv_timer_init(loop, &test->timer);
	test->timer.data = test;
}

void testbubble_close(struct testbubble *test)
{
	if (!test->open)
		return;
	test->open = false;
	test->done = NULL;
	uv_close((uv_handle_t *)&test->timer, NULL);
}

static void finish(struct testbubble *test, bool answered, const char *text)
{
	void (*done)(void *, bool, bool, const char *) = test->done;
	test->done = NULL;
	uv_timer_stop(&test->timer);
	desktop_close(test->desktop, slot);
	if (done)
		done(test->ctx, test->shown, answered, text);
}

static void on_timeout(uv_timer_t *timer)
{
	struct testbubble *test = timer->data;
	finish(test, false, test->shown ? "nobody pressed its button within 20 seconds" : "the notification thread did not answer");
}

bool testbubble_start(struct testbubble *test, void (*done)(void *, bool, bool, const char *), void *ctx)
{
	if (test->done || !test->open)
		return false;
	test->done = done;
	test->ctx = ctx;
	test->shown = false;
	struct bubble bubble = {
		.kind = NOTICE_START,
		.summary = xstrdup("A test from Pacer"),
		.body = xstrdup("This is how a session will announce itself."),
		.command = xstrdup("pacer"),
		.actions = {{"seen", "I see it"}},
		.action_count = 1,
	};
	snprintf(test->key, sizeof(test->key), "test/%u", test->count++);
	snprintf(bubble.key, sizeof(bubble.key), "%s", test->key);
	snprintf(bubble.slot, sizeof(bubble.slot), "%s", slot);
	desktop_show(test->desktop, &bubble);
	bubble_release(&bubble);
	uv_timer_start(&test->timer, on_timeout, TESTBUBBLE_WAIT_MS, 0);
	return true;
}

void testbubble_forget(struct testbubble *test, const void *ctx)
{
	if (test->done && test->ctx == ctx)
		test->done = NULL, finish(test, false, "");
}

bool testbubble_takes(struct testbubble *test, const struct desktop_event *event)
{
	if (strncmp(event->key, "test/", 5) != 0)
		return false;
	if (!test->done || strcmp(event->key, test->key) != 0)
		return true;
	if (event->kind == DESKTOP_SHOWN)
		test->shown = true;
	else if (event->kind == DESKTOP_FAILED)
		finish(test, false, event->text ? event->text : "the notification server refused it");
	else if (event->kind == DESKTOP_ACTION)
		finish(test, true, "its button was pressed and the answer came back");
	else if (event->kind == DESKTOP_CLOSED)
		finish(test, false, "it left the screen before its button was pressed");
	return true;
}
