# The holiday calendars, computed from plans/holidays/rules.txt into $(B)/holidays. Regions are read off the rules: a new one needs no line here.
HOLIDAY_RULES   := plans/holidays/rules.txt
HOLIDAY_REGIONS := $(shell sed -n 's/^region \([A-Z0-9-]*\) .*/\1/p' $(HOLIDAY_RULES))
HOLIDAY_FILES   := $(HOLIDAY_REGIONS:%=$(B)/holidays/%.ics)

.PHONY: holidays
holidays: $(HOLIDAY_FILES)
all: holidays

# One run writes them all.
$(HOLIDAY_FILES) &: plans/holidays/generate.py $(HOLIDAY_RULES)
	@echo '  HOLIDAYS $(B)/holidays'
	@/usr/bin/python3 -B plans/holidays/generate.py $(HOLIDAY_RULES) $(B)/holidays
	@touch $(HOLIDAY_FILES)

# The tests read what is shipped; not linked in.
$(B)/tests/unit/test_holidays $(B)/tests/unit/test_simulate: | $(HOLIDAY_FILES)
