#!/bin/bash
# The walls of the house, checked on what was built: boundaries.sh [BUILD_DIR] (the release variant, built; default build/release).
#
# Prints "ok N - ..." or "not ok N - ..." with the reasons on lines that begin with #, and ends with 1 when a wall has a hole.
# Tests are not looked at: they may see everything.
set -u
shopt -s lastpipe # "... | check" counts in this shell
root=$(realpath -- "$(dirname -- "$0")/../..") || exit 2
build=$(realpath -e -- "${1:-$root/build/release}") || exit 2
cd -- "$root" || exit 2

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
		sed 's/^/# /; 20q' <<<"$reasons"
		broken=$((broken + 1))
	fi
}

sources() { find "$@" -name '*.c' | sort; }
words() { tr -s ' \t\n' '\n' <<<"$*" | sed '/^$/d'; }
# Symbols that the objects of these sources use and do not have: lines of "source symbol".
undefined() {
	local source
	for source in "$@"; do
		echo "$build/${source%.c}.o"
	done | xargs nm -A -u -- | sed -E "s|^$build/(.*)\.o: +[Uw] +([^ @]+).*|\1.c \2|"
}

# --- every source has its object, so that the checks below look at all of them ------------------------------------------------------
for source in $(sources daemon cli); do
	object=$build/${source%.c}.o
	if [ ! -e "$object" ]; then
		echo "$source: there is no $object"
	elif [ "$source" -nt "$object" ]; then
		echo "$source: newer than its object, build again"
	fi
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
core_has=$(sources daemon/core | sed "s|^\(.*\)\.c$|$build/\1.o|" | xargs nm --defined-only -g | awk 'NF == 3 { print $3 }')
undefined $(sources daemon/core) | awk 'NR == FNR { may[$1]; next } !($2 in may) { print $1 ": calls " $2 }' <(words "$core_may $core_has") - |
	check "the core calls memory, text and numbers and nothing else"

# A variable that changes would be state between two calls. Constants with pointers, which the loader fills in, are fine.
for source in $(sources daemon/core); do
	nm --defined-only -f sysv -- "$build/${source%.c}.o" | awk -F'|' -v source="$source" \
		'$4 ~ /OBJECT|TLS/ && $7 ~ /\.(data|bss|tdata|tbss)|\*COM\*/ && $7 !~ /\.data\.rel\.ro/ { gsub(/ /, "", $1); print source ": changes " $1 }'
done | check "the core has no variables of its own"

grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]*<' daemon/core/*.[ch] |
	grep -vE '<(assert|ctype|errno|inttypes|limits|math|stdarg|stdbool|stddef|stdint|stdio|stdlib|string|strings|uthash|utarray|utlist)\.h>' |
	check "the core includes the C library and uthash and nothing else"

# --- one room for each library -------------------------------------------------------------------------------------------------------
# library, its headers, the places that may name them (both as regular expressions; of a place as grep prints it)
while read -r library header places; do
	grep -rnE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]$header" daemon cli include --include='*.[ch]' |
		grep -vE "^($places)" | check "$library stays in its room"
done <<'TABLE'
SQLite     sqlite3(ext)?\.h                               daemon/store/
libical    (libical/|ical[a-z_]*\.h)                      daemon/ical/
GLib       (glib|gio|gobject|gmodule|libnotify|gtk|gdk)   daemon/desktop/
libuv      uv(/|\.h)                                      daemon/rpc/|daemon/[^/]*:
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
clock_calls() { awk 'NR == FNR { clock[$1]; next } $2 in clock { print $1 ": reads a clock: " $2 }' <(words "$clocks") -; }

undefined $(sources daemon | grep -vx daemon/clock.c) | clock_calls | check "daemon/clock.c is the only reader of clocks"

# The command line shows what the daemon says. How long it waits for an answer is no date: it may measure that, with CLOCK_MONOTONIC.
{
	undefined $(sources cli) | clock_calls | grep -v ' clock_gettime$'
	grep -rnE '\<clock_gettime[[:space:]]*\(' cli --include='*.[ch]' | grep -vE 'clock_gettime[[:space:]]*\([[:space:]]*CLOCK_MONOTONIC\>'
} | check "the command line reads no wall clock"

grep -rnEi "'now'|\\<current_(timestamp|date|time)\\>|\\<(julianday|unixepoch|strftime)[[:space:]]*\\(" daemon cli --include='*.[ch]' |
	check "no statement asks the database for the time"

# --- headers -------------------------------------------------------------------------------------------------------------------------
make -s build/rooms/{core,ical,store,desktop,rpc,app}/.made >/dev/null || exit 2
system_flags=$(pkg-config --cflags libical sqlite3 libnotify gio-2.0 libuv jansson libsystemd | sed 's/-I/-isystem /g')
strict='-Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wvla -Wformat=2 -Werror -O2 -D_FORTIFY_SOURCE=2
	-include include/pacer/banned.h -fsyntax-only'
# compile_header COMPILER HEADER FLAG...: the header and nothing else, seeing what its room may see.
compile_header() {
	local compiler=$1 header=$2 room=app
	shift 2
	case $header in daemon/*/*) room=${header#daemon/} room=${room%%/*} ;; esac
	# shellcheck disable=SC2086
	$compiler -std=gnu17 -D_GNU_SOURCE -Iinclude -I"build/rooms/$room" -iquote "$(dirname -- "$header")" $system_flags "$@" \
		-x c - <<<"#include \"$(basename -- "$header")\""
}

for compiler in gcc clang; do
	for header in $(find daemon cli include -name '*.h' | sort); do
		# shellcheck disable=SC2086
		compile_header $compiler "$header" $strict 2>&1 | grep -m 1 error | sed "s|^|$header: |"
	done | check "every header compiles alone with $compiler"
done

# What the rooms show to others must not bring along what they keep inside.
for header in daemon/core/engine.h daemon/ical/read.h daemon/ical/tz.h daemon/store/store.h daemon/desktop/desktop.h daemon/rpc/rpc.h; do
	compile_header gcc "$header" -M | tr -s ' \\' '\n' | grep -E '/(sqlite3|libical/ical|glib|gio/gio|libnotify/notify)\.h$' |
		sed "s|^|$header: brings along |"
done | check "no room hands its library on"

# --- hardening: position independent, relocations read-only, stack protector, fortified calls -----------------------------------------
for program in pacerd pacer; do
	binary=$build/$program
	{
		readelf -hW "$binary" | grep -q 'Type: *DYN' || echo "$program is not position independent"
		readelf -lW "$binary" | grep -q GNU_RELRO || echo "$program has no read-only relocations"
		readelf -dW "$binary" | grep -q 'BIND_NOW\|NOW' || echo "$program binds lazily"
		readelf -lW "$binary" | grep GNU_STACK | grep -q 'RW ' || echo "$program has an executable stack"
		nm -D "$binary" | grep -q __stack_chk_fail || echo "$program has no stack protector"
		nm -D "$binary" | grep -q '_chk@' || echo "$program has no fortified calls"
	} | check "$program is hardened"
done

echo "1..$count"
[ "$broken" -eq 0 ]
