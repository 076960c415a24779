# Keepline: one binary, build/keepline.  `make`, `make test`, `make BUILD=asan lib`.
# A new .c, .sql, .page or .po file in its room is found by itself; nothing to add here.
BUILD ?= release
B     := $(if $(filter release,$(BUILD)),build,build-$(BUILD))
# Generated sources and the tools that make them are the same for every kind of build.
GEN   := build/gen
TOOLS := build/tools

ROOMS := base core text store gate sandbox work web
PKGS  := libmicrohttpd libcurl jansson libcrypto libsodium sqlite3 libbrotlienc zlib libqrencode inih
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS))
PKG_LIBS   := $(shell pkg-config --libs $(PKGS))

WARN  := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wvla -Wformat=2 -Werror
KIND_release := -O2 -g1 -D_FORTIFY_SOURCE=2
KIND_asan    := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
KIND_tsan    := -O1 -g -fno-omit-frame-pointer -fsanitize=thread
KIND  := $(or $(KIND_$(BUILD)),$(error BUILD is release, asan or tsan, not $(BUILD)))
CFLAGS_ALL  := -std=c17 -D_GNU_SOURCE -Isrc -I$(GEN) -fPIE -ffunction-sections -fdata-sections \
	-fstack-protector-strong $(WARN) $(KIND) $(PKG_CFLAGS) $(CFLAGS)
LDFLAGS_ALL := -pie -Wl,--gc-sections -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack $(KIND) $(LDFLAGS)
LIBS := $(PKG_LIBS) -lpthread

# --- what there is -----------------------------------------------------------
ROOM_SRC  := $(wildcard $(foreach r,$(ROOMS),src/$r/*.c)) $(filter-out src/main.c,$(wildcard src/*.c))
SQL_SRC   := $(filter-out src/store/schema.sql,$(wildcard src/store/*.sql))
PAGE_DIRS := $(wildcard src/web/pages src/work/mail)
PAGE_SRC  := $(wildcard $(addsuffix /*.page,$(PAGE_DIRS)))
PO_SRC    := $(wildcard po/*.po)
ASSETS    := $(wildcard src/web/static/*)
ISO_4217  := $(wildcard /usr/share/iso-codes/json/iso_4217.json)

SQL_C     := $(SQL_SRC:src/%.sql=$(GEN)/%_sql.c) $(GEN)/store/queries.c
PAGE_C    := $(PAGE_SRC:src/%.page=$(GEN)/%_page.c)
PAGE_H    := $(PAGE_DIRS:src/%=$(GEN)/%/pages.h)
TEXT_C    := $(GEN)/text/messages.c
ASSET_C   := $(if $(ASSETS),$(GEN)/web/assets.c)
GEN_C     := $(SQL_C) $(PAGE_C) $(TEXT_C) $(ASSET_C)
GEN_H     := $(SQL_C:.c=.h) $(PAGE_H) $(TEXT_C:.c=.h) $(ASSET_C:.c=.h) \
	$(if $(ISO_4217),$(GEN)/core/currency_table.h)

LIB_OBJ   := $(ROOM_SRC:%.c=$(B)/%.o) $(GEN_C:$(GEN)/%.c=$(B)/gen/%.o)
LIB       := $(B)/libkeepline.a
BIN       := $(B)/keepline
# Test binaries: test/<room>/<noun>_test.c; other .c files beside them are their common helpers.
TEST_SRC  := $(wildcard $(foreach r,$(ROOMS) tools,test/$r/*_test.c))
TEST_AID  := $(filter-out $(TEST_SRC),$(wildcard $(foreach r,$(ROOMS) tools peers,test/$r/*.c)))
TESTS     := $(TEST_SRC:%.c=$(B)/%)
# What `./dev vectors` runs: one program, a file a gateway.
VECTORS   := $(B)/test/vectors/vectors
VECTOR_OBJ := $(patsubst %.c,$(B)/%.o,$(wildcard test/vectors/*.c))
TEST_OBJ  := $(TEST_SRC:%.c=$(B)/%.o) $(TEST_AID:%.c=$(B)/%.o) $(VECTOR_OBJ)

# --- goals -------------------------------------------------------------------
.PHONY: all lib tests test vectors purity clean gen texts man
.DELETE_ON_ERROR:
all: $(if $(wildcard src/main.c),$(BIN),$(LIB))
lib: $(LIB)
gen: $(GEN_C) $(GEN_H)
tests: $(TESTS)
vectors: $(VECTORS)
ifeq ($(BUILD),asan)
test: tests
	@tools/unit_tests.sh $(TESTS)
else
test:
	@$(MAKE) --no-print-directory BUILD=asan test
endif
# The core may call nothing but memory, strings and base (tools/core_symbols.txt).
purity: $(filter $(B)/src/core/% $(B)/gen/core/%,$(LIB_OBJ))
	@tools/purity.sh tools/core_symbols.txt $^
clean:
	rm -rf build build-asan build-tsan

# --- programs ----------------------------------------------------------------
$(BIN): $(B)/src/main.o $(LIB)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS)
$(LIB): $(LIB_OBJ)
	@rm -f $@
	ar rcsD $@ $^
$(TESTS): $(B)/%: $(B)/%.o $(TEST_AID:%.c=$(B)/%.o) $(LIB)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS) -lbrotlidec -lcmocka
$(VECTORS): $(VECTOR_OBJ) $(LIB)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS)

$(B)/%.o: %.c | $(GEN_H)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) $(if $(filter test/%,$<),-Itest) -MMD -MP -c -o $@ $<
$(B)/gen/%.o: $(GEN)/%.c | $(GEN_H)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<
# Files embedded with .incbin are not seen by -MMD.
$(B)/gen/web/assets.o: $(GEN)/web/.stamp
$(B)/src/core/plan_demo.o: data/catalogue.ini

# --- the three small compilers and what they make ----------------------------
TOOL_BASE := tools/source.c $(foreach n,arena base buf str utf8,src/base/$n.c)
$(TOOLS)/sqlc:  $(wildcard tools/sqlc*.c) $(TOOL_BASE)
$(TOOLS)/sqlc:  TOOL_LIBS := -lsqlite3
$(TOOLS)/pagec: $(wildcard tools/pagec*.c tools/html*.c tools/tag*.c) $(TOOL_BASE)
$(TOOLS)/poc:   $(wildcard tools/poc*.c tools/tag*.c) $(TOOL_BASE)
$(TOOLS)/poc:   TOOL_LIBS := -lgettextpo
$(TOOLS)/assetc: tools/assetc.c
$(TOOLS)/assetc: TOOL_LIBS := -lbrotlienc -lz -lcrypto
$(TOOLS)/%: $(wildcard tools/*.h src/base/*.h)
	@mkdir -p $(@D)
	$(CC) -std=c17 -D_GNU_SOURCE -I. -Isrc $(WARN) -O1 -g -o $@ $(filter %.c,$^) $(TOOL_LIBS)

# The tools leave a file alone that would not change; the stamp says when they last ran.
$(SQL_C) $(SQL_C:.c=.h): $(GEN)/store/.stamp ;
$(PAGE_C) $(PAGE_H): $(PAGE_DIRS:src/%=$(GEN)/%/.stamp) ;
$(TEXT_C) $(TEXT_C:.c=.h): $(GEN)/text/.stamp ;
$(ASSET_C) $(ASSET_C:.c=.h): $(GEN)/web/.stamp ;
$(GEN)/store/.stamp: $(SQL_SRC) src/store/schema.sql $(TOOLS)/sqlc
	@mkdir -p $(@D)
	$(TOOLS)/sqlc -s src/store/schema.sql -o $(@D) $(SQL_SRC)
	@touch $@
$(PAGE_DIRS:src/%=$(GEN)/%/.stamp): $(GEN)/%/.stamp: $(PAGE_SRC) $(TOOLS)/pagec
	@mkdir -p $(@D)
	$(TOOLS)/pagec -o $(@D) $(filter src/$*/%,$(PAGE_SRC))
	@touch $@
$(GEN)/web/.stamp: $(ASSETS) $(TOOLS)/assetc
	@mkdir -p $(@D)
	$(TOOLS)/assetc -o $(@D) $(ASSETS)
	@touch $@
$(GEN)/text/.stamp: src/text/messages.def $(PAGE_SRC) $(PO_SRC) $(TOOLS)/poc
	@mkdir -p $(@D)
	$(TOOLS)/poc compile $(@D) src/text/messages.def $(PAGE_SRC) $(PO_SRC)
	@touch $@
# keepline.conf(5) from settings.def.
man:
	awk -f tools/conf_man.awk src/base/settings.def >docs/man/keepline.conf.5
# New and changed texts into every po file; then fill the empty msgstr.
texts: $(TOOLS)/poc
	tools/texts.sh $(PO_SRC) -- src/text/messages.def $(PAGE_SRC)
$(GEN)/core/currency_table.h: tools/currency.awk $(ISO_4217)
	@mkdir -p $(@D)
	awk -f $< $(ISO_4217) >$@

-include $(LIB_OBJ:.o=.d) $(TEST_OBJ:.o=.d) $(B)/src/main.d
-include $(wildcard $(B)/test/sim/*.d)
