-- A database of schema version 4 as pacer leaves it. Not edited after a release: what comes later must be able to read it.
PRAGMA application_id = 1348559730;
CREATE TABLE enrolment (
	id TEXT NOT NULL PRIMARY KEY CHECK (id = 'e' || number),
	number INTEGER NOT NULL UNIQUE CHECK (number BETWEEN 1 AND 2147483647),
	plan_name TEXT NOT NULL,
	plan_uid TEXT,
	title TEXT NOT NULL,
	revision TEXT,
	start_day INTEGER NOT NULL CHECK (start_day BETWEEN -719162 AND 2932896),
	weeks INTEGER NOT NULL CHECK (weeks BETWEEN 1 AND 52),
	phases TEXT NOT NULL,
	cutbacks TEXT NOT NULL,
	enrolled_s INTEGER NOT NULL CHECK (enrolled_s BETWEEN -62135596800 AND 253402300799),
	left_s INTEGER CHECK (left_s BETWEEN -62135596800 AND 253402300799)
, tracks TEXT) STRICT;
CREATE TABLE notice (
	key TEXT NOT NULL PRIMARY KEY,
	kind TEXT NOT NULL,
	enrolment TEXT REFERENCES enrolment (id) DEFERRABLE INITIALLY DEFERRED,
	session TEXT,
	due_s INTEGER CHECK (due_s BETWEEN -62135596800 AND 253402300799),
	sent_s INTEGER CHECK (sent_s BETWEEN -62135596800 AND 253402300799),
	shown_s INTEGER CHECK (shown_s BETWEEN -62135596800 AND 253402300799),
	closed_s INTEGER CHECK (closed_s BETWEEN -62135596800 AND 253402300799),
	state TEXT NOT NULL,
	cause TEXT,
	answer TEXT,
	count INTEGER NOT NULL CHECK (count BETWEEN 0 AND 2147483647),
	server_id INTEGER NOT NULL CHECK (server_id BETWEEN 0 AND 4294967295),
	server_owner TEXT
, asked INTEGER NOT NULL DEFAULT 0 CHECK (asked IN (0, 1))) STRICT;
CREATE INDEX notice_of_session ON notice (enrolment, session, due_s);
CREATE INDEX notice_open ON notice (due_s)
	WHERE state NOT IN ('answered', 'expired', 'digested') AND (state <> 'shown' OR closed_s IS NULL);
CREATE TABLE journal (
	seq INTEGER PRIMARY KEY AUTOINCREMENT,
	time_s INTEGER NOT NULL CHECK (time_s BETWEEN -62135596800 AND 253402300799),
	what TEXT NOT NULL,
	by_learner INTEGER NOT NULL CHECK (by_learner IN (0, 1)),
	via TEXT NOT NULL,
	rule TEXT,
	enrolment TEXT REFERENCES enrolment (id) DEFERRABLE INITIALLY DEFERRED,
	session TEXT,
	text TEXT,
	before TEXT,
	undoes INTEGER REFERENCES journal (seq) CHECK (undoes >= 1)
) STRICT;
CREATE INDEX journal_of_session ON journal (enrolment, session);
CREATE INDEX journal_undoes ON journal (undoes) WHERE undoes IS NOT NULL;
CREATE INDEX journal_undoable ON journal (seq) WHERE by_learner = 1 AND (before IS NOT NULL OR what IN ('enrol', 'leave'));
CREATE TRIGGER journal_keeps_rows BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_keeps_words BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TABLE plan_file (
	path TEXT NOT NULL PRIMARY KEY,
	name TEXT NOT NULL,
	size INTEGER NOT NULL CHECK (size >= 0),
	mtime_ns INTEGER NOT NULL,
	inode INTEGER NOT NULL,
	revision TEXT,
	uid TEXT,
	title TEXT,
	goal TEXT,
	weeks INTEGER NOT NULL CHECK (weeks BETWEEN 0 AND 2147483647),
	sessions INTEGER NOT NULL CHECK (sessions BETWEEN 0 AND 2147483647),
	minutes INTEGER NOT NULL CHECK (minutes BETWEEN 0 AND 2147483647),
	error TEXT,
	line INTEGER NOT NULL CHECK (line BETWEEN 0 AND 2147483647)
, modified_s INTEGER CHECK (modified_s BETWEEN -62135596800 AND 253402300799)) STRICT;
CREATE TABLE value (
	name TEXT NOT NULL PRIMARY KEY,
	value TEXT NOT NULL
) STRICT;
CREATE TABLE "session" (
	enrolment TEXT NOT NULL REFERENCES enrolment (id) DEFERRABLE INITIALLY DEFERRED,
	position INTEGER NOT NULL CHECK (position BETWEEN 0 AND 4999),
	id TEXT NOT NULL,
	uid TEXT,
	week INTEGER NOT NULL CHECK (week BETWEEN 1 AND 52),
	day INTEGER NOT NULL CHECK (day BETWEEN 0 AND 363),
	second INTEGER NOT NULL CHECK (second BETWEEN 0 AND 86399),
	zone TEXT,
	minutes INTEGER NOT NULL CHECK (minutes BETWEEN 0 AND 100000),
	type TEXT NOT NULL,
	effort INTEGER NOT NULL CHECK (effort BETWEEN 0 AND 10),
	line INTEGER NOT NULL CHECK (line BETWEEN 0 AND 2147483647),
	skill TEXT NOT NULL,
	title TEXT NOT NULL,
	milestone TEXT,
	prep TEXT,
	tip TEXT,
	description TEXT,
	help TEXT,
	link TEXT,
	state TEXT NOT NULL,
	reason TEXT,
	start_day INTEGER NOT NULL CHECK (start_day BETWEEN -719162 AND 2932896),
	start_second INTEGER NOT NULL CHECK (start_second BETWEEN 0 AND 86399),
	moved_from_day INTEGER CHECK (moved_from_day BETWEEN -719162 AND 2932896),
	moved_from_second INTEGER NOT NULL CHECK (moved_from_second BETWEEN 0 AND 86399),
	snoozed_s INTEGER CHECK (snoozed_s BETWEEN -62135596800 AND 253402300799),
	started_s INTEGER CHECK (started_s BETWEEN -62135596800 AND 253402300799),
	ended_s INTEGER CHECK (ended_s BETWEEN -62135596800 AND 253402300799),
	end_due_s INTEGER CHECK (end_due_s BETWEEN -62135596800 AND 253402300799),
	actual_minutes INTEGER CHECK (actual_minutes BETWEEN 0 AND 100000),
	actual_effort INTEGER CHECK (actual_effort BETWEEN 0 AND 10),
	feel INTEGER CHECK (feel BETWEEN 1 AND 3),
	ring INTEGER NOT NULL CHECK (ring BETWEEN 0 AND 2147483647),
	rung INTEGER NOT NULL CHECK (rung BETWEEN 0 AND 63),
	want TEXT,
	want_feel TEXT,
	act TEXT,
	ticked INTEGER NOT NULL DEFAULT 0 CHECK (ticked BETWEEN 0 AND 4294967295),
	PRIMARY KEY (enrolment, position),
	UNIQUE (enrolment, id)
) STRICT;
CREATE INDEX notice_over ON notice (max(ifnull(sent_s, closed_s), ifnull(closed_s, sent_s)))
	WHERE state IN ('answered', 'expired', 'digested') OR (state = 'shown' AND closed_s IS NOT NULL);
CREATE TABLE "absence" (
	number INTEGER PRIMARY KEY CHECK (number BETWEEN 1 AND 2147483647),
	kind TEXT NOT NULL CHECK (kind IN ('away', 'pause', 'busy')),
	from_s INTEGER NOT NULL CHECK (from_s BETWEEN -62135596800 AND 253402300799),
	to_s INTEGER NOT NULL CHECK (to_s BETWEEN -62135596800 AND 253402300799),
	CHECK (from_s <= to_s)
) STRICT;
INSERT INTO enrolment VALUES ('e1', 1, 'two-weeks', 'uid-plan', 'Two weeks', 'abc123', 20423, 2, 'base=1 race=2', '1', 1764300000, NULL, 'phone chat');
INSERT INTO enrolment VALUES ('e2', 2, 'two-weeks', NULL, 'Two weeks', NULL, 20430, 2, '', '', 1764300001, 1764400000, NULL);
INSERT INTO session VALUES ('e1', 0, 'w01-mo', 'uid-1', 1, 0, 34200, 'Europe/Berlin', 30, 'easy', 3, 12, 'empathy', 'First calls',
	'Milestone', 'Prepare', 'Tip', 'Description', 'help@example.org', 'https://example.org/first',
	'running', NULL, 20423, 36000, 20423, 34200, 1764570600, 1764579600, NULL, 1764581400, NULL, NULL, NULL, 2, 35,
	'Listen first', 'Calm', 'Take three calls', 5);
INSERT INTO session VALUES ('e1', 1, 'w02-fr', NULL, 2, 11, 50400, NULL, 60, 'race', 8, 40, '', 'Race',
	NULL, NULL, NULL, NULL, NULL, NULL,
	'done', NULL, 20434, 50400, NULL, 0, NULL, 1764596400, 1764600000, NULL, 60, 8, 2, 0, 63,
	NULL, NULL, NULL, 4294967295);
INSERT INTO session VALUES ('e2', 0, 'w01-mo', 'uid-1', 1, 0, 34200, NULL, 30, 'easy', 3, 12, 'empathy', 'First calls',
	NULL, NULL, NULL, NULL, NULL, NULL,
	'planned', NULL, 20430, 34200, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0,
	NULL, NULL, NULL, 0);
INSERT INTO notice VALUES ('e1/w01-mo/start/0', 'start', 'e1', 'w01-mo', 1764577800, 1764577800, 1764577801, NULL, 'shown', NULL, NULL, 1, 7, ':1.42', 0);
INSERT INTO notice VALUES ('e1/w01-mo/start/1', 'start', 'e1', 'w01-mo', 1764578400, 1764578400, 1764578401, 1764579600, 'answered', NULL, 'start', 0, 8, ':1.42', 1);
INSERT INTO notice VALUES ('e1/w02-fr/water/0', 'water', 'e1', 'w02-fr', 1764598200, 1764598200, 1764598201, 1764598230, 'shown', NULL, NULL, 0, 9, ':1.42', 0);
INSERT INTO notice VALUES ('digest/1764577800', 'digest', NULL, NULL, 1764577800, NULL, NULL, NULL, 'due', 'no server', NULL, 3, 0, NULL, 0);
INSERT INTO journal VALUES (1, 1764300000, 'enrol', 1, 'cli', 'IDEAS 71', 'e1', NULL, 'Enrolled in Two weeks', NULL, NULL);
INSERT INTO journal VALUES (2, 1764579600, 'start', 1, 'bubble', 'RULES 5.1', 'e1', 'w01-mo', 'Started', 'state=prompted', NULL);
INSERT INTO journal VALUES (3, 1764579700, 'undo', 1, 'cli', NULL, 'e1', 'w01-mo', 'Taken back', NULL, 2);
INSERT INTO plan_file VALUES ('/plans/two-weeks.ics', 'two-weeks', 1234, 1764300000123456789, 42, 'abc123', 'uid-plan', 'Two weeks', NULL, 2, 2, 90, NULL, 0, 1764200000);
INSERT INTO plan_file VALUES ('/plans/broken.ics', 'broken', 10, 1764300000123456789, 43, NULL, NULL, NULL, NULL, 0, 0, 0, 'no session', 3, NULL);
INSERT INTO value VALUES ('seen', '20423');
INSERT INTO value VALUES ('zone', 'Europe/Berlin');
INSERT INTO absence VALUES (1, 'pause', 1764579000, 1764579060);
INSERT INTO absence VALUES (2, 'away', 1766358000, 1767567600);
INSERT INTO absence VALUES (3, 'busy', 1764583200, 1764586800);
PRAGMA user_version = 4;
