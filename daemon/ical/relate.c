#include "relate.h"

void relations_release(struct relations *relations)
{
	for (size_t i = 0; i < relations->count; i++)
		free(relations->items[i].followers);
	free(relations->items);
	*relations = (struct relations){0};
}

void relations_add(struct relations *relations, size_t session, char *followers)
{
	if (!followers)
		return;
	if (relations->count == relations->room) {
		relations->room = relations->room ? relations->room * 2 : 8;
		relations->items = xreallocarray(relations->items, relations->room, sizeof(*relations->items));
	}
	relations->items[relations->count++] = (struct relation){session, followers};
}

/* The list has the word, blanks between. */
static bool list_has(const char *list, const char *word)
{
	size_t length = strlen(word);
	for (const char *at = list; (at = strstr(at, word)); at += length)
		if ((at == list || at[-1] == ' ') && (!at[length] || at[length] == ' '))
			return true;
	return false;
}

static void depend(struct plan_session *follower, const char *uid)
{
	size_t have = follower->depends ? strlen(follower->depends) : 0;
	if (!*uid || have > PLAN_TEXT_MAX || (have && list_has(follower->depends, uid)))
		return;
	text_replace(&follower->depends, have ? xasprintf("%s %s", follower->depends, uid) : xstrdup(uid));
}

static void resolve(const struct relation *relation, struct plan *plan, const struct uids *uids, struct report *report)
{
	const struct plan_session *first = &plan->sessions[relation->session];
	for (const char *at = relation->followers; *at;) {
		size_t length = strcspn(at, " ");
		OWNED_TEXT *uid = xstrndup(at, length);
		size_t found = *uid ? uids_find(uids, plan, uid) : relation->session;
		char text[QUOTE_TEXT];
		if (found == UIDS_NONE && !plan_has_gap(plan, uid))
			report_add(report, LINT_DEPENDS, first->line, "no session waits for this one under that UID: '%s', mend RELATED-TO",
				   quote(text, span_of(uid)));
		else if (*uid && found != UIDS_NONE)
			depend(&plan->sessions[found], first->uid);
		at += length + strspn(at + length, " ");
	}
}

void relations_resolve(const struct relations *relations, struct plan *plan, const struct uids *uids, struct report *report)
{
	for (size_t i = 0; i < relations->count; i++)
		resolve(&relations->items[i], plan, uids, report);
}
