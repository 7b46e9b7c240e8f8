# Installing. One list drives both ways: `make uninstall` removes what `make install` put there, and nothing else.
#
#   make install                                    below /usr/local, for everyone
#   make install PREFIX=/usr DESTDIR=pkg            for a package
#   make install PREFIX=$HOME/.local                for yourself, without root
#
# Where a session looks for units and autostart entries does not follow PREFIX everywhere: XDG autostart reads /etc/xdg, also for
# /usr/local, and a home has ~/.config/autostart and ~/.local/share/systemd/user. The defaults below are the places that are read.
B          ?= build/release
PREFIX     ?= /usr/local
SCDOC      ?= scdoc
INSTALL    ?= install
MAN_BUILD  ?= build/man

in_home     = $(filter $(HOME)/.local,$(PREFIX))
SYSCONFDIR ?= $(if $(filter /usr /usr/local,$(PREFIX)),/etc,$(PREFIX)/etc)
BINDIR     ?= $(PREFIX)/bin
DATADIR    ?= $(PREFIX)/share
MANDIR     ?= $(DATADIR)/man
DOCDIR     ?= $(DATADIR)/doc/pacer
UNITDIR    ?= $(if $(in_home),$(DATADIR)/systemd/user,$(PREFIX)/lib/systemd/user)
AUTOSTARTDIR ?= $(if $(in_home),$(HOME)/.config/autostart,$(SYSCONFDIR)/xdg/autostart)
ICONDIR    ?= $(DATADIR)/icons/hicolor

MAN_PAGES := $(MAN_BUILD)/pacer.1 $(MAN_BUILD)/pacerd.1 $(MAN_BUILD)/pacer-plan.5
FILLED    := $(B)/systemd/pacerd.service $(B)/systemd/pacer.desktop $(B)/systemd/pacerd-autostart.desktop

include plans/holidays/holidays.mk

# mode:source:destination
INSTALLED = \
	755:$(B)/pacerd:$(BINDIR)/pacerd \
	755:$(B)/pacer:$(BINDIR)/pacer \
	644:systemd/pacerd.socket:$(UNITDIR)/pacerd.socket \
	644:$(B)/systemd/pacerd.service:$(UNITDIR)/pacerd.service \
	644:$(B)/systemd/pacer.desktop:$(DATADIR)/applications/pacer.desktop \
	644:$(B)/systemd/pacerd-autostart.desktop:$(AUTOSTARTDIR)/pacerd-autostart.desktop \
	644:systemd/pacer.svg:$(ICONDIR)/scalable/apps/pacer.svg \
	644:systemd/pacer-symbolic.svg:$(ICONDIR)/symbolic/apps/pacer-symbolic.svg \
	$(foreach plan,$(wildcard plans/*.ics),644:$(plan):$(DATADIR)/pacer/plans/$(notdir $(plan))) \
	$(foreach file,$(HOLIDAY_FILES),644:$(file):$(DATADIR)/pacer/holidays/$(notdir $(file))) \
	$(foreach page,$(MAN_PAGES),644:$(page):$(MANDIR)/man$(subst .,,$(suffix $(page)))/$(notdir $(page))) \
	644:cli/completions/pacer.bash:$(DATADIR)/bash-completion/completions/pacer \
	644:cli/completions/_pacer:$(DATADIR)/zsh/site-functions/_pacer \
	644:cli/completions/pacer.fish:$(DATADIR)/fish/vendor_completions.d/pacer.fish \
	644:LICENSE:$(DOCDIR)/LICENSE \
	644:README.md:$(DOCDIR)/README.md \
	644:systemd/pacerd-sandbox.conf:$(DOCDIR)/pacerd-sandbox.conf

# Directories that are ours alone: removed when nobody has put anything else into them.
OWN_DIRS = $(DATADIR)/pacer/plans $(DATADIR)/pacer/holidays $(DATADIR)/pacer $(DOCDIR)

part     = $(word $(1),$(subst :, ,$(2)))
source   = $(call part,2,$(1))
target   = $(DESTDIR)$(call part,3,$(1))
check_prefix = $(if $(filter 1,$(words x$(DESTDIR)$(PREFIX))),,$(error PREFIX and DESTDIR must not contain blanks))

define newline


endef

.PHONY: install uninstall man FORCE

install: $(B)/pacerd $(B)/pacer $(FILLED) $(HOLIDAY_FILES) man
	$(check_prefix)$(foreach f,$(INSTALLED),$(INSTALL) -D -m $(call part,1,$(f)) $(call source,$(f)) $(call target,$(f))$(newline)	)
	@echo "To start it now: systemctl --user daemon-reload && systemctl --user enable --now pacerd.socket pacerd.service"

uninstall:
	$(check_prefix)$(foreach f,$(INSTALLED),rm -f $(call target,$(f))$(newline)	)
	for dir in $(addprefix $(DESTDIR),$(OWN_DIRS)); do rmdir $$dir 2>/dev/null || true; done

# Filled anew each time: BINDIR may have changed since.
$(FILLED): $(B)/systemd/%: systemd/%.in FORCE
	@mkdir -p $(@D)
	@sed 's|@BINDIR@|$(BINDIR)|g' $< > $@

man: $(MAN_PAGES)

define man_rule
$(MAN_BUILD)/%: $(1)/%.scd
	@mkdir -p $$(@D)
	@echo '  MAN $$@'
	@$$(SCDOC) < $$< > $$@ || { rm -f $$@; exit 1; }
endef
$(foreach dir,cli daemon plans,$(eval $(call man_rule,$(dir))))
