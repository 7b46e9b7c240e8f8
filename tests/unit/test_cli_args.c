/* The command table and its parser; the table is held against itself and against org.pacer.Pacer.varlink. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "commands.h"
#include "nearest.h"
#include "pacer/protocol.h"
#include "replies.h"

enum { WORDS_MAX = 12, EXAMPLE_MAX = 78 /* indented by two, on a terminal of 80 columns */ };

/* Splits at blanks; 'a b' keeps its blank. */
static int split(char *line, char **words)
{
	int count = 0;
	words[count++] = (char *)"pacer";
	for (char *at = line; *at && count < WORDS_MAX;) {
		char end = *at == '\'' ? '\'' : ' ';
		words[count++] = at += *at == '\'';
		at += strcspn(at, end == '\'' ? "'" : " ");
		if (*at)
			*at++ = '\0';
		at += strspn(at, " ");
	}
	return count;
}

struct parse_row {
	const char *line;
	const char *command;    /* NULL: refused */
	const char *parameters; /* JSON of the call, or a part of the error */
};

static const struct parse_row parse_rows[] = {
	{"", "today", "{}"},
	{"today", "today", "{}"},
	{"today next mon", "today", "{\"date\":\"next mon\"}"},
	{"--json today +3d", "today", "{\"date\":\"+3d\"}"},
	{"week 7 --enrollment e2", "week", "{\"week\":7,\"enrollment\":\"e2\"}"},
	{"--enrollment=e2 week", "week", "{\"enrollment\":\"e2\"}"},
	{"plan list", "plan list", "{}"},
	{"plan show cs", "plan show", "{\"plan\":\"cs\"}"},
	{"plan --json show cs", "plan show", "{\"plan\":\"cs\"}"},
	{"done --minutes 25 w01-mo --effort 4 --partly", "done", "{\"session\":\"w01-mo\",\"minutes\":25,\"effort\":4,\"partly\":true}"},
	{"done --minutes -5", "done", "{\"minutes\":-5}"},
	{"done -- --minutes", "done", "{\"session\":\"--minutes\"}"},
	{"skip --reason meeting", "skip", "{\"reason\":\"meeting\"}"},
	{"snooze --for 10m", "snooze", "{\"until\":\"+10m\"}"},
	{"snooze --for +10m", "snooze", "{\"until\":\"+10m\"}"},
	{"snooze w01-mo --until 14:00", "snooze", "{\"session\":\"w01-mo\",\"until\":\"14:00\"}"},
	{"snooze w05-fr 30m", "snooze", "{\"session\":\"w05-fr\",\"until\":\"+30m\"}"},
	{"snooze w05-fr 1h30m", "snooze", "{\"session\":\"w05-fr\",\"until\":\"+1h30m\"}"},
	{"snooze next +2h", "snooze", "{\"session\":\"next\",\"until\":\"+2h\"}"},
	{"snooze next tomorrow", "snooze", "{\"session\":\"next\",\"until\":\"tomorrow\"}"},
	{"snooze w05-fr meeting", "snooze", "{\"session\":\"w05-fr\",\"until\":\"meeting\"}"},
	{"snooze w05-fr fri 10:00", "snooze", "{\"session\":\"w05-fr\",\"until\":\"fri 10:00\"}"},
	{"snooze meeting", "snooze", "{\"until\":\"meeting\"}"},
	{"snooze tomorrow 14:00", "snooze", "{\"until\":\"tomorrow 14:00\"}"},
	{"snooze 'tomorrow 14:00'", "snooze", "{\"until\":\"tomorrow 14:00\"}"},
	{"snooze 30m", "snooze", "{\"until\":\"+30m\"}"},
	{"snooze 30", "snooze", "{\"until\":\"30\"}"}, /* the daemon says what it expects */
	{"snooze meetings", "snooze", "{\"session\":\"meetings\"}"},
	{"snooze e2/w05-fr --until meeting", "snooze", "{\"session\":\"e2/w05-fr\",\"until\":\"meeting\"}"},
	{"start w05-fr --anyway", "start", "{\"session\":\"w05-fr\",\"anyway\":true}"},
	{"done --feel 2", "done", "{\"feel\":2}"},
	{"done --feel good", "done", "{\"feel\":1}"},
	{"done w01-mo --feel=hard", "done", "{\"session\":\"w01-mo\",\"feel\":2}"},
	{"done --feel nofun --partly", "done", "{\"partly\":true,\"feel\":3}"},
	{"prep", "prep", "{}"},
	{"prep w05-fr", "prep", "{\"session\":\"w05-fr\"}"},
	{"prep w05-fr 1 3", "prep", "{\"session\":\"w05-fr\",\"tick\":[1,3]}"},
	{"prep 1,3 5", "prep", "{\"tick\":[1,3,5]}"},
	{"prep 2", "prep", "{\"tick\":[2]}"},
	{"prep next --all", "prep", "{\"session\":\"next\",\"all\":true}"},
	{"intend", "intend", "{}"},
	{"intend w05-fr --want 'stay calm' --customer heard --act ''", "intend",
	 "{\"session\":\"w05-fr\",\"want\":\"stay calm\",\"feel\":\"heard\",\"act\":\"\"}"},
	{"open", "open", "{}"},
	{"open w05-fr", "open", "{\"session\":\"w05-fr\"}"},
	{"busy", "busy", "{}"},
	{"busy 45m", "busy", "{\"from\":\"now\",\"to\":\"+45m\"}"},
	{"busy +1h30m --dry-run", "busy", "{\"from\":\"now\",\"to\":\"+1h30m\",\"dry_run\":true}"},
	{"busy 13:00..14:30", "busy", "{\"from\":\"13:00\",\"to\":\"14:30\"}"},
	{"busy thu 9:00 .. thu 10:00", "busy", "{\"from\":\"thu 9:00\",\"to\":\"thu 10:00\"}"},
	{"move w03-fr tomorrow 14:00 --dry-run", "move", "{\"session\":\"w03-fr\",\"to\":\"tomorrow 14:00\",\"dry_run\":true}"},
	{"enroll cs --start 'next mon' --yes", "enroll", "{\"plan\":\"cs\",\"start\":\"next mon\"}"},
	{"config hours.work_days mon, wed", "config", "{\"name\":\"hours.work_days\",\"value\":\"mon, wed\"}"},
	{"config people.help ''", "config", "{\"name\":\"people.help\",\"value\":\"\"}"},
	{"away", "away", "{}"},
	{"away mon..fri", "away", "{\"from\":\"mon\",\"to\":\"fri\"}"},
	{"away mon fri --dry-run", "away", "{\"from\":\"mon\",\"to\":\"fri\",\"dry_run\":true}"},
	{"away next mon..next wed", "away", "{\"from\":\"next mon\",\"to\":\"next wed\"}"},
	{"away thu 13:00 .. thu 17:00", "away", "{\"from\":\"thu 13:00\",\"to\":\"thu 17:00\"}"},
	{"away 'next mon' +3d", "away", "{\"from\":\"next mon\",\"to\":\"+3d\"}"},
	{"away a..b..c", "away", "{\"from\":\"a\",\"to\":\"b..c\"}"},
	{"away --help mon..", "away", "{}"},
	{"pause 2h", "pause", "{\"for\":\"2h\"}"},
	{"pause +45m", "pause", "{\"for\":\"+45m\"}"},
	{"resume", "resume", "{}"},
	{"doctor --test", "doctor", "{}"},
	{"doctor --no-test --json", "doctor", "{}"},
	{"today 30..31", "today", "{\"date\":\"30..31\"}"},
	{"why --help", "why", "{}"},
	{"why", "why", "{}"},
	{"why w01-mo", "why", "{\"session\":\"w01-mo\"}"},
	{"enroll --help --partly", "enroll", "{\"partly\":true}"},
	{"toady", NULL, "did you mean 'today'?"},
	{"dance", NULL, "pacer help lists the commands"},
	{"xyzzyx", NULL, "unknown command: 'xyzzyx'; pacer help lists the commands"},
	{"plan", "plan", "{}"},
	{"plan --help me", NULL, "unknown command: 'plan me'"},
	{"plan shwo", NULL, "unknown command: 'plan shwo'; did you mean 'plan show'? pacer plan lists the commands"},
	{"plan lnit my-team", NULL, "did you mean 'plan lint'?"},
	{"plan lnit --help", NULL, "did you mean 'plan lint'?"},
	{"plan enroll my-team", NULL, "unknown command: 'plan enroll'; did you mean 'enroll'?"},
	{"plan qqqqqq", NULL, "unknown command: 'plan qqqqqq'; pacer plan lists the commands"},
	{"lint my-team", NULL, "unknown command: 'lint'; did you mean 'plan lint'?"},
	{"simulate", NULL, "did you mean 'plan simulate'?"},
	{"week two", NULL, "N is a whole number: 'two'"},
	{"week 99999999999999999999", NULL, "N is a whole number"},
	{"week 1 2", NULL, "one word too many: '2'"},
	{"next now", NULL, "one word too many: 'now'"},
	{"why w01 mo", NULL, "one word too many: 'mo'"},
	{"move", NULL, "needs SESSION"},
	{"move w03-fr", NULL, "needs DATE/TIME"},
	{"done --minuts 3", NULL, "did you mean '--minutes'?"},
	{"done --frobnicate", NULL, "unknown option: '--frobnicate'"},
	{"done -x", NULL, "unknown option: '-x'"},
	{"done -hx", NULL, "unknown option: '-hx'"},
	{"done --minutes", NULL, "--minutes needs a N"},
	{"done --minutes --json", NULL, "--minutes needs a N"},
	{"done --minutes 3x", NULL, "whole number: '3x'"},
	{"done --minutes=", NULL, "whole number: ''"},
	{"done --partly=yes", NULL, "takes no value: 'yes'"},
	{"next --yes", NULL, "takes no '--yes'"},
	{"--color pink", NULL, "auto, always or never: 'pink'"},
	{"enroll cs --start ''", NULL, "--start is empty"},
	{"snooze --for 5m --until 9:00", NULL, "--for and --until do not go together: keep one of them"},
	{"doctor --no-test --test", NULL, "--test and --no-test do not go together: keep one of them"},
	{"prep --all --untick", NULL, "--all and --untick do not go together: keep one of them"},
	{"prep w05-fr one", NULL, "N are whole numbers: 'one'; type pacer prep [SESSION] [N...]"},
	{"prep w05-fr 1 two", NULL, "N are whole numbers: '1 two'"},
	{"prep w05-fr -1", NULL, "N are whole numbers: '-1'"},
	{"done --feel great", NULL, "--feel takes good (1), hard (2) or nofun (3): 'great'"},
	{"done --feel 4", NULL, "nofun (3): '4'"},
	{"done --feel=", NULL, "nofun (3): ''"},
	{"snooze w05-fr 30m --for 10m", NULL, "'30m' and --for say the same: keep one of them"},
	{"snooze meeting --until 14:00", NULL, "'meeting' and --until say the same"},
	{"busy 14:00", NULL, "say until when (pacer busy 13:00..14:00) or how long (pacer busy 45m)"},
	{"busy 45", NULL, "say until when"},
	{"busy 45m..", NULL, "a span has two ends"},
	{"done --anyway", NULL, "takes no '--anyway'"},
	{"next --test", NULL, "takes no '--test'"},
	{"away mon", NULL, "pacer away needs TO: say until when, for example: pacer away tomorrow..+2d"},
	{"away mon..", NULL, "a span has two ends: 'mon..'; type pacer away [FROM..TO] [--dry-run]"},
	{"away ..fri", NULL, "a span has two ends: '..fri'"},
	{"away ' .. '", NULL, "a span has two ends"},
	{"away mon tue wed", NULL, "one word too many: 'wed'; type pacer away [FROM..TO]"},
	{"pause", NULL, "pacer pause needs SPAN: say how long, for example: pacer pause 2h"},
	{"pause 2 hours", NULL, "one word too many: 'hours'; type pacer pause SPAN"},
	{"resume now", NULL, "one word too many: 'now'"},
};

static void check_parse(const struct parse_row *row)
{
	char *words[WORDS_MAX + 1] = {0};
	struct args args;
	struct err err = {0};
	char *line = xstrdup(row->line);
	int result = args_parse(commands, split(line, words), words, &args, &err);
	if (!row->command) {
		assert_int_equal(result, PACER_EXIT_USAGE);
		if (!strstr(err.text, row->parameters))
			fail_msg("pacer %s: '%s' does not say '%s'", row->line, err.text, row->parameters);
	} else {
		if (result)
			fail_msg("pacer %s: %s", row->line, err.text);
		assert_string_equal(args.command->name, row->command);
		json_t *parameters = args_parameters(&args);
		char *dump = json_dumps(parameters, JSON_COMPACT);
		assert_string_equal(dump, row->parameters);
		free(dump);
		json_decref(parameters);
	}
	args_release(&args);
	err_release(&err);
	free(line);
}

static void parses_and_refuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(parse_rows); i++)
		check_parse(&parse_rows[i]);
}

static void json_is_known_after_an_error(void **state)
{
	(void)state;
	char *words[] = {(char *)"pacer", (char *)"--wings", (char *)"today", (char *)"--json", NULL};
	struct args args;
	struct err err = {0};
	assert_int_equal(args_parse(commands, 4, words, &args, &err), PACER_EXIT_USAGE);
	assert_true(args_has(&args, OPTION_JSON));
	args_release(&args);
	err_release(&err);
}

static void bytes_that_are_no_text_still_travel(void **state)
{
	(void)state;
	char *words[] = {(char *)"pacer", (char *)"why", (char *)"w01\xff\xfe", NULL};
	struct args args;
	struct err err = {0};
	assert_int_equal(args_parse(commands, 3, words, &args, &err), 0);
	json_t *parameters = args_parameters(&args);
	assert_string_equal(json_string_value(json_object_get(parameters, "session")), "w01??");
	json_decref(parameters);
	args_release(&args);
}

static void dry_run_is_set_from_outside(void **state)
{
	(void)state;
	char *words[] = {(char *)"pacer", (char *)"leave", (char *)"--dry-run", NULL};
	struct args args;
	struct err err = {0};
	assert_int_equal(args_parse(commands, 3, words, &args, &err), 0);
	json_t *parameters = args_parameters_dry(&args, false);
	assert_true(json_is_false(json_object_get(parameters, "dry_run")));
	json_decref(parameters);
	args_release(&args);
}

/* --- the tables ---------------------------------------------------------------------------------------------------------------- */

/* The file without the lines that begin with #: comments there, headings here. Owned. */
static char *file_text(const char *path)
{
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	struct text text = {0};
	char line[512];
	while (fgets(line, sizeof(line), file))
		if (line[0] != '#')
			text_add(&text, line);
	fclose(file);
	return text_take(&text);
}

/* The declaration "method Name(in) -> (out)"; in and out owned. */
static bool find_method(const char *interface, const char *name, char **ret_in, char **ret_out)
{
	OWNED_TEXT *head = xasprintf("method %s(", name);
	const char *at = strstr(interface, head);
	if (!at)
		return false;
	const char *in = at + strlen(head), *out = strstr(in, "-> (") + 4;
	*ret_in = xstrndup(in, strcspn(in, ")"));
	*ret_out = xstrndup(out, strcspn(out, ")"));
	return true;
}

/* Looks for "name: type" in a list of declarations; type: where it begins, or NULL. */
static const char *declared(const char *declarations, const char *name)
{
	size_t bytes = strlen(name);
	for (const char *at = strstr(declarations, name); at; at = strstr(at + 1, name))
		if (at[bytes] == ':' && (at == declarations || strchr(" ,(\n\t", at[-1])))
			return at + bytes + 2;
	return NULL;
}

static void check_parameter(const struct command *command, const char *in, const char *parameter, enum value_kind kind)
{
	const char *type = declared(in, parameter);
	if (!type)
		fail_msg("pacer %s sends '%s', which %s does not take", command->name, parameter, command->method);
	type += *type == '?';
	const char *expected = kind == VALUE_FLAG                           ? "bool"
			       : kind == VALUE_NUMBERS                      ? "[]int"
			       : kind == VALUE_NUMBER || kind == VALUE_FEEL ? "int"
									    : "string";
	if (strncmp(type, expected, strlen(expected)) != 0)
		fail_msg("pacer %s sends '%s' as %s", command->name, parameter, expected);
}

static void check_command(const struct command *command, const char *interface)
{
	char *in, *out;
	assert_non_null(command->method);
	if (!find_method(interface, command->method, &in, &out))
		fail_msg("pacer %s calls %s, which is not in the interface", command->name, command->method);
	for (int i = 0; i < POSITIONALS_MAX; i++)
		if (command->positionals[i].name)
			check_parameter(command, in, command->positionals[i].parameter, command->positionals[i].kind);
	/* The options of an edit are members of its list of changes. */
	for (enum option_id id = 0; strcmp(command->method, "EditPlan") && id < OPTION_COUNT; id++)
		if ((command->options & UINT64_C(1) << id) && option_rows[id].parameter)
			check_parameter(command, in, option_rows[id].parameter, option_rows[id].kind);
	free(in);
	free(out);
}

static void commands_fit_the_interface(void **state)
{
	(void)state;
	OWNED_TEXT *interface = file_text("include/pacer/org.pacer.Pacer.varlink");
	for (const struct command *command = commands; command->name; command++)
		check_command(command, interface);
}

static void commands_are_complete(void **state)
{
	(void)state;
	for (const struct command *command = commands; command->name; command++) {
		assert_true(command->run || command->show);
		assert_non_null(command->summary);
		assert_non_null(command->about);
		assert_true(strstr(command->examples, "pacer") == command->examples);
		assert_true(!strncmp(command->usage, command->name, strlen(command->name)));
		assert_true(!command->span || (command->positionals[0].name && command->positionals[1].name));
		assert_ptr_equal(args_command(commands, command->name), command);
		for (int i = 0; i < POSITIONALS_MAX; i++) {
			if (command->positionals[i].name && !strstr(command->usage, command->positionals[i].name))
				fail_msg("the usage of %s does not show %s", command->name, command->positionals[i].name);
			assert_true(!command->positionals[i].required || command->positionals[i].hint);
		}
		for (enum option_id id = 0; id < OPTION_COUNT; id++) {
			OWNED_TEXT *option = xasprintf("--%s", option_rows[id].name);
			if ((command->options & UINT64_C(1) << id) && !strstr(command->usage, option))
				fail_msg("the usage of %s does not show %s", command->name, option);
		}
	}
}

static void the_manual_names_everything(void **state)
{
	(void)state;
	OWNED_TEXT *manual = file_text("cli/pacer.1.scd");
	for (const struct command *command = commands; command->name; command++) {
		OWNED_TEXT *name = xasprintf("\n*pacer %s*", command->name);
		OWNED_TEXT *second = xasprintf(", *pacer %s*", command->name);
		if (!strstr(manual, name) && !strstr(manual, second))
			fail_msg("pacer(1) does not tell of pacer %s", command->name);
	}
	for (enum option_id id = 0; id < OPTION_COUNT; id++) {
		OWNED_TEXT *option = xasprintf("*--%s*", option_rows[id].name);
		if (!strstr(manual, option))
			fail_msg("pacer(1) does not name --%s", option_rows[id].name);
	}
	for (int status = PACER_EXIT_OK; status <= PACER_EXIT_PROBLEM; status++) {
		OWNED_TEXT *line = xasprintf("\n*%d*\n", status);
		assert_non_null(strstr(manual, line));
	}
}

/* Every example of the help must be understood by the parser it teaches. */
static void examples_parse(void **state)
{
	(void)state;
	for (const struct command *command = commands; command->name; command++) {
		for (const char *at = command->examples; *at; at += strcspn(at, "\n"), at += *at == '\n') {
			char *words[WORDS_MAX + 1] = {0};
			struct args args;
			struct err err = {0};
			char *line = xstrndup(at, strcspn(at, "\n"));
			line[strcspn(line, "|")] = '\0';
			for (char *c = line; *c; c++)
				*c = *c == '"' ? '\'' : *c;
			int count = split(line, words);
			int result = args_parse(commands, count - 1, words + 1, &args, &err);
			if (result)
				fail_msg("%s: %s", at, err.text);
			if (args.command != command && !args_is_of(args.command, command->name))
				fail_msg("%s: an example of %s", at, command->name);
			assert_in_range(strcspn(at, "\n"), 1, EXAMPLE_MAX);
			args_release(&args);
			free(line);
		}
	}
}

/* The fields of a method's reply that may not be absent, checked both ways. */
static void check_reply_row(const struct reply_row *row, const char *out)
{
	int listed = 0, required = 0;
	for (const char *at = row->fields; *at; at += strcspn(at, " "), at += strspn(at, " ")) {
		OWNED_TEXT *name = xstrndup(at, strcspn(at, ":"));
		const char *type = declared(out, name);
		char letter = at[strlen(name) + 1];
		if (!type || *type == '?')
			fail_msg("%s: '%s' is not always there", row->method, name);
		char expected = *type == '['                  ? 'a'
				: !strncmp(type, "string", 6) ? 's'
				: !strncmp(type, "int", 3)    ? 'i'
				: !strncmp(type, "bool", 4)   ? 'b'
							      : 'o';
		assert_int_equal(letter, expected);
		listed++;
	}
	for (const char *at = strchr(out, ':'); at; at = strchr(at + 1, ':'))
		required += at[2] != '?';
	if (listed != required)
		fail_msg("%s: %d fields listed, %d required", row->method, listed, required);
}

static void replies_fit_the_interface(void **state)
{
	(void)state;
	OWNED_TEXT *interface = file_text("include/pacer/org.pacer.Pacer.varlink");
	for (const struct reply_row *row = reply_rows; row->method; row++) {
		char *in, *out;
		assert_true(find_method(interface, row->method, &in, &out));
		check_reply_row(row, out);
		free(in);
		free(out);
	}
	for (const struct command *command = commands; command->name; command++) {
		const struct reply_row *row = reply_rows;
		while (row->method && strcmp(row->method, command->method) != 0)
			row++;
		assert_non_null(row->method);
	}
}

static void flaws_are_named(void **state)
{
	(void)state;
	static const struct {
		const char *method, *reply, *flaw;
	} rows[] = {
		{"Move", "{\"session\":{},\"changed\":true,\"outside\":false}", NULL},
		{"Move", "{\"session\":{},\"changed\":true}", "outside"},
		{"Move", "{\"session\":[],\"changed\":true,\"outside\":false}", "session"},
		{"Move", "{\"session\":{},\"changed\":1,\"outside\":false}", "changed"},
		{"Inbox", "{\"questions\":{}}", "questions"},
		{"ListSettings", "{\"settings\":[],\"file\":null}", "file"},
		{"Next", "{}", NULL},
		{"Prepare", "{\"session\":{},\"items\":[],\"ticked\":0,\"ready\":true}", NULL},
		{"Prepare", "{\"session\":{},\"items\":[],\"ticked\":0}", "ready"},
		{"Done", "{\"session\":{},\"changed\":true,\"week_minutes\":1,\"week_minutes_done\":1}", "notes"},
		{"Open", "{\"session\":{},\"link\":\"http://a\"}", "way"},
		{"Busy", "{\"absence\":{}}", "sessions"},
		{"Away", "{\"absence\":{},\"sessions\":[]}", NULL},
		{"Away", "{\"absence\":{}}", "sessions"},
		{"Resume", "{\"ended\":{}}", "ended"},
		{"TestBubble", "{\"shown\":true,\"answered\":false,\"text\":\"\"}", NULL},
		{"TestBubble", "{\"shown\":true,\"answered\":0,\"text\":\"\"}", "answered"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		json_t *reply = json_loads(rows[i].reply, 0, NULL);
		OWNED_TEXT *flaw = reply_flaw(rows[i].method, reply);
		if (rows[i].flaw)
			assert_string_equal(flaw, rows[i].flaw);
		else
			assert_null(flaw);
		json_decref(reply);
	}
}

static void nearest_words(void **state)
{
	(void)state;
	static const struct {
		const char *a, *b;
		size_t distance;
	} rows[] = {
		{"", "", 0},
		{"a", "", 1},
		{"today", "today", 0},
		{"toady", "today", 1},
		{"tday", "today", 1},
		{"todayy", "today", 1},
		{"todax", "today", 1},
		{"kitten", "sitting", 3},
		{"ab", "ba", 1},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 0}, /* 32 */
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NEAREST_LETTERS_MAX + 1},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(nearest_distance(rows[i].a, rows[i].b), rows[i].distance);
	struct nearest nearest = nearest_to("snoze");
	nearest_offer(&nearest, "snooze");
	nearest_offer(&nearest, "skip");
	assert_string_equal(nearest.best, "snooze");
	nearest = nearest_to("lint");
	nearest_offer(&nearest, "linter");
	nearest_offer(&nearest, "lint"); /* the word itself is nearer than one that begins with it */
	assert_string_equal(nearest.best, "lint");
	nearest = nearest_to("qqqqqq");
	nearest_offer(&nearest, "snooze");
	assert_null(nearest.best);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_and_refuses),
		cmocka_unit_test(json_is_known_after_an_error),
		cmocka_unit_test(bytes_that_are_no_text_still_travel),
		cmocka_unit_test(dry_run_is_set_from_outside),
		cmocka_unit_test(commands_fit_the_interface),
		cmocka_unit_test(commands_are_complete),
		cmocka_unit_test(the_manual_names_everything),
		cmocka_unit_test(examples_parse),
		cmocka_unit_test(replies_fit_the_interface),
		cmocka_unit_test(flaws_are_named),
		cmocka_unit_test(nearest_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
