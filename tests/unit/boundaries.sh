#!/bin/bash
# The walls of the house, checked on what was built: boundaries.sh BUILD_DIR (of the release variant, built).
#
# Prints "ok N - ..." or "not ok N - ..." with the reasons on lines that begin with #, and ends with 1 when a wall has a hole.
# Tests are not looked at: they may see everything.
set -u
[ $# -eq 1 ] || { echo "usage: $0 BUILD_DIR" >&2; exit 2; }
build=$(realpath -- "$1") || exit 2
cd -- "$(dirname -- "$0")/../.." || exit 2

count=0 broken=0
# check NAME: what stands on standard input are the reasons why not; none is good.
check() {
	local reasons
	reasons=$(cat)
	count=$((count + 1))
	if [ -z "$reasons" ]; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		sed 's/^/# /' <<<"$reasons"
		broken=$((broken + 1))
	fi
}

object_of() { echo "$build/${1%.c}.o"; }
sources() { find "$@" -name '*.c' | sort; }
undefined() { nm -u -- "$1" | awk '{ print $2 }'; }

# --- every source has its object, so that the checks below look at all of them ------------------------------------------------------
for source in $(sources daemon cli); do
	object=$(object_of "$source")
	[ -e "$object" ] || echo "$source: no $object"
	[ ! -e "$object" ] || [ ! "$source" -nt "$object" ] || echo "$source: newer than its object, build again"
done | check "every source is built"

# --- the core ------------------------------------------------------------------------------------------------------------------------
# Memory, text, numbers, sorting: no clock, no file, no environment, no library.
core_may='abort free malloc calloc realloc reallocarray
	memchr memcmp memcpy memmove memset rawmemchr
	strchr strrchr strcmp strncmp strlen strnlen strspn strcspn strstr strcasecmp strncasecmp strpbrk
	strtol strtoul strtoll strtoull __isoc23_strtol __isoc23_strtoul __isoc23_strtoll __isoc23_strtoull
	snprintf vsnprintf asprintf vasprintf qsort bsearch
	exp log sqrt floor ceil round lround fabs
	__errno_location __ctype_b_loc __stack_chk_fail __assert_fail
	__memcpy_chk __memmove_chk __memset_chk __snprintf_chk __vsnprintf_chk __asprintf_chk __vasprintf_chk
	_GLOBAL_OFFSET_TABLE_'
core_has=$(for source in $(sources daemon/core); do nm --defined-only -g -- "$(object_of "$source")" | awk '{ print $3 }'; done)
for source in $(sources daemon/core); do
	undefined "$(object_of "$source")" | grep -vxF -f <(tr -s ' \t\n' '\n' <<<"$core_may $core_has" | sed '/^$/d') | sed "s|^|$source: calls |"
done | check "the core calls memory, text and numbers and nothing else"

# A variable that changes would be state between two calls: only constants, also behind pointers that the loader fills in.
for source in $(sources daemon/core); do
	nm --defined-only -f sysv -- "$(object_of "$source")" | awk -F'|' -v source="$source" \
		'$4 ~ /OBJECT/ && $7 ~ /\.(data|bss|tdata|tbss)/ && $7 !~ /\.data\.rel\.ro/ { gsub(/ /, "", $1); print source ": changes " $1 }'
done | check "the core has no variables of its own"

grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]*<' daemon/core/*.[ch] /dev/null |
	grep -vE '<(assert|ctype|errno|inttypes|limits|math|stdarg|stdbool|stddef|stdint|stdio|stdlib|string|strings|uthash|utarray|utlist)\.h>' |
	check "the core includes the C library and uthash and nothing else"

# --- one room for each library -------------------------------------------------------------------------------------------------------
# header (regular expression) and the sources that may name it
while read -r library header places; do
	grep -rnE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]$header" daemon cli include --include='*.[ch]' |
		grep -vE "^($places)" | check "$library only in ${places//|/, }"
done <<'TABLE'
SQLite     sqlite3(ext)?\.h                               daemon/store/
libical    (libical/|ical[a-z_]*\.h)                      daemon/ical/
GLib       (glib|gio|gobject|gmodule|libnotify|gtk|gdk)   daemon/desktop/
libuv      uv(/|\.h)                                      daemon/rpc/|daemon/[^/]*$|daemon/[^/]*:
jansson    jansson                                        daemon/rpc/|daemon/[^/]*:|cli/
libsystemd systemd/                                       daemon/[^/]*:
TABLE

# Rooms are found through -I; a path with .. would climb over the wall.
grep -rnE '^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"]([^>"]*/)?\.\.?/' daemon cli include --include='*.[ch]' |
	check "no include climbs out of its room"

grep -rnE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' cli --include='*.[ch]' | grep -vE '"(pacer/)?[a-z_0-9]+\.h"' |
	check "the command line includes its own headers and the contract"

# --- clocks --------------------------------------------------------------------------------------------------------------------------
clocks='time gettimeofday ftime clock times timespec_get clock_gettime localtime_r gmtime_r mktime timelocal timegm
	uv_now uv_hrtime uv_gettimeofday uv_clock_gettime g_get_real_time g_get_current_time
	g_date_time_new_now g_date_time_new_now_local g_date_time_new_now_utc
	icaltime_today icaltime_current_time_with_zone sd_event_now'
for source in $(sources daemon | grep -vx daemon/clock.c); do
	undefined "$(object_of "$source")" | grep -xF -f <(tr -s ' \t\n' '\n' <<<"$clocks" | sed '/^$/d') | sed "s|^|$source: reads a clock: |"
done | check "only daemon/clock.c reads a clock"

# The command line shows what the daemon says. How long it waits for an answer is no date: it may measure that, with CLOCK_MONOTONIC.
for source in $(sources cli); do
	undefined "$(object_of "$source")" | grep -xF -f <(tr -s ' \t\n' '\n' <<<"$clocks" | sed '/^$/d; /^clock_gettime$/d') |
		sed "s|^|$source: reads a clock: |"
	grep -nE '\<clock_gettime[[:space:]]*\(' "$source" /dev/null | grep -vE 'clock_gettime[[:space:]]*\([[:space:]]*CLOCK_MONOTONIC\>'
done | check "the command line reads no wall clock"

grep -rnEi "'now'|\\<current_(timestamp|date|time)\\>|\\<(julianday|unixepoch|strftime)[[:space:]]*\\(" daemon cli --include='*.[ch]' |
	check "no statement asks the database for the time"

# --- headers -------------------------------------------------------------------------------------------------------------------------
make -s $(printf 'build/rooms/%s/.made ' core ical store desktop rpc app) >/dev/null || exit 2
system_flags=$(pkg-config --cflags libical sqlite3 libnotify gio-2.0 libuv jansson libsystemd | sed 's/-I/-isystem /g')
warnings='-Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wvla -Wformat=2 -Werror'
# What a header brings along, against the library that its room hides.
hidden='/(sqlite3|libical/ical|glib|gio/gio|libnotify/notify)\.h\>'
for compiler in gcc clang; do
	for header in $(find daemon cli include -name '*.h' ! -name banned.h | sort); do
		room=app
		case $header in daemon/*/*) room=${header#daemon/} room=${room%%/*} ;; esac
		own=$(dirname -- "$header")
		# shellcheck disable=SC2086
		echo "#include \"$(basename -- "$header")\"" |
			$compiler -std=gnu17 $warnings -D_GNU_SOURCE -include include/pacer/banned.h -Iinclude -Ibuild/rooms/$room \
				-iquote "$own" $system_flags -x c -fsyntax-only - 2>&1 | head -n 3 | sed "s|^|$header: |"
	done | check "every header compiles alone with $compiler"
done

for header in daemon/*.h daemon/rpc/*.h daemon/core/*.h daemon/store/store.h daemon/ical/read.h daemon/ical/tz.h daemon/desktop/desktop.h; do
	room=app
	case $header in daemon/*/*) room=${header#daemon/} room=${room%%/*} ;; esac
	# shellcheck disable=SC2086
	echo "#include \"$(basename -- "$header")\"" |
		gcc -std=gnu17 -D_GNU_SOURCE -Iinclude -Ibuild/rooms/$room -iquote "$(dirname -- "$header")" $system_flags -x c -M - 2>/dev/null |
		tr -s ' \\' '\n' | grep -E "$hidden" | sed "s|^|$header: brings along |"
done | check "no room hands its library on"

echo "1..$count"
[ "$broken" -eq 0 ]
