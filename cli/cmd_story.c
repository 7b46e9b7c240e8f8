/* why, undo, watch: what happened and who decided it. */
#include "commands.h"
#include "render.h"

/* One line of the story of a session, or of all that happened lately. */
struct chapter {
	const char *time;    /* borrowed from the reply */
	const json_t *entry; /* NULL: of a notice */
	char *name;          /* what the entry is about; NULL: nothing, or the one session that the story is about; owned */
	char *text;          /* owned */
	size_t place;        /* in the reply: keeps the order of what happened at the same moment */
};

struct story {
	struct chapter *chapters;
	size_t count, room;
	int name_columns; /* of the widest name */
};

static struct chapter *story_add(struct story *story, const char *time, const json_t *entry, char *text)
{
	if (story->count == story->room) {
		story->room = story->room ? story->room * 2 : 32;
		story->chapters = xreallocarray(story->chapters, story->room, sizeof(story->chapters[0]));
	}
	story->chapters[story->count] = (struct chapter){.time = time, .entry = entry, .text = text, .place = story->count};
	return &story->chapters[story->count++];
}

static void story_release(struct story *story)
{
	for (size_t i = 0; i < story->count; i++) {
		free(story->chapters[i].name);
		free(story->chapters[i].text);
	}
	free(story->chapters);
}

static int compare_chapters(const void *a, const void *b)
{
	const struct chapter *left = a, *right = b;
	int64_t from = stamp_order(left->time), to = stamp_order(right->time);
	if (from != to)
		return from < to ? -1 : 1;
	return left->place < right->place ? -1 : left->place > right->place;
}

/* "start" of the key "e1/w05-fr/start/0", "week" of "week/2026-11-30": which notice it was, in the journal's words. Owned. */
static char *notice_kind(const char *key)
{
	const char *slash = strchr(key, '/');
	const char *kind = slash ? strchr(slash + 1, '/') : NULL;
	if (!kind || !strchr(kind + 1, '/')) /* two parts or three: of no session */
		kind = key;
	else
		kind++;
	return xstrndup(kind, strcspn(kind, "/"));
}

/* A notice as it went: when it fell due, when it was on the screen, and how it ended. */
static void add_notice(struct story *story, const json_t *notice)
{
	OWNED_TEXT *kind = notice_kind(field_text(notice, "key"));
	const char *cause = field_text(notice, "cause"), *state = field_text(notice, "state"), *answer = field_text(notice, "answer");
	bool shown = field_has(notice, "shown"), closed = field_has(notice, "closed");
	if (shown)
		story_add(story, field_text(notice, "shown"), NULL, xasprintf("the %s notice was on the screen", kind));
	if (!shown && !closed)
		story_add(story, field_text(notice, "due"), NULL,
			  xasprintf("the %s notice is %s%s%s", kind, state, *cause ? ": " : "", cause));
	if (closed && *answer)
		story_add(story, field_text(notice, "closed"), NULL, xasprintf("the %s notice was answered: %s", kind, answer));
	else if (closed)
		story_add(story, field_text(notice, "closed"), NULL,
			  xasprintf("the %s notice %s%s%s", kind, !strcmp(state, "shown") ? "left the screen" : state, *cause ? ": " : "",
				    cause));
}

static const char *who(const json_t *entry)
{
	return !strcmp(field_text(entry, "by"), "learner") ? "you" : "pacer";
}

/* "e1/w05-fr", or "e1" for what is about the enrolment, or NULL. Owned. */
static char *entry_name(const json_t *entry)
{
	if (field_has(entry, "session"))
		return xasprintf("%s/%s", field_text(entry, "enrollment"), field_text(entry, "session"));
	return field_has(entry, "enrollment") ? xstrdup(field_text(entry, "enrollment")) : NULL;
}

static void name_chapter(struct story *story, struct chapter *chapter, bool utf8)
{
	OWNED_TEXT *name = entry_name(chapter->entry);
	if (!name)
		return;
	chapter->name = text_safe(name, utf8);
	int columns = text_width(chapter->name, utf8);
	if (columns > story->name_columns)
		story->name_columns = columns;
}

/* The text is never cut: it is what was asked for. */
static void show_chapter(const struct screen *out, const struct story *story, const struct chapter *chapter)
{
	OWNED_TEXT *moment = stamp_moment(chapter->time);
	const char *rule = field_text(chapter->entry, "rule"), *actor = chapter->entry ? who(chapter->entry) : "notice";
	OWNED_TEXT *text = xasprintf("%s%s%s%s", chapter->text, *rule ? " (" : "", rule, *rule ? ")" : "");
	int written = 20 + (int)strlen(actor), indent = 28;
	say(out, STYLE_DIM, "  %16s  ", moment);
	say(out, !strcmp(actor, "you") ? STYLE_NOW : STYLE_DIM, "%s", actor);
	if (chapter->name) {
		say(out, STYLE_NOW, "%*s%s", indent - written, "", chapter->name);
		written = indent + text_width(chapter->name, out->utf8);
	}
	if (story->name_columns)
		indent += story->name_columns + 2;
	say_hanging(out, indent, written, chapter->entry ? STYLE_PLAIN : STYLE_DIM, text);
}

static void show_title(const struct screen *out, const json_t *session)
{
	say(out, STYLE_STRONG, "%s", field_text(session, "title"));
	say_line(out, STYLE_DIM, "  %s/%s", field_text(session, "enrollment"), field_text(session, "id"));
}

static void show_standing(const struct screen *out, const json_t *session)
{
	const struct look *look = state_look(field_text(session, "state"));
	OWNED_TEXT *moment = stamp_moment(field_text(session, "start"));
	say(out, STYLE_PLAIN, "%s, %ld min, %s, week %ld  ", moment, field_number(session, "minutes"), field_text(session, "type"),
	    field_number(session, "week"));
	say_line(out, look->style, "%s %s", look_sign(look, out), field_text(session, "state"));
}

static void collect_story(struct story *story, const json_t *reply, const struct screen *out)
{
	bool of_one = field_has(reply, "session") || field_has(reply, "gone");
	size_t i;
	json_t *item;
	json_array_foreach (field_list(reply, "entries"), i, item) {
		struct chapter *chapter = story_add(story, field_text(item, "time"), item, xstrdup(field_text(item, "text")));
		if (!of_one)
			name_chapter(story, chapter, out->utf8);
	}
	json_array_foreach (field_list(reply, "notices"), i, item)
		add_notice(story, item);
	if (story->count)
		qsort(story->chapters, story->count, sizeof(story->chapters[0]), compare_chapters);
}

void why_show(struct cli *cli, const json_t *reply)
{
	const json_t *session = json_object_get(reply, "session");
	struct story story = {0};
	if (json_is_object(session)) {
		show_title(&cli->out, session);
		say(&cli->out, STYLE_PLAIN, "  ");
		show_standing(&cli->out, session);
	} else if (field_has(reply, "gone")) {
		say_line(&cli->out, STYLE_STRONG, "%s", field_text(reply, "gone"));
		say_line(&cli->out, STYLE_PLAIN, "  no longer in your plan");
	} else {
		say_line(&cli->out, STYLE_STRONG, "What happened lately");
	}
	say_gap(&cli->out);
	collect_story(&story, reply, &cli->out);
	if (!story.count)
		say_line(&cli->out, STYLE_PLAIN, "  Nothing has happened yet%s",
			 json_is_object(session) ? ": it stands where the plan put it." : ".");
	for (size_t i = 0; i < story.count; i++)
		show_chapter(&cli->out, &story, &story.chapters[i]);
	story_release(&story);
}

/* The action, when it was done and what it was about; then where that stands now. */
static void show_undone(const struct screen *out, const json_t *reply, bool dry)
{
	const json_t *undone = json_object_get(reply, "undone"), *session = json_object_get(reply, "session");
	OWNED_TEXT *moment = stamp_moment(field_text(undone, "time")), *name = entry_name(undone);
	say(out, STYLE_GOOD, "%s: ", dry ? "Would take back" : "Taken back");
	say_line(out, STYLE_PLAIN, "%s", field_text(undone, "text"));
	say(out, STYLE_PLAIN, "  noted %s", moment);
	if (!json_is_object(session)) {
		say_line(out, STYLE_PLAIN, "%s%s", name ? " for " : "", name ? name : "");
		return;
	}
	say(out, STYLE_PLAIN, " for ");
	show_title(out, session);
	say(out, STYLE_PLAIN, "  it stands now: ");
	show_standing(out, session);
}

int undo_run(struct cli *cli, const struct args *args)
{
	json_t *reply = NULL;
	int exit = cli_call(cli, args->command->method, args_parameters(args), &reply);
	if (!exit && cli->json)
		cli_print_json(cli, reply);
	else if (!exit)
		show_undone(&cli->out, reply, args_has(args, OPTION_DRY_RUN));
	json_decref(reply);
	return exit;
}

static void show_entry(struct cli *cli, const json_t *reply)
{
	const json_t *entry = json_object_get(reply, "entry");
	OWNED_TEXT *moment = stamp_moment(field_text(entry, "time"));
	OWNED_TEXT *name = entry_name(entry);
	say(&cli->out, STYLE_DIM, "%s  ", moment);
	say(&cli->out, !strcmp(who(entry), "you") ? STYLE_NOW : STYLE_DIM, "%-5s  ", who(entry));
	say(&cli->out, STYLE_NOW, "%-9s  ", name ? name : "");
	say_line(&cli->out, STYLE_PLAIN, "%s", field_text(entry, "text"));
}

/* Returns 0 to go on, else what ended it: an exit status, or -1 for a reader who has heard enough. */
static int watch_one(struct cli *cli, const char *method)
{
	struct reply reply = {0};
	struct err err = {0};
	int exit = 0;
	int result = client_reply(&cli->client, true, fileno(cli->out.file), &reply, &err);
	if (result)
		exit = result == CLIENT_UNHEARD ? -1 : cli_client_error(cli, result, &err);
	else
		exit = cli_check_reply(cli, method, &reply);
	if (!exit && cli->json)
		cli_print_json_line(cli, reply.parameters);
	else if (!exit)
		show_entry(cli, reply.parameters);
	if (!exit && (fflush(cli->out.file) || !reply.continues))
		exit = -1;
	reply_release(&reply);
	return exit;
}

int watch_run(struct cli *cli, const struct args *args)
{
	struct err err = {0};
	int exit = cli_connect(cli);
	if (exit)
		return exit;
	json_t *parameters = json_object();
	int result = client_send(&cli->client, args->command->method, parameters, true, &err);
	json_decref(parameters);
	if (result)
		return cli_client_error(cli, result, &err);
	if (cli->err.tty && !cli->json)
		say_line(&cli->err, STYLE_DIM, "Watching; Ctrl-C ends it.");
	while (!exit)
		exit = watch_one(cli, args->command->method);
	return exit < 0 ? 0 : exit;
}
