# Pacer. The two commands of a new machine: `make demo` and `make check`. `make help` lists the rest.
PREFIX  ?= /usr/local
DESTDIR ?=
ifeq ($(origin CC),default)
CC := gcc
endif
VARIANT ?= release
B       := build/$(VARIANT)

PACKAGES := gcc clang make pkg-config scdoc libc6-dev libuv1-dev libical-dev libsqlite3-dev libnotify-dev libjansson-dev libsystemd-dev \
	uthash-dev libcmocka-dev python3 python3-pytest python3-dbusmock python3-gi python3-icalendar dbus dunst xvfb xdotool imagemagick \
	libnotify-bin fonts-dejavu-core systemd tzdata netcat-openbsd valgrind tmux xterm desktop-file-utils libclang-rt-14-dev \
	util-linux mount procps strace git librsvg2-bin \
	xfce4-notifyd xfconf mate-notification-daemon notification-daemon at-spi2-core sway mako-notifier jq \
	zsh fish libreoffice-calc-nogui

# One compiler command line for both programs; each room adds what it may include and nothing else.
WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wvla -Wformat=2 -Werror
HARDEN_release := -O2 -D_FORTIFY_SOURCE=2
HARDEN_clang   := -O2 -D_FORTIFY_SOURCE=2
HARDEN_asan    := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
HARDEN_tsan    := -O1 -fsanitize=thread -fno-omit-frame-pointer
BASE_CFLAGS := -std=gnu17 -g $(WARNINGS) $(HARDEN_$(VARIANT)) -fstack-protector-strong -fPIE -D_GNU_SOURCE \
	-include include/pacer/banned.h -Iinclude -MMD -MP
BASE_LDFLAGS := -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(filter -fsanitize%,$(HARDEN_$(VARIANT)))

# Room -> rooms it may include ("core/time.h" is found only where core is listed), and its libraries.
ROOMS         := core ical store desktop rpc
SEES_core     :=
SEES_ical     := core
SEES_store    := core
SEES_desktop  := core
SEES_rpc      :=
SEES_app      := core ical store desktop rpc
PKG_core      :=
PKG_ical      := libical
PKG_store     := sqlite3
PKG_desktop   := libnotify gio-2.0
PKG_rpc       := libuv jansson
PKG_app       := libuv jansson libsystemd sqlite3
PKG_all       := libical sqlite3 libnotify gio-2.0 libuv jansson libsystemd
PKG_cli       := jansson

pkg_cflags = $(if $(1),$(shell pkg-config --cflags $(1) 2>/dev/null | sed 's/-I/-isystem /g'))
pkg_libs   = $(if $(1),$(shell pkg-config --libs $(1) 2>/dev/null))

SRC_app  := $(wildcard daemon/*.c)
SRC_cli  := $(wildcard cli/*.c)
OBJ_app  := $(SRC_app:%.c=$(B)/%.o) $(B)/interface.o
OBJ_rooms := $(foreach r,$(ROOMS),$(patsubst %.c,$(B)/%.o,$(wildcard daemon/$(r)/*.c)))
OBJ_cli  := $(SRC_cli:%.c=$(B)/%.o)

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.PHONY: all deps check demo bench soak fuzz install uninstall clean help format lint man test-binaries

all: $(B)/pacerd $(B)/pacer man

# --- rooms -------------------------------------------------------------------------------------------------------------------------
# build/rooms/<room>/ holds links to the rooms it may see; each room is compiled with that one -I.
define room_rules
build/rooms/$(1)/.made: Makefile
	@rm -rf build/rooms/$(1) && mkdir -p build/rooms/$(1)
	@for r in $(SEES_$(1)); do ln -s ../../../daemon/$$$$r build/rooms/$(1)/$$$$r; done
	@touch $$@
$(if $(filter app,$(1)),$(B)/daemon/%.o: daemon/%.c,$(B)/daemon/$(1)/%.o: daemon/$(1)/%.c) | build/rooms/$(1)/.made
	@mkdir -p $$(@D)
	@echo '  CC $$@'
	@$$(CC) $$(BASE_CFLAGS) -Ibuild/rooms/$(1) $$(CFLAGS_$(1)) $$(CFLAGS) -c -o $$@ $$<
endef
$(foreach r,app $(ROOMS),$(eval CFLAGS_$(r) := $(call pkg_cflags,$(PKG_$(r)))))
$(foreach r,$(ROOMS) app,$(eval $(call room_rules,$(r))))

# The interface text is compiled in from its one source.
$(B)/interface.o: include/pacer/org.pacer.Pacer.varlink
	@mkdir -p $(@D)
	@printf '.section .rodata\n.global pacer_interface_text\npacer_interface_text:\n.incbin "%s"\n.byte 0\n.section .note.GNU-stack,"",@progbits\n' $< \
		| $(CC) -x assembler -c -o $@ -

$(B)/pacerd: $(OBJ_app) $(OBJ_rooms)
	@echo '  LD $@'
	@$(CC) $(BASE_LDFLAGS) $(LDFLAGS) -o $@ $^ $(call pkg_libs,$(PKG_all)) -lm

$(B)/cli/%.o: cli/%.c
	@mkdir -p $(@D)
	@echo '  CC $@'
	@$(CC) $(BASE_CFLAGS) $(call pkg_cflags,$(PKG_cli)) $(CFLAGS) -c -o $@ $<

$(B)/pacer: $(OBJ_cli)
	@echo '  LD $@'
	@$(CC) $(BASE_LDFLAGS) $(LDFLAGS) -o $@ $^ $(call pkg_libs,$(PKG_cli))

# --- tests -------------------------------------------------------------------------------------------------------------------------
# Every tests/unit/test_*.c and tests/sim/test_*.c is one program linked with the whole house except main.
TEST_SRC := $(wildcard tests/unit/test_*.c tests/sim/test_*.c)
TEST_BIN := $(TEST_SRC:%.c=$(B)/%)
TEST_OBJ := $(B)/house.a
SIM_OBJ  := $(patsubst %.c,$(B)/%.o,$(filter-out $(wildcard tests/sim/test_*.c),$(wildcard tests/sim/*.c)))
CLI_OBJ  := $(filter-out $(B)/cli/main.o,$(OBJ_cli))

$(B)/tests/%.o: tests/%.c | build/rooms/app/.made
	@mkdir -p $(@D)
	@echo '  CC $@'
	@$(CC) $(BASE_CFLAGS) -Wno-conversion -Ibuild/rooms/app -Idaemon -Icli -Itests $(call pkg_cflags,$(PKG_all)) $(CFLAGS) -c -o $@ $<

$(B)/tests/unit/test_cli%: $(B)/tests/unit/test_cli%.o $(CLI_OBJ)
	@echo '  LD $@'
	@$(CC) $(BASE_LDFLAGS) $(LDFLAGS) -o $@ $^ $(call pkg_libs,$(PKG_cli)) -lcmocka
$(B)/tests/unit/%: $(B)/tests/unit/%.o $(TEST_OBJ)
	@echo '  LD $@'
	@$(CC) $(BASE_LDFLAGS) $(LDFLAGS) -o $@ $^ $(call pkg_libs,$(PKG_all)) -lcmocka -lm
$(B)/tests/sim/%: $(B)/tests/sim/%.o $(SIM_OBJ) $(TEST_OBJ)
	@echo '  LD $@'
	@$(CC) $(BASE_LDFLAGS) $(LDFLAGS) -o $@ $^ $(call pkg_libs,$(PKG_all)) -lcmocka -lm
.PRECIOUS: $(B)/tests/%.o

$(B)/house.a: $(filter-out $(B)/daemon/main.o,$(OBJ_app)) $(OBJ_rooms)
	@rm -f $@
	@ar rcs $@ $^

# The notification thread alone, driven line by line by tests/e2e/test_desktop_thread.py.
$(B)/tests/e2e/desktop_driver: $(B)/tests/e2e/desktop_driver.o $(TEST_OBJ)
	@echo '  LD $@'
	@$(CC) $(BASE_LDFLAGS) $(LDFLAGS) -o $@ $^ $(call pkg_libs,$(PKG_all)) -lm

test-binaries: $(TEST_BIN) $(B)/tests/e2e/desktop_driver

# --- care ------------------------------------------------------------------------------------------------------------------------------
SOURCES = $(shell find daemon cli include tests -name '*.[ch]')

format:
	clang-format -i $(SOURCES)

lint: build/rooms/app/.made
	cppcheck --quiet --enable=warning,performance,portability --inline-suppr --std=c11 -Iinclude -Ibuild/rooms/app daemon cli

help:
	@printf '%s\n' \
		'make demo       build, then live through a Monday and a Friday with real bubbles' \
		'make check      build everything and run every test: N passed, N failed' \
		'make            build pacerd, pacer and the manuals' \
		'make install    PREFIX=/usr/local DESTDIR=; make uninstall takes it back' \
		'make bench      time and memory against their budgets' \
		'make fuzz       hostile files and messages, FUZZ_SECONDS=120 each' \
		'make soak       SIM_COUNT=2000 simulated lives and 18 real weeks with accidents (SOAK_SECONDS, SOAK_WEEKS, SOAK_SEED)' \
		'make format lint clean'

include systemd/install.mk
include $(wildcard tests/check.mk tests/bench.mk)

clean:
	rm -rf build

-include $(shell find $(B) -name '*.d' 2>/dev/null)
