/* Shared by the files of the editor; nobody else includes it.
 *
 * A document is a row of blocks that joined are the file: an event (or task) of a calendar with all that is in it, or the lines between
 * two. A block is a row of pieces, one for each logical line with its folds and its line end. Pieces point into the source until they
 * are written anew. No block is without a piece, unless all of its lines were removed. */
#ifndef ICAL_EDIT_PRIVATE_H
#define ICAL_EDIT_PRIVATE_H

#include "edit.h"

#include <uthash.h>
#include <utlist.h>

#include "lines.h"
#include "report.h"

#undef uthash_fatal
#define uthash_fatal(message) abort()

enum piece_kind { PIECE_BLANK, PIECE_PROPERTY, PIECE_BEGIN, PIECE_END };

struct piece {
	enum piece_kind kind;
	int depth; /* components it is in: a line of VCALENDAR 1, of its events 2, of their alarms 3; BEGIN and END are in what they frame
		    */
	const char *bytes;
	size_t length;
	char *owned; /* bytes, when they are not the source's */
};

struct block {
	struct block *prev, *next; /* of edit->blocks */
	bool event;
	bool stamped;        /* its SEQUENCE was raised already */
	char *uid;           /* of an event that has one */
	struct block *twin;  /* another event of the same UID; of edit->by_uid */
	UT_hash_handle hh;   /* of edit->by_uid; the first of its twins */
	bool start_is_known; /* start says what DTSTART says, or that there is none (has_start) */
	bool has_start;
	struct civil start;
	size_t begin, end; /* what it was in the source; both 0: added */
	struct piece *pieces;
	size_t count, room;
};

struct edit {
	char *source;
	size_t length;
	const char *line_end; /* of the file's first line */
	struct block *blocks; /* list of blocks, by .next; utlist's: the first one's .prev is the last */
	struct block *by_uid; /* table of events, by .hh */
};

/* A component whose own properties are meant: those at depth in the blocks from..to. */
struct scope {
	struct block *from, *to; /* inclusive */
	int depth;
};

struct place {
	struct block *block;
	size_t at;
};

/* A property to be written. */
struct content {
	const char *name, *params;
	const char *const *values;
	size_t count;
	bool escape;
};

/* --- edit.c ---------------------------------------------------------------------------------------------------------------------- */

/* The calendar (uid NULL: the first of the file) or the event. Returns 0, EDIT_NO_SUCH or EDIT_AMBIGUOUS. */
int edit_find(const struct edit *edit, const char *uid, struct scope *ret_scope, struct err *err);
struct scope edit_calendar(const struct edit *edit);
struct scope edit_scope_of(struct block *block);
/* The first property of that name from *place on: *place is where; begin with {scope->from, 0}. */
bool edit_next(const struct scope *scope, const char *name, struct place *place);
/* Cuts the line of a piece: line holds until lines_release(lines). */
void edit_cut(const struct piece *piece, struct lines *lines, struct line *ret_line);
/* Like edit_get. */
char *edit_value(const struct scope *scope, const char *name, bool escape);
bool edit_block_changed(const struct edit *edit, const struct block *block);

/* The piece is taken over. */
void block_insert(struct block *block, size_t at, struct piece piece);
void block_remove(struct block *block, size_t at);
/* An empty block behind that one of the document; NULL: behind the last. */
struct block *edit_block_insert(struct edit *edit, struct block *after);
void edit_block_remove(struct edit *edit, struct block *block);
/* Gives the event that UID (taken over; NULL: none), by which it is found from now on. */
void edit_block_name(struct edit *edit, struct block *block, char *uid);

/* --- edit_set.c ------------------------------------------------------------------------------------------------------------------ */

/* Like edit_set. after: the names of properties, NULL at the end, after the last of which a new one goes; NULL: the usual place. */
int edit_put(struct edit *edit, const struct scope *scope, const struct content *content, const char *const *after, struct err *err);

/* --- edit_line.c ----------------------------------------------------------------------------------------------------------------- */

/* Appends the value as TEXT: \\ \; \, \n (RFC 5545 3.3.11). */
void line_escape(struct text *text, const char *value);
/* Appends NAME + params + ":" + value, folded at 75 octets between characters, with line_end. EDIT_VALUE: it would not be the line it is
 * meant to be; nothing is appended then. */
int line_write(struct text *text, const char *name, const char *params, const char *value, bool escape, const char *line_end,
	       struct err *err);

enum { MOMENT_VALUE = 17, DURATION_VALUE = 16 };
/* "20010101T093000", "20010101". Returns buf. */
const char *moment_value(char buf[static MOMENT_VALUE], struct civil at);
const char *date_value(char buf[static MOMENT_VALUE], int32_t day);
/* "-P1D", "PT10M", "PT0S". Returns buf. */
const char *duration_value(char buf[static DURATION_VALUE], int32_t seconds);

/* --- edit_event.c ---------------------------------------------------------------------------------------------------------------- */

/* Where a session's lines go, and what the lines of one document have in common. The first error stops all further writing. */
struct writer {
	struct text text;
	const char *line_end;
	bool clean; /* what cannot be written is made writable instead of refused */
	int result;
	struct err *err;
};

void writer_line(struct writer *writer, const char *name, const char *params, const char *value, bool escape);
/* NULL and "" write nothing. */
void writer_text(struct writer *writer, const char *name, const char *value);
/* A line for each part of the list. uri: addresses are marked as such, and not escaped. */
void writer_list(struct writer *writer, const char *name, const char *params, const char *list, const char *between, bool uri);
void writer_number(struct writer *writer, const char *name, int number);
/* The whole VEVENT. dtstamp: NULL writes none. */
void writer_event(struct writer *writer, const struct plan_session *session, int32_t anchor_day, const char *dtstamp);
/* One VALARM; number: of its UID. text: NULL makes one from title and minutes. */
struct alarm_words {
	const char *uid, *title, *text;
	int minutes; /* 0: not known */
};
void writer_alarm(struct writer *writer, const struct alarm_words *words, const struct plan_alarm *alarm, int number);
/* Cuts written lines into pieces that own their bytes, at the end of the block. depth: of the component around them. */
void block_take(struct block *block, const char *bytes, size_t length, int depth);

#endif
