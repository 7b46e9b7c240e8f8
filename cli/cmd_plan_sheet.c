/* plan edit: a plan as a sheet in somebody's editor. */
#include "commands.h"
#include "errors.h"
#include "field.h"
#include "gitfile.h"
#include "plan_forms.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* Before what the checks say; taken out again before the next check. */
#define MARK "#! "         /* what is to be mended */
#define MARK_WARNING "#~ " /* what is to be thought over */

/* A sheet in somebody's editor. */
struct sheet {
	struct cli *cli;
	const struct args *args;
	const char *plan;
	char *path, *revision;
	char *given;  /* as it was last put into the editor */
	char *origin; /* as the daemon gave it */
	char *text;   /* as it came back, without marks */
	bool keep;    /* what was typed is still of use: the file stays */
	bool draft;   /* the marks are about bad training: saved again as it is, the sheet becomes a draft */
};

static void sheet_release(struct sheet *sheet)
{
	if (sheet->path && !sheet->keep)
		unlink(sheet->path);
	free(sheet->path);
	free(sheet->revision);
	free(sheet->given);
	free(sheet->origin);
	free(sheet->text);
}

static int file_error(struct cli *cli, const char *doing, const char *path)
{
	return cli_error(cli, PACER_EXIT_STORAGE, "File", "cannot %s '%s': %s", doing, path, strerror(errno));
}

/* mkstemps(3) makes it 0600. */
static int sheet_create(struct sheet *sheet)
{
	const char *dir = getenv("TMPDIR");
	sheet->path = xasprintf("%s/pacer-%s-XXXXXX.sheet", dir && *dir == '/' ? dir : "/tmp", sheet->plan);
	int fd = mkstemps(sheet->path, (int)strlen(".sheet"));
	if (fd < 0) {
		int exit = file_error(sheet->cli, "make", sheet->path);
		text_replace(&sheet->path, NULL);
		return exit;
	}
	close(fd);
	return 0;
}

static int sheet_put(struct sheet *sheet, char *text)
{
	FILE *file = fopen(sheet->path, "w");
	text_replace(&sheet->given, text);
	bool good = file && fwrite(text, 1, strlen(text), file) == strlen(text);
	if (file && fclose(file))
		good = false;
	return good ? 0 : file_error(sheet->cli, "write", sheet->path);
}

/* The editor of the learner's choice (environ(7)). */
static const char *editor(void)
{
	static const char *const names[] = {"VISUAL", "EDITOR"};
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const char *value = getenv(names[i]);
		if (value && *value)
			return value;
	}
	return !access("/usr/bin/sensible-editor", X_OK) ? "sensible-editor" : "vi";
}

/* The editor's words go through the shell, as everywhere: "emacs -nw", "code --wait". Ctrl-C in it is the editor's own. */
static int run_editor(struct sheet *sheet)
{
	OWNED_TEXT *script = xasprintf("%s \"$1\"", editor());
	struct sigaction ignore = {.sa_handler = SIG_IGN}, interrupt, quit;
	int status = 0;
	fflush(sheet->cli->out.file);
	fflush(sheet->cli->err.file);
	sigaction(SIGINT, &ignore, &interrupt);
	sigaction(SIGQUIT, &ignore, &quit);
	pid_t pid = fork();
	if (!pid) {
		sigaction(SIGINT, &interrupt, NULL);
		sigaction(SIGQUIT, &quit, NULL);
		execl("/bin/sh", "sh", "-c", script, "sh", sheet->path, (char *)NULL);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	sigaction(SIGINT, &interrupt, NULL);
	sigaction(SIGQUIT, &quit, NULL);
	if (pid > 0 && WIFEXITED(status) && !WEXITSTATUS(status))
		return 0;
	sheet->keep = true;
	return cli_error(sheet->cli, PACER_EXIT_REFUSED, "Editor",
			 "the editor did not end well: '%s'; nothing was changed, the sheet is kept in %s", editor(), sheet->path);
}

/* The text without the lines that were put into it. */
static char *without_marks(const char *text)
{
	struct text out = {0};
	for (const char *p = text; *p;) {
		size_t n = strcspn(p, "\n") + 1;
		n = n > strlen(p) ? strlen(p) : n;
		if (strncmp(p, MARK, strlen(MARK)) != 0 && strncmp(p, MARK_WARNING, strlen(MARK_WARNING)) != 0)
			text_add_n(&out, p, n);
		p += n;
	}
	return text_take(&out);
}

/* Reads what was saved. *ret_same: as it was given, marks or not. */
static int sheet_take(struct sheet *sheet, bool *ret_same)
{
	struct err err = {0};
	OWNED_TEXT *text = NULL;
	if (gitfile_read(sheet->path, &text, &err)) {
		sheet->keep = true;
		int exit = cli_error(sheet->cli, PACER_EXIT_STORAGE, "File", "%s", err.text);
		err_release(&err);
		return exit;
	}
	OWNED_TEXT *given = without_marks(sheet->given);
	text_replace(&sheet->text, without_marks(text));
	*ret_same = !strcmp(sheet->text, given);
	return 0;
}

/* One line to stand above a line of the sheet. */
struct mark {
	long line; /* 0: at the top */
	char *text;
};

struct marks {
	struct mark *items;
	size_t count;
};

static void marks_add(struct marks *marks, const char *mark, long line, const char *text)
{
	marks->items = xreallocarray(marks->items, marks->count + 1, sizeof(*marks->items));
	OWNED_TEXT *safe = text_safe(text, true);
	marks->items[marks->count++] = (struct mark){line, xasprintf("%s%s\n", mark, safe)};
}

static void marks_release(struct marks *marks)
{
	for (size_t i = 0; i < marks->count; i++)
		free(marks->items[i].text);
	free(marks->items);
}

/* Findings of that severity ("error", "warning"). */
static void marks_of_findings(struct marks *marks, const char *mark, const json_t *reply, const char *severity)
{
	size_t i;
	json_t *finding;
	json_array_foreach (field_list(reply, "findings"), i, finding) {
		OWNED_TEXT *text = xasprintf("%s %s", field_text(finding, "code"), field_text(finding, "text"));
		if (!strcmp(field_text(finding, "severity"), severity))
			marks_add(marks, mark, field_number(finding, "line"), text);
	}
}

/* What keeps the sheet from being taken; none: another kind of error. */
static void marks_of_error(struct marks *marks, const char *name, const json_t *fields)
{
	size_t i;
	json_t *fault;
	if (!strcmp(name, "InvalidImport"))
		marks_add(marks, MARK, field_number(fields, "line"), field_text(fields, "text"));
	json_array_foreach (field_list(fields, "more"), i, fault)
		marks_add(marks, MARK, field_number(fault, "line"), field_text(fault, "text"));
	if (!strcmp(name, "LintFailed"))
		marks_of_findings(marks, MARK, fields, "error");
}

static void add_marks(struct text *out, const struct marks *marks, long line)
{
	for (size_t i = 0; i < marks->count; i++)
		if (marks->items[i].line == line)
			text_add(out, marks->items[i].text);
}

static const char first_line_refused[] = MARK "The lines below that begin so say what is to be mended. Save without a change to give up.\n";
static const char first_line_draft[] =
	MARK "The lines below that begin so are errors. Mend them, or save once more without a change to keep the plan as a "
	     "draft; delete everything to give up.\n";

static char *with_marks(const char *first_line, const char *text, const struct marks *marks)
{
	struct text out = {0};
	long line = 0;
	text_add(&out, first_line);
	add_marks(&out, marks, 0);
	for (const char *p = text; *p;) {
		size_t n = strcspn(p, "\n") + 1;
		n = n > strlen(p) ? strlen(p) : n;
		add_marks(&out, marks, ++line);
		text_add_n(&out, p, n);
		p += n;
	}
	if (out.len && out.data[out.len - 1] != '\n')
		text_add(&out, "\n");
	for (size_t i = 0; i < marks->count; i++) /* about what is missing behind the last line */
		if (marks->items[i].line > line)
			text_add(&out, marks->items[i].text);
	return text_take(&out);
}

enum { EDIT_AGAIN = -1 };

/* Somebody can look at it once more. */
static bool can_ask_again(const struct sheet *sheet)
{
	return cli_is_attended(sheet->cli) && !sheet->cli->json;
}

/* After an error was told: puts the marks into the sheet, for the editor, and returns EDIT_AGAIN; else says where it is and returns exit.
 */
static int edit_marked(struct sheet *sheet, const struct marks *marks, int exit)
{
	sheet->keep = true;
	if (marks->count && can_ask_again(sheet)) {
		sheet->draft = false;
		exit = sheet_put(sheet, with_marks(first_line_refused, sheet->text, marks));
		return exit ? exit : EDIT_AGAIN;
	}
	say_line(&sheet->cli->err, STYLE_PLAIN, "The sheet is kept in %s", sheet->path);
	return exit;
}

/* The line of the first byte that is no UTF-8; 0: it all is. */
static long line_of_no_text(const char *text)
{
	long line = 1;
	for (const char *p = text; *p; line++) {
		size_t n = strcspn(p, "\n");
		json_t *string = json_stringn(p, n);
		if (!string)
			return line;
		json_decref(string);
		p += n + (p[n] == '\n');
	}
	return 0;
}

/* The sheet could not be sent, which was told. */
static int edit_unsent(struct sheet *sheet, int exit)
{
	struct marks marks = {0};
	long line = line_of_no_text(sheet->text);
	if (line)
		marks_add(&marks, MARK, line, "the line below is no UTF-8 text: write it anew, and save the sheet as UTF-8");
	exit = edit_marked(sheet, &marks, exit);
	marks_release(&marks);
	return exit;
}

/* Tells the error. Returns its exit status, or EDIT_AGAIN when it is in the sheet now, for the editor. */
static int edit_refused(struct sheet *sheet, const struct reply *reply)
{
	struct marks marks = {0};
	const char *name = error_short_name(reply->error);
	int exit = cli_reply_error(sheet->cli, reply);
	marks_of_error(&marks, name, reply->parameters);
	exit = edit_marked(sheet, &marks, exit);
	if (!strcmp(name, "RevisionConflict"))
		say_line(&sheet->cli->err, STYLE_DIM,
			 "To go over that change, take its note '# Made of %s' out and type: pacer plan import %s --as %s", sheet->plan,
			 sheet->path, sheet->plan);
	marks_release(&marks);
	return exit;
}

/* What makes the plan a draft, for whom no editor showed it. */
static void show_errors(const struct screen *out, const json_t *reply)
{
	size_t i;
	json_t *finding;
	json_array_foreach (field_list(reply, "findings"), i, finding)
		if (!strcmp(field_text(finding, "severity"), "error"))
			say_line(out, STYLE_PLAIN, "  %s %s", field_text(finding, "code"), field_text(finding, "text"));
}

static void edit_done(struct sheet *sheet, const json_t *reply)
{
	struct cli *cli = sheet->cli;
	sheet->keep = false;
	if (cli->json) {
		cli_print_json(cli, reply);
		return;
	}
	if (plan_forms_unchanged(reply, sheet->revision)) {
		say_line(&cli->out, STYLE_PLAIN, "Nothing was changed.");
		return;
	}
	plan_forms_show(&cli->out, reply);
	if (!sheet->draft)
		show_errors(&cli->out, reply);
	say(&cli->out, STYLE_GOOD, "Saved");
	say_line(&cli->out, STYLE_PLAIN, " in %s; pacer plan undo %s takes it back.", field_text(json_object_get(reply, "plan"), "file"),
		 field_text(json_object_get(reply, "plan"), "name"));
}

/* Like cli_call, but an error is a reply, too. The daemon may have been another one while the editor was open. */
static int exchange(struct cli *cli, const char *method, json_t *parameters, struct reply *ret)
{
	struct err err = {0};
	int exit = cli_connect(cli);
	int result = exit ? 0 : client_send(&cli->client, method, parameters, false, &err);
	if (!exit && !result)
		result = client_reply(&cli->client, false, -1, ret, &err);
	json_decref(parameters);
	return result ? cli_client_error(cli, result, &err) : exit;
}

/* Of a sheet that can be taken: a change that is bad training goes back to the editor. Returns EDIT_AGAIN, an exit status, or 0. */
static int edit_questioned(struct sheet *sheet, const json_t *reply)
{
	struct marks marks = {0};
	int exit = 0;
	marks_of_findings(&marks, MARK, reply, "error");
	if (marks.count && !plan_forms_unchanged(reply, sheet->revision)) {
		marks_of_findings(&marks, MARK_WARNING, reply, "warning");
		exit = sheet_put(sheet, with_marks(first_line_draft, sheet->text, &marks));
		sheet->draft = !exit;
		exit = exit ? exit : EDIT_AGAIN;
	}
	marks_release(&marks);
	return exit;
}

/* One call: taken, or refused. look: nothing is written yet. */
static int edit_call(struct sheet *sheet, bool look)
{
	struct reply reply = {0};
	int exit = 0;
	json_t *parameters = plan_forms_parameters(sheet->cli, sheet->plan, sheet->path, "sheet", sheet->text, sheet->revision, &exit);
	sheet->keep = true; /* until it is known to be taken */
	if (!parameters)
		return edit_unsent(sheet, exit);
	if (json_object_set_new(parameters, "dry_run", json_boolean(look)))
		abort();
	exit = exchange(sheet->cli, sheet->args->command->method, parameters, &reply);
	if (!exit && reply.error)
		exit = edit_refused(sheet, &reply);
	else if (!exit)
		exit = cli_check_reply(sheet->cli, sheet->args->command->method, &reply);
	if (!exit && look)
		exit = edit_questioned(sheet, reply.parameters);
	else if (!exit)
		edit_done(sheet, reply.parameters);
	reply_release(&reply);
	return exit;
}

/* insisted: its errors have been shown, and it is to be kept with them. */
static int edit_save(struct sheet *sheet, bool insisted)
{
	int exit = 0;
	sheet->draft = insisted;
	if (!insisted && can_ask_again(sheet))
		exit = edit_call(sheet, true);
	return exit ? exit : edit_call(sheet, false);
}

static bool is_blank(const char *text)
{
	return !text[strspn(text, " \t\r\n")];
}

/* Nothing is to be saved: what was typed stays in the sheet, unless it says what the plan says, or nothing. */
static int edit_given_up(struct sheet *sheet, bool again)
{
	bool changed = strcmp(sheet->text, sheet->origin) != 0;
	say_line(&sheet->cli->out, STYLE_PLAIN, "Nothing was changed.");
	sheet->keep = again && changed && !is_blank(sheet->text);
	if (sheet->keep)
		say_line(&sheet->cli->err, STYLE_PLAIN, "The sheet is kept in %s", sheet->path);
	return changed ? PACER_EXIT_REFUSED : PACER_EXIT_OK;
}

/* Ends: the editor is opened again only after a save that changed something, with somebody there. */
static int edit_rounds(struct sheet *sheet)
{
	for (bool again = false;; again = true) {
		bool same = false;
		int exit = run_editor(sheet);
		if (!exit)
			exit = sheet_take(sheet, &same);
		if (exit)
			return exit;
		bool insisted = same && sheet->draft;
		if ((same && !insisted) || is_blank(sheet->text) || !strcmp(sheet->text, sheet->origin))
			return edit_given_up(sheet, again);
		exit = edit_save(sheet, insisted);
		if (exit != EDIT_AGAIN)
			return exit;
	}
}

int plan_edit_run(struct cli *cli, const struct args *args)
{
	CLEANUP(sheet_release) struct sheet sheet = {.cli = cli, .args = args, .plan = args->positionals[0]};
	json_t *reply = NULL;
	int exit = cli_call(cli, "ExportPlan", plan_forms_ask(sheet.plan, "sheet"), &reply);
	if (exit)
		return exit;
	sheet.origin = xstrdup(field_text(reply, "text"));
	sheet.revision = xstrdup(field_text(reply, "revision"));
	json_decref(reply);
	client_release(&cli->client); /* nobody holds a daemon's line while thinking */
	client_init(&cli->client);
	exit = sheet_create(&sheet);
	if (!exit)
		exit = sheet_put(&sheet, xstrdup(sheet.origin));
	return exit ? exit : edit_rounds(&sheet);
}
