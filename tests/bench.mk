# make bench: the budgets, measured; make fuzz: hostile bytes for FUZZ_SECONDS a target; make soak: lives and weeks, with accidents.
# They are no part of make check: they take minutes, and numbers of a busy machine say little. But two weeks of the soak are.
.PHONY: bench-run fuzz-run soak-run
FUZZ_SECONDS ?= 120
# The whole house is watched by the sanitizers and counts its branches; only a fuzz program gets libFuzzer's main.
FUZZ_FLAGS := -O1 -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all

BENCH_BIN := $(addprefix $(B)/tests/bench/,bench_read bench_sim floor stopwatch)
FUZZ_SRC  := $(wildcard tests/fuzz/fuzz_*.c)
FUZZ_BIN  := $(FUZZ_SRC:%.c=$(B)/%)

bench: deps
	@$(MAKE) --no-print-directory bench-run
fuzz: deps
	@$(MAKE) --no-print-directory VARIANT=fuzz CC=clang HARDEN_fuzz='$(FUZZ_FLAGS)' fuzz-run
soak: deps
	@$(MAKE) --no-print-directory soak-run

bench-run: $(B)/pacerd $(B)/pacer $(BENCH_BIN)
	@PACER_BUILD=$(B) /usr/bin/python3 -B tests/bench/bench.py

fuzz-run: $(FUZZ_BIN)
	@/usr/bin/python3 -B tests/bench/fuzz.py --seconds $(FUZZ_SECONDS) $(FUZZ_BIN)

soak-run: $(B)/pacerd $(B)/pacer $(B)/tests/sim/test_sim
	@SIM_COUNT=$${SIM_COUNT:-2000} $(B)/tests/sim/test_sim
	@PACER_BUILD=$(B) /usr/bin/python3 -B tests/bench/soak.py

$(B)/tests/bench/floor $(B)/tests/bench/stopwatch: %: %.o
	@echo '  LD $@'
	@$(CC) $(BASE_LDFLAGS) $(LDFLAGS) -o $@ $^
$(B)/tests/bench/bench_read: $(B)/tests/bench/bench_read.o $(TEST_OBJ)
	@echo '  LD $@'
	@$(CC) $(BASE_LDFLAGS) $(LDFLAGS) -o $@ $^ $(call pkg_libs,$(PKG_all)) -lm
$(B)/tests/bench/bench_sim: $(B)/tests/bench/bench_sim.o $(SIM_OBJ) $(TEST_OBJ)
	@echo '  LD $@'
	@$(CC) $(BASE_LDFLAGS) $(LDFLAGS) -o $@ $^ $(call pkg_libs,$(PKG_all)) -lcmocka -lm
$(B)/tests/fuzz/%: $(B)/tests/fuzz/%.o $(TEST_OBJ)
	@echo '  LD $@'
	@$(CC) $(BASE_LDFLAGS) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(call pkg_libs,$(PKG_all)) -lm
