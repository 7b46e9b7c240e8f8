/* The words of another plan for a skeleton: what its sessions say, at the places the skeleton gives them. */
#include "cards.h"
#include "planfield.h"
#include "skeleton_private.h"

/* Index by index of the skeleton's sessions: whose words each has; NULL: its own. */
struct cast {
	const struct plan *plan, *from;
	const struct plan_session **roles;
	bool *taken; /* by index of the other plan's sessions */
};

/* --- who speaks ------------------------------------------------------------------------------------------------------------------ */

/* Weeks keep one session of either family (RULES 5.5 W-BALANCE) as long as these two kinds stay in theirs. */
static bool keeps_family(const struct plan *plan, const struct plan_session *session)
{
	return (session->type == TYPE_SHORT || session->type == TYPE_MEDIUM) &&
	       strcmp(shape_phase(&plan->shape, session->week), "race") != 0;
}

static bool suits(const struct cast *cast, const struct plan_session *session, const struct plan_session *other, bool same_phase)
{
	return session->type == other->type &&
	       (!keeps_family(cast->plan, session) || skill_family(session->skill) == skill_family(other->skill ? other->skill : "")) &&
	       (!same_phase || !strcmp(shape_phase(&cast->plan->shape, session->week), shape_phase(&cast->from->shape, other->week)));
}

static void find_role(struct cast *cast, size_t session, bool same_phase)
{
	for (size_t k = 0; k < cast->from->session_count && !cast->roles[session]; k++)
		if (!cast->taken[k] && suits(cast, &cast->plan->sessions[session], &cast->from->sessions[k], same_phase)) {
			cast->roles[session] = &cast->from->sessions[k];
			cast->taken[k] = true;
		}
}

static void find_roles(struct cast *cast)
{
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < cast->plan->session_count; i++)
			find_role(cast, i, !round);
}

/* --- what is said ---------------------------------------------------------------------------------------------------------------- */

static char **text_at(const void *owner, size_t offset)
{
	return (char **)(void *)((char *)(uintptr_t)owner + offset);
}

/* "Long 7: with a pacer" of week 7 is "Long 5: with a pacer" in week 5. */
static char *title_in(const struct plan_session *role, int week)
{
	const char *digits = strpbrk(role->title, "0123456789"), *end = digits ? digits + strspn(digits, "0123456789") : NULL;
	bool numbered = end && *end == ':' && end - digits < 3 && strtol(digits, NULL, 10) == role->week;
	return numbered ? xasprintf("%.*s%d%s", (int)(digits - role->title), role->title, week, end) : xstrdup(role->title);
}

/* All its texts but what it waits for. Tracks stay behind: here each session is for all. The milestone of a session whose role has
 * none is the week's: it stays, with what there is to show for it. */
static void take_words(struct plan_session *session, const struct plan_session *role)
{
	for (int field = 0; field < FIELD_COUNT; field++) {
		size_t offset = session_fields[field].offset;
		bool stays = !role->milestone && (field == FIELD_MILESTONE || field == FIELD_EVIDENCE);
		if (offset && !stays && field != FIELD_TRACK && field != FIELD_DEPENDS && field != FIELD_TITLE)
			text_replace(text_at(session, offset), xstrdup(*text_at(role, offset)));
	}
	text_replace(&session->title, title_in(role, session->week));
	session->pass = role->pass;
}

/* --- what comes first ------------------------------------------------------------------------------------------------------------ */

static bool comes_before(const struct plan_session *a, const struct plan_session *b)
{
	return a->day != b->day ? a->day < b->day : a->second < b->second;
}

/* The session with the words of the one of that UID, when it comes before. */
static const struct plan_session *speaker_before(const struct cast *cast, const struct plan_session *session, const char *uid,
						 size_t length)
{
	for (size_t i = 0; i < cast->plan->session_count; i++) {
		const struct plan_session *role = cast->roles[i];
		if (role && role->uid && strlen(role->uid) == length && !memcmp(role->uid, uid, length))
			return comes_before(&cast->plan->sessions[i], session) ? &cast->plan->sessions[i] : NULL;
	}
	return NULL;
}

static void take_dependencies(struct cast *cast, struct plan_session *session, const struct plan_session *role)
{
	struct text uids = {0};
	const char *at = role->depends ? role->depends : "";
	for (at += strspn(at, " "); *at; at += strspn(at, " ")) {
		size_t length = strcspn(at, " ");
		const struct plan_session *first = speaker_before(cast, session, at, length);
		if (first)
			text_addf(&uids, "%s%s", uids.len ? " " : "", first->uid);
		at += length;
	}
	text_replace(&session->depends, uids.len ? text_take(&uids) : NULL);
	text_release(&uids);
}

/* --- the plan -------------------------------------------------------------------------------------------------------------------- */

/* The stations of weeks that are there. */
static char *stations_within(const char *stations, int weeks)
{
	struct text out = {0};
	struct card card;
	while (card_next(&stations, &card))
		if (card_week(&card, weeks))
			text_addf(&out, "%s%.*s %.*s", out.len ? "\n" : "", (int)card.key_length, card.key, (int)card.text_length,
				  card.text);
	return out.len ? text_take(&out) : NULL;
}

static void take_plan_words(struct plan *plan, const struct plan *from)
{
	static const bool own[PLAN_FIELD_COUNT] = {
		[PLAN_FIELD_TITLE] = true,  [PLAN_FIELD_CLASS] = true,   [PLAN_FIELD_ABOUT] = true,
		[PLAN_FIELD_TRACKS] = true, [PLAN_FIELD_VERSION] = true,
	};
	for (int field = 0; field < PLAN_FIELD_COUNT; field++) {
		size_t offset = plan_fields[field].offset;
		const char *words = offset && !own[field] ? *text_at(from, offset) : NULL;
		if (words)
			text_replace(text_at(plan, offset), xstrdup(words));
	}
	text_replace(&plan->stations, stations_within(plan->stations, plan->shape.weeks));
	text_replace(&plan->about, xasprintf("A plan of %d weeks with the words of '%s', which has %d: read them through, what they say of "
					     "weeks may still be of that plan. Its growth is a pacing heuristic, not evidence.",
					     plan->shape.weeks, from->title, from->shape.weeks));
}

void plan_skeleton_words(struct plan *plan, const struct plan *from)
{
	struct cast cast = {
		.plan = plan,
		.from = from,
		.roles = xcalloc(plan->session_count, sizeof(const struct plan_session *)),
		.taken = xcalloc(from->session_count + 1, sizeof(bool)),
	};
	find_roles(&cast);
	for (size_t i = 0; i < plan->session_count; i++)
		if (cast.roles[i]) {
			take_words(&plan->sessions[i], cast.roles[i]);
			take_dependencies(&cast, &plan->sessions[i], cast.roles[i]);
		}
	take_plan_words(plan, from);
	skeleton_personas(plan);
	free(cast.roles);
	free(cast.taken);
}
