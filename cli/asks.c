#include "asks.h"

#include "errors.h"
#include "field.h"

const struct asks_row asks_rows[] = {
	{
		.error = "NotPrepared",
		.text = "{ticked} of {items} things are laid out for {session}. Still missing:",
		.list = "missing",
		.question = "Start all the same?",
		.yes = "start all the same",
		.no = "not yet",
		.again = true,
		.parameter = "anyway",
		.kept = "Nothing was changed. pacer prep {session} ticks what is ready.",
	},
	{
		.error = "FiveMoreMinutes",
		.text = "{minutes} min in, and the first ten are the hardest. From here it mostly gets easier.",
		.question = "Five more minutes?",
		.yes = "five more minutes",
		.no = "end it now",
		.again = false,
		.kept = "Good: on it goes, and nothing was changed. The same again ends it.",
	},
	{0},
};

const struct asks_row *asks_find(const char *error)
{
	const char *name = error_short_name(error);
	for (const struct asks_row *row = asks_rows; row->error; row++)
		if (!strcmp(row->error, name))
			return row;
	return NULL;
}

void asks_show(const struct screen *screen, const struct asks_row *row, const json_t *fields)
{
	OWNED_TEXT *text = error_fill(row->text, fields);
	size_t i;
	json_t *name;
	say_wrapped(screen, 0, STYLE_PLAIN, text);
	json_array_foreach (row->list ? field_list(fields, row->list) : NULL, i, name) {
		const char *item = json_string_value(name);
		say(screen, STYLE_CARE, "  [ ]");
		say_hanging(screen, 6, 5, STYLE_PLAIN, item ? item : "");
	}
}

void asks_repeat(const struct asks_row *row, json_t *parameters)
{
	if (row->parameter && json_object_set_new(parameters, row->parameter, json_true()))
		abort();
}
