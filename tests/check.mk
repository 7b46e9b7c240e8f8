# make deps, make check, make demo: everything a fresh Debian 12 needs, then the real thing.
.PHONY: check-run demo-run

# apt is asked only when something is missing, and only root (or sudo) can be asked.
deps:
	@missing=; for package in $(PACKAGES); do \
		[ "$$(dpkg-query -W -f='$${db:Status-Status}' $$package 2>/dev/null)" = installed ] || missing="$$missing $$package"; \
	done; \
	[ -n "$$missing" ] || exit 0; \
	sudo=; [ "$$(id -u)" = 0 ] || sudo=$$(command -v sudo) || { echo "These packages are missing; ask an administrator to install them:$$missing" >&2; exit 1; }; \
	echo "Installing what is missing:$$missing"; \
	$$sudo apt-get update -qq && $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing

# A second make each: the flags of pkg-config are read when make starts, which may be before deps installed anything.
check: deps
	@$(MAKE) --no-print-directory check-run
demo: deps
	@$(MAKE) --no-print-directory demo-run

# Ends with one line: N passed, N failed.
check-run:
	@/usr/bin/python3 -B tests/run

demo-run: build/release/pacerd build/release/pacer
	@/usr/bin/python3 -B tests/demo/demo.py
