#include "bubbles.h"

#include <libnotify/notify.h>

#include "server.h"

static const char app_name[] = "Pacer";
static const char icon_name[] = "pacer";
static const char desktop_entry[] = "pacer";
static const char sound_name[] = "message-new-instant"; /* of the sound naming specification */

/* What a click on the bubble itself is called by the specification; people see the label where a server draws it as a button. */
static const char click_id[] = "default";
static const char click_label[] = "Help";

/* Questions wait for an answer and come as normal; the rest only informs. Never critical: it stays and breaks through do-not-disturb. */
static const struct {
	const char *category;
	NotifyUrgency urgency;
} looks[] = {
	[NOTICE_PREP] = {"x-pacer.session.prep", NOTIFY_URGENCY_LOW},
	[NOTICE_START] = {"x-pacer.session.start", NOTIFY_URGENCY_NORMAL},
	[NOTICE_END] = {"x-pacer.session.end", NOTIFY_URGENCY_NORMAL},
	[NOTICE_DIGEST] = {"x-pacer.session.digest", NOTIFY_URGENCY_LOW},
	[NOTICE_WATER] = {"x-pacer.session.water", NOTIFY_URGENCY_LOW},
	[NOTICE_WALL] = {"x-pacer.session.wall", NOTIFY_URGENCY_LOW},
	[NOTICE_REFUEL] = {"x-pacer.session.refuel", NOTIFY_URGENCY_LOW},
	[NOTICE_BREATHE] = {"x-pacer.session.breathe", NOTIFY_URGENCY_LOW},
	[NOTICE_READY] = {"x-pacer.session.ready", NOTIFY_URGENCY_NORMAL},
	[NOTICE_MORE] = {"x-pacer.session.more", NOTIFY_URGENCY_NORMAL},
	[NOTICE_MORE_END] = {"x-pacer.session.more-end", NOTIFY_URGENCY_NORMAL},
	[NOTICE_MORNING] = {"x-pacer.morning", NOTIFY_URGENCY_LOW},
	[NOTICE_WEEK] = {"x-pacer.week", NOTIFY_URGENCY_LOW},
	[NOTICE_UPDATE] = {"x-pacer.update", NOTIFY_URGENCY_LOW},
};
_Static_assert(ARRAY_LEN(looks) == NOTICE_KIND_COUNT, "a new kind goes to the end, and needs a row here");

/* A bubble that is on the screen, or may come up late. List of bubbles.slots, by .next. */
struct slot {
	struct slot *next;
	struct bubbles *bubbles;
	char name[NOTICE_KEY_MAX];
	char key[NOTICE_KEY_MAX];
	NotifyNotification *notification;
	uint32_t id;         /* 0: not known (yet) */
	guint32 late_serial; /* of a Notify whose answer is still missing; 0 none */
	bool unwanted;       /* closed while the answer is missing: taken down when it comes */
};

struct bubbles {
	GMainContext *context;
	struct bubbles_hooks hooks;
	struct slot *slots;
	GDBusConnection *bus; /* borrowed; with owner, those of the last show */
	char *owner;
	guint late_filter;
	guint log_handler;
};

/* --- slots --------------------------------------------------------------------------------------------------------------------------- */

static struct slot *slot_find(struct bubbles *bubbles, const char *name)
{
	struct slot *slot = bubbles->slots;
	while (slot && strcmp(slot->name, name) != 0)
		slot = slot->next;
	return slot;
}

static void slot_drop(struct slot *slot)
{
	struct slot **place = &slot->bubbles->slots;
	while (*place != slot)
		place = &(*place)->next;
	*place = slot->next;
	g_signal_handlers_disconnect_by_data(slot->notification, slot);
	g_object_unref(slot->notification);
	free(slot);
}

static void on_closed(NotifyNotification *notification, gpointer data)
{
	struct slot *slot = data;
	if (slot->id == 0) /* id 0 is everybody's */
		return;
	struct bubbles_hooks hooks = slot->bubbles->hooks;
	char key[NOTICE_KEY_MAX];
	memcpy(key, slot->key, sizeof(key));
	int reason = notify_notification_get_closed_reason(notification);
	slot_drop(slot);
	hooks.closed(hooks.ctx, key, reason >= 1 && reason <= 3 ? reason : 4);
}

static struct slot *slot_new(struct bubbles *bubbles, const char *name, const char *summary)
{
	struct slot *slot = xcalloc(1, sizeof(*slot));
	*slot = (struct slot){.bubbles = bubbles, .next = bubbles->slots};
	bubbles->slots = slot;
	snprintf(slot->name, sizeof(slot->name), "%s", name);
	slot->notification = notify_notification_new(summary, NULL, icon_name);
	g_signal_connect(slot->notification, "closed", G_CALLBACK(on_closed), slot);
	return slot;
}

/* --- closing and pressing ------------------------------------------------------------------------------------------------------------ */

/* To the owner itself: a new server may have given the same id to somebody else's bubble. */
static void take_down(struct slot *slot)
{
	const struct bubbles *bubbles = slot->bubbles;
	if (slot->id)
		g_dbus_connection_call(bubbles->bus, bubbles->owner, SERVER_PATH, SERVER_NAME, "CloseNotification",
				       g_variant_new("(u)", slot->id), NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL, NULL);
	slot_drop(slot);
}

static void slot_close(struct slot *slot)
{
	struct bubbles_hooks hooks = slot->bubbles->hooks;
	char key[NOTICE_KEY_MAX];
	memcpy(key, slot->key, sizeof(key));
	if (slot->late_serial)
		slot->unwanted = true;
	else
		take_down(slot);
	hooks.closed(hooks.ctx, key, 3);
}

/* The first press wins. Some servers leave the bubble standing (SPIKES 1), so it is closed here. */
static void on_pressed(NotifyNotification *notification UNUSED, char *action, gpointer data)
{
	struct slot *slot = data;
	if (slot->id == 0)
		return;
	struct bubbles *bubbles = slot->bubbles;
	bubbles->hooks.pressed(bubbles->hooks.ctx, slot->key, strcmp(action, click_id) == 0 ? BUBBLE_CLICK : action);
	slot_close(slot);
}

void bubbles_close(struct bubbles *bubbles, const char *name)
{
	struct slot *slot = slot_find(bubbles, name);
	if (slot && !slot->unwanted)
		slot_close(slot);
}

/* --- answers that come too late ------------------------------------------------------------------------------------------------------ */

struct late_answer {
	struct bubbles *bubbles;
	guint32 serial, id; /* id 0: an error */
};

static gboolean on_late_answer(gpointer data)
{
	const struct late_answer *answer = data;
	struct slot *slot = answer->bubbles->slots;
	while (slot && slot->late_serial != answer->serial)
		slot = slot->next;
	if (!slot)
		return G_SOURCE_REMOVE;
	slot->late_serial = 0;
	if (answer->id && answer->id <= G_MAXINT32) {
		slot->id = answer->id;
		g_object_set(slot->notification, "id", (gint)answer->id, NULL);
	}
	if (slot->unwanted || !slot->id)
		take_down(slot);
	return G_SOURCE_REMOVE;
}

/* What the filter may use: it runs in GDBus's thread, perhaps while it is being removed. */
struct late_filter {
	GMainContext *context;
	struct bubbles *bubbles; /* passed on only; on_late_answer runs in our thread, where it lives */
};

static void late_filter_free(gpointer data)
{
	struct late_filter *filter = data;
	g_main_context_unref(filter->context);
	free(filter);
}

static GDBusMessage *on_message(GDBusConnection *bus UNUSED, GDBusMessage *message, gboolean incoming, gpointer data)
{
	struct late_filter *filter = data;
	if (!incoming || !g_dbus_message_get_reply_serial(message))
		return message;
	struct late_answer *answer = xcalloc(1, sizeof(*answer));
	*answer = (struct late_answer){.bubbles = filter->bubbles, .serial = g_dbus_message_get_reply_serial(message)};
	GVariant *body = g_dbus_message_get_body(message);
	if (body && g_variant_is_of_type(body, G_VARIANT_TYPE("(u)")))
		g_variant_get(body, "(u)", &answer->id);
	g_main_context_invoke_full(filter->context, G_PRIORITY_DEFAULT, on_late_answer, answer, free);
	return message;
}

/* The slot waits for the answer to the last call of this thread. The filter is made with the first such slot and stays. */
static void await_late(struct slot *slot)
{
	struct bubbles *bubbles = slot->bubbles;
	slot->late_serial = g_dbus_connection_get_last_serial(bubbles->bus);
	if (bubbles->late_filter)
		return;
	struct late_filter *filter = xcalloc(1, sizeof(*filter));
	*filter = (struct late_filter){.context = g_main_context_ref(bubbles->context), .bubbles = bubbles};
	bubbles->late_filter = g_dbus_connection_add_filter(bubbles->bus, on_message, filter, late_filter_free);
}

/* --- showing ------------------------------------------------------------------------------------------------------------------------- */

/* The id may still be good: same process of the server (SPIKES 1). libnotify's property is a gint. */
static void adopt(struct slot *slot, const struct bubble *bubble, const char *owner)
{
	if (!bubble->server_id || bubble->server_id > G_MAXINT32 || g_strcmp0(bubble->server_owner, owner) != 0)
		return;
	slot->id = bubble->server_id;
	g_object_set(slot->notification, "id", (gint)bubble->server_id, NULL);
}

static int expire_ms(const struct bubble *bubble)
{
	return bubble->expire_s > 0 ? MIN(bubble->expire_s, G_MAXINT / 1000) * 1000 : NOTIFY_EXPIRES_DEFAULT;
}

/* All that an earlier bubble of the slot may have left behind is set anew. */
static void dress(struct slot *slot, const struct bubble *bubble, struct words_style style)
{
	NotifyNotification *n = slot->notification;
	notify_notification_set_timeout(n, expire_ms(bubble));
	notify_notification_clear_hints(n);
	notify_notification_set_urgency(n, looks[bubble->kind].urgency);
	notify_notification_set_category(n, looks[bubble->kind].category);
	notify_notification_set_hint(n, "desktop-entry", g_variant_new_string(desktop_entry));
	notify_notification_set_hint(n, "resident", g_variant_new_boolean(FALSE));
	notify_notification_set_hint(n, "suppress-sound", g_variant_new_boolean(!bubble->sound));
	if (bubble->sound)
		notify_notification_set_hint(n, "sound-name", g_variant_new_string(sound_name));
	notify_notification_clear_actions(n);
	int count = style.buttons ? MIN(bubble->action_count, BUBBLE_ACTIONS_MAX) : 0;
	for (int i = 0; i < count; i++)
		notify_notification_add_action(n, bubble->actions[i].id, bubble->actions[i].label, on_pressed, slot, NULL);
	if (style.buttons && bubble->clickable)
		notify_notification_add_action(n, style.menu ? BUBBLE_CLICK : click_id, click_label, on_pressed, slot, NULL);
}

/* For people, without the error's D-Bus name. */
static char *refusal(GError *error)
{
	g_dbus_error_strip_remote_error(error);
	g_autofree char *valid = g_utf8_make_valid(error->message, -1);
	return xasprintf("the notification server did not take it: %s", valid);
}

static enum bubbles_result not_shown(struct slot *slot, GError *error, bool fresh, char **ret_problem)
{
	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT)) {
		await_late(slot);
		return BUBBLES_SILENT;
	}
	*ret_problem = refusal(error);
	if (fresh)
		slot_drop(slot);
	return BUBBLES_REFUSED;
}

enum bubbles_result bubbles_show(struct bubbles *bubbles, GDBusConnection *bus, const char *owner, const struct bubble *bubble,
				 struct words_style style, uint32_t *ret_id, char **ret_problem)
{
	struct slot *slot = slot_find(bubbles, bubble->slot);
	if (slot && slot->late_serial) /* a second one now would stand beside the late first */
		return BUBBLES_SILENT;
	OWNED_TEXT *summary = words_summary(bubble->summary);
	OWNED_TEXT *body = words_body(bubble->body, bubble->command, style);
	notify_init(app_name);
	bubbles->bus = bus;
	text_replace(&bubbles->owner, xstrdup(owner));
	bool fresh = !slot;
	if (fresh) {
		slot = slot_new(bubbles, bubble->slot, summary);
		adopt(slot, bubble, owner);
	}
	notify_notification_update(slot->notification, summary, body, icon_name);
	dress(slot, bubble, style);
	snprintf(slot->key, sizeof(slot->key), "%s", bubble->key);
	g_autoptr(GError) error = NULL;
	if (!notify_notification_show(slot->notification, &error))
		return not_shown(slot, error, fresh, ret_problem);
	gint id;
	g_object_get(slot->notification, "id", &id, NULL);
	*ret_id = slot->id = (uint32_t)id;
	if (slot->id == 0)
		slot_drop(slot);
	return BUBBLES_SHOWN;
}

/* --- life ---------------------------------------------------------------------------------------------------------------------------- */

void bubbles_clear(struct bubbles *bubbles, bool bus)
{
	while (bubbles->slots)
		slot_drop(bubbles->slots);
	text_replace(&bubbles->owner, NULL);
	if (!bus)
		return;
	if (bubbles->late_filter)
		g_dbus_connection_remove_filter(bubbles->bus, bubbles->late_filter);
	bubbles->late_filter = 0;
	bubbles->bus = NULL;
	notify_uninit();
}

static void limit_libnotify(void)
{
	GObjectClass *class = g_type_class_ref(G_TYPE_DBUS_PROXY); /* kept: the class must not forget */
	GParamSpec *spec = g_object_class_find_property(class, "g-default-timeout");
	if (G_IS_PARAM_SPEC_INT(spec))
		G_PARAM_SPEC_INT(spec)->default_value = BUBBLES_NOTIFY_LIMIT_MS;
}

/* libnotify warns of signals with unknown actions: a server's odd habits are not worth a line in the log each. */
static void mute(const gchar *domain UNUSED, GLogLevelFlags level UNUSED, const gchar *message UNUSED, gpointer data UNUSED)
{
}

struct bubbles *bubbles_new(GMainContext *context, const struct bubbles_hooks *hooks)
{
	struct bubbles *bubbles = xcalloc(1, sizeof(*bubbles));
	*bubbles = (struct bubbles){.context = context, .hooks = *hooks};
	bubbles->log_handler = g_log_set_handler("libnotify", G_LOG_LEVEL_WARNING | G_LOG_LEVEL_MESSAGE, mute, NULL);
	limit_libnotify();
	return bubbles;
}

struct bubbles *bubbles_free(struct bubbles *bubbles)
{
	if (!bubbles)
		return NULL;
	bubbles_clear(bubbles, true);
	g_log_remove_handler("libnotify", bubbles->log_handler);
	free(bubbles);
	return NULL;
}
