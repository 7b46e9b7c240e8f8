/* pacer plan update: what a new version of a plan does to the learner's copy. */
#include "commands.h"
#include "render.h"

static const char *const kinds[] = {"added", "restored", "withdrawn", "moved", "changed", "conflict"};

void plan_update_show(struct cli *cli, const json_t *reply)
{
	const json_t *changes = json_object_get(reply, "changes"), *change;
	const char *plan = field_text(json_object_get(reply, "enrollment"), "title");
	size_t i;
	if (!json_array_size(changes)) {
		say_line(&cli->out, STYLE_PLAIN, "%s: your copy is as the plan has it.", plan);
		return;
	}
	say_line(&cli->out, STYLE_STRONG, "%s: %zu change%s", plan, json_array_size(changes), json_array_size(changes) == 1 ? "" : "s");
	for (size_t kind = 0; kind < ARRAY_LEN(kinds); kind++)
		json_array_foreach (changes, i, change) {
			if (strcmp(field_text(change, "kind"), kinds[kind]) != 0)
				continue;
			OWNED_TEXT *text = xasprintf("%s (%s)", field_text(change, "title"), field_text(change, "text"));
			say(&cli->out, strcmp(kinds[kind], "conflict") ? STYLE_DIM : STYLE_NOW, "  %-9s  %-8s  ", kinds[kind],
			    field_text(change, "session"));
			say_hanging(&cli->out, 23, 23, STYLE_PLAIN, text);
		}
}
