# shardkit: small tools that back a stream up to other machines.
#
#   make            static musl binaries in build/, the library in build/libshardkit.a
#   make demo       back a folder up to five stores, lose two, damage one, restore
#   make test       all tests; `make test T=tests/x.bats` runs one file
#                   SAMPLES=50 SEED=3 with T=tests/net/wire.bats: a wire that
#                   is tampered with at so many places, instead of eight
#   make lint       layers, shape, format, man pages, scripts
#   make bench      speed and memory beside other tools and beside what is wanted
#                   of them; what finding 1000 peers costs, and a poll
#   make fuzz       libFuzzer (clang) on each decoder, FUZZ_SECONDS=10 each
#   make valgrind   a backup and a restore by it, each process under valgrind
#   make model      every property of the poll's model, with spin (under five minutes)
#   make coverage   the tests again under gcov, percent by file
#   make graph      the layers of lib/ as a picture (DOT)
#   make install    into PREFIX=/usr/local, below DESTDIR; `make uninstall` undoes it
#   make dist       a reproducible tarball of all that `make install` puts there
#   make deb        the same as a Debian package
#   make clean      all but the fetched libraries; `rm -r build` for those too
#
#   SAN=1           with ASan and UBSan, against glibc, in build/san
#   ARCH=aarch64    cross-compile, in build/aarch64
#   DEPS_CACHE=DIR  a folder of the third-party archives: no network needed
#
# A folder of lib/ is a layer, cmd/X.c is the tool X, with its verbs in cmd/X/:
# nothing is listed here.
# SPDX-License-Identifier: ISC

VERSION = 0.1.0
PREFIX = /usr/local
FUZZ_SECONDS = 10
HOST := $(shell uname -m)
ARCH = $(HOST)

WARN = -Wall -Wextra -Wpedantic -Werror -Wshadow -Wundef -Wvla -Wformat=2 -Wpointer-arith \
	-Wwrite-strings -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
SECTIONS = -ffunction-sections -fdata-sections
NEAR_aarch64 = -mcmodel=tiny # all is within a megabyte: one instruction for an address, not two
OPT = -Oz -fstack-protector-strong -fno-asynchronous-unwind-tables -fno-unwind-tables $(NEAR_$(ARCH))
LINK = -static -s -Wl,--gc-sections,--sort-section=alignment,-z,noseparate-code,-z,norelro # less padding
CC = musl-gcc
AR = ar
KIND = $(ARCH)
O = build

ifdef SAN
O = build/san
KIND = san
CC = gcc
DEPS_SAN = -fsanitize=address
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=undefined
OPT = -O1 -g -fno-omit-frame-pointer
LINK =
else ifdef FUZZ
O = build/fuzz
KIND = fuzz
CC = clang
DEPS_SAN = -fsanitize=fuzzer-no-link,address
SANITIZE = -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
OPT = -O1 -g
WARN =
LINK =
else ifdef VALGRIND
O = build/valgrind
KIND = glibc
CC = gcc
OPT = -O1 -g
LINK =
else ifdef COV
O = build/cov
OPT = -O0 -g --coverage -fprofile-update=atomic
LINK = -static --coverage
else ifneq ($(ARCH),$(HOST))
O = build/$(ARCH)
CC = $(ARCH)-linux-gnu-gcc -specs $(abspath $(CROSS))
AR = $(ARCH)-linux-gnu-ar
CROSS = build/deps/musl/musl.specs
endif

DEPS = build/deps/$(KIND)/libdeps.a
LIB = $(O)/libshardkit.a
CFLAGS = -std=c11 $(OPT) $(SECTIONS) $(SANITIZE) $(WARN) -pthread
CPPFLAGS = -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -Ilib -isystem build/deps/include -MMD -MP

OBJ = $(patsubst %.c,$(O)/obj/%.o,$(wildcard lib/*/*.c))
VERBS = $(patsubst %.c,$(O)/obj/%.o,$(wildcard cmd/$(1)/*.c))
# These wait for a wire or a disk, not for a hash, and are the largest.
NARROW = $(if $(filter shard-recv shard-repair shard-send shard-vote,$(1)),build/deps/$(KIND)/narrow.o)
BIN = $(patsubst cmd/%.c,$(O)/%,$(wildcard cmd/*.c))
SCRIPT = $(O)/p2p-backup
UNIT = $(patsubst tests/unit/%.c,$(O)/test/%,$(wildcard tests/unit/*.c))
DECODER = $(filter-out replay,$(basename $(notdir $(wildcard tests/fuzz/*.c))))
REPLAY = $(DECODER:%=$(O)/test/replay/%)
BENCH = $(patsubst tests/%.c,$(O)/test/%,$(wildcard tests/bench/*.c))

all: $(LIB) $(BIN) $(SCRIPT)

$(LIB): $(OBJ)
	@echo "ar $@"
	@rm -f $@
	@$(AR) rcs $@ $^

.SECONDEXPANSION:
$(BIN): $(O)/%: $(O)/obj/cmd/%.o $$(call VERBS,$$*) $$(call NARROW,$$*) $(LIB) $(DEPS)
$(UNIT): $(O)/test/%: $(O)/obj/tests/unit/%.o $(LIB) $(DEPS)
$(REPLAY): $(O)/test/replay/%: $(O)/obj/tests/fuzz/%.o $(O)/obj/tests/fuzz/replay.o $(LIB) $(DEPS)
$(BENCH): $(O)/test/%: $(O)/obj/tests/%.o $(LIB) $(DEPS)
$(BIN) $(UNIT) $(REPLAY) $(BENCH):
	@echo "ld $@"
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) -o $@ $^ $(LINK) -lm

$(SCRIPT): $(wildcard contrib/p2p-backup/*.sh) Makefile
	@echo "cat $@"
	@mkdir -p $(@D)
	@{ echo '#!/bin/sh'; cat $(filter %.sh,$^); echo 'VERSION=$(VERSION)'; echo 'main "$$@"'; } > $@
	@chmod +x $@

$(O)/obj/%.o: %.c $(DEPS) Makefile
	@echo "cc $<"
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(DEPS) build/deps/$(KIND)/narrow.o &: build/deps/fetched $(CROSS)
	@echo "compiling the libraries into $@"
	@CC='$(CC)' CFLAGS='-O2 -fno-asynchronous-unwind-tables -fno-unwind-tables $(SECTIONS) $(DEPS_SAN)' AR=$(AR) ARCH=$(ARCH) \
		contrib/deps build build/deps $(KIND)

build/deps/fetched: contrib/deps
	@contrib/deps fetch build/deps

build/deps/musl/musl.specs: contrib/deps
	@contrib/deps musl build/deps

demo: all
	@contrib/demo-run $(O)

test: all $(if $(T),,$(UNIT) $(REPLAY) $(BENCH))
	@SAN=$(SAN) tests/run $(O) $(T)

lint: all
	@contrib/lint

bench: all $(BENCH)
	@contrib/bench $(O)
	@contrib/bench-find $(O)
	@contrib/bench-poll $(O)

fuzz:
	@$(MAKE) --no-print-directory FUZZ=1 $(DECODER:%=fuzz-%)

fuzz-%: $(O)/obj/tests/fuzz/%.o $(LIB) $(DEPS)
	@echo "ld $(O)/$*"
	@mkdir -p $(O)/corpus/$* tests/fuzz/corpus/$*
	@$(CC) $(CFLAGS) -fsanitize=fuzzer -o $(O)/$* $^ -lm
	$(O)/$* -max_total_time=$(FUZZ_SECONDS) -verbosity=0 -print_final_stats=1 \
		-artifact_prefix=$(O)/$*- $(O)/corpus/$* tests/fuzz/corpus/$*

valgrind:
	@$(MAKE) --no-print-directory VALGRIND=1 all
	@contrib/valgrind build/valgrind

model:
	@tests/model/check

coverage:
	@find build/cov -name '*.gcda' -delete 2>/dev/null || true
	-@$(MAKE) --no-print-directory COV=1 test
	@gcovr --root . --filter lib/ --filter cmd/ build/cov/obj | cut -c 1-70

graph:
	@contrib/graph

install: all
	@contrib/install $(O) '$(DESTDIR)$(PREFIX)' '$(PREFIX)'

uninstall:
	@contrib/install -r $(O) '$(DESTDIR)$(PREFIX)'

dist: all
	@contrib/dist $(O) shardkit-$(VERSION)-$(ARCH)

deb: all
	@contrib/deb $(O) $(VERSION) $(ARCH)

clean:
	@[ ! -d build ] || find build -mindepth 1 -maxdepth 1 ! -name deps -exec rm -r {} +

.PHONY: all demo test lint bench fuzz valgrind model coverage graph install uninstall dist deb clean
.SECONDARY:
.DELETE_ON_ERROR:
-include $(shell find $(O)/obj -name '*.d' 2>/dev/null)
