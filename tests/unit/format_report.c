/* SPDX-License-Identifier: ISC */
/* Rows for people, scripts and tools: what may not stand there is changed. */
#include "format/report.h"

#include "check.h"
#include "format/report_read.h"

/* A row of one text, in each style. */
static const struct {
	const char *text;
	const char *shown, *json, *cbor;
} texts[] = {
    {"", "", "", "60"},
    {"plain", "plain", "plain", "65 706c61696e"},
    {"\"q\" \\", "\"q\" \\", "\\\"q\\\" \\\\", "65 227122205c"},
    {"a\tb\r\n", "a?b??", "a\\u0009b\\u000d\\u000a", "65 6109620d0a"},
    {"\x1b[31m\x7f", "?[31m?", "\\u001b[31m\\u007f", "66 1b5b33316d7f"},
    {"\x01\x1f", "??", "\\u0001\\u001f", "62 011f"},
    {"caf\xc3\xa9", "caf\xc3\xa9", "caf\xc3\xa9", "65 636166c3a9"},
    /* U+009B begins an escape sequence as ESC [ does */
    {"\xc2\x9b"
     "1m\xc2\xa0",
	"??1m\xc2\xa0",
	"\xc2\x9b"
	"1m\xc2\xa0",
	"66 c29b316dc2a0"},
    {"</script>", "</script>", "</script>", "69 3c2f7363726970743e"},
};

static void
row_is(enum report_style style, const struct report_field *field, size_t count,
    const char *wanted)
{
	struct buf row = {0};

	check(report_row(style, field, count, &row) == 0, "a row: %s",
	    fail_last()->text);
	if (style == REPORT_CBOR)
		check(is_hex(span_of_buf(&row), wanted), "not %s", wanted);
	else
		check(is_text(span_of_buf(&row), wanted), "a row");
	buf_release(&row);
}

static void
test_texts(void)
{
	char wanted[256];
	size_t i;

	for (i = 0; i < COUNT(texts); i++) {
		const struct report_field field = {.name = "n",
		    .text = texts[i].text};

		snprintf(wanted, sizeof wanted, "%s\n", texts[i].shown);
		row_is(REPORT_TEXT, &field, 1, wanted);
		snprintf(wanted, sizeof wanted, "n=%s\n", texts[i].shown);
		row_is(REPORT_PAIRS, &field, 1, wanted);
		snprintf(wanted, sizeof wanted, "{\"n\":\"%s\"}\n",
		    texts[i].json);
		row_is(REPORT_JSON, &field, 1, wanted);
		snprintf(wanted, sizeof wanted, "a1 616e %s", texts[i].cbor);
		row_is(REPORT_CBOR, &field, 1, wanted);
	}
}

/* Columns, numbers, and the order of a map's keys: short ones first. */
static void
test_row(void)
{
	static const struct report_field field[] = {
	    {"name", "x", 0, false, -6},
	    {"size", "1 KiB", 1024, true, 8},
	    {"id", NULL, UINT64_MAX, true, 0},
	    {"best", "long enough", 0, false, 4},
	};
	static const char *const wanted[] =
	    {[REPORT_TEXT] = "NAME        SIZE\nx          1 KiB\n"
			     "x          1 KiB\n",
		[REPORT_PAIRS] = "name=x size=1 KiB\nname=x size=1 KiB\n",
		[REPORT_JSON] = "{\"name\":\"x\",\"size\":1024}\n"
				"{\"name\":\"x\",\"size\":1024}\n"};
	enum report_style style;
	struct buf rows = {0};

	for (style = REPORT_TEXT; style <= REPORT_JSON; style++) {
		check(report_add(style, field, 2, true, &rows) == 0 &&
			report_add(style, field, 2, false, &rows) == 0 &&
			is_text(span_of_buf(&rows), wanted[style]),
		    "two rows in style %d", style);
		buf_release(&rows);
	}
	row_is(REPORT_TEXT, field, 4,
	    "x          1 KiB  18446744073709551615  long enough\n");
	row_is(REPORT_PAIRS, field, 4,
	    "name=x size=1 KiB id=18446744073709551615 best=long enough\n");
	row_is(REPORT_JSON, field, 4,
	    "{\"name\":\"x\",\"size\":1024,\"id\":18446744073709551615,"
	    "\"best\":\"long enough\"}\n");
	row_is(REPORT_CBOR, field, 4,
	    "a4 626964 1bffffffffffffffff 6462657374 6b6c6f6e6720656e6f756768"
	    "646e616d65 6178 6473697a65 190400");
}

static void
test_faults(void)
{
	static struct report_field many[33];
	struct report_field latin = {.name = "n", .text = "caf\xe9"};
	struct report_field large = {.name = "n"};
	static char text[2000];
	struct buf row = {0};
	size_t i;

	for (i = 0; i < COUNT(many); i++)
		many[i].name = "n";
	check_fails(report_row(REPORT_CBOR, many, COUNT(many), &row),
	    FAIL_SYSTEM, "a row of 33 fields", "33 fields");
	check_fails(report_row(REPORT_CBOR, &latin, 1, &row), FAIL_DATA,
	    "text is not UTF-8", "Latin-1");
	memset(text, 'x', sizeof text - 1);
	large.text = text;
	row.size = 0;
	check(report_row(REPORT_JSON, &large, 1, &row) == 0 &&
		row.size == sizeof text - 1 + strlen("{'n':''}\n"),
	    "a long text in JSON has %zu bytes", row.size);
	row.size = 0;
	check(report_row(REPORT_TEXT, &large, 1, &row) == 0 && row.size > 500 &&
		row.data[row.size - 1] == '\n',
	    "a long text");
	buf_release(&row);
}

/* A row in CBOR is one again, or is none. */
static void
again_is(enum report_style style, const char *hex, const char *wanted)
{
	struct buf item = {0}, row = {0};

	unhex(hex, &item);
	check(report_read_knows(span_of_buf(&item)), "%s: not known", hex);
	check(report_read_again(style, span_of_buf(&item), &row) == 0, "%s: %s",
	    hex, fail_last()->text);
	if (style == REPORT_CBOR)
		check(is_hex(span_of_buf(&row), wanted), "not %s", wanted);
	else
		check(is_text(span_of_buf(&row), wanted), "%s", hex);
	buf_release(&item);
	buf_release(&row);
}

static void
again_fails(const char *hex)
{
	struct buf item = {0}, row = {0};

	unhex(hex, &item);
	check_fails(report_read_again(REPORT_JSON, span_of_buf(&item), &row),
	    FAIL_DATA, "the row is malformed", hex);
	buf_release(&item);
	buf_release(&row);
}

static void
test_again(void)
{
	static const char two[] = "a2 626964 07 646e616d65 62 6122";
	static const char named[] = "a2 626964 07 667265636f7264 63 656e64";

	again_is(REPORT_PAIRS, two, "record=row id=7 name=a\"\n");
	again_is(REPORT_JSON, two,
	    "{\"record\":\"row\",\"id\":7,\"name\":\"a\\\"\"}\n");
	again_is(REPORT_CBOR, two,
	    "a3 626964 07 646e616d65 62 6122 667265636f7264 63 726f77");
	again_is(REPORT_PAIRS, named, "record=end id=7\n");
	again_is(REPORT_CBOR, named, named);
	again_is(REPORT_PAIRS, "a1 6161 62 c3a9", "record=row a=\xc3\xa9\n");
	again_is(REPORT_JSON, "a1 6161 60",
	    "{\"record\":\"row\",\"a\":\"\"}\n");
	again_fails("a1 6161 4101");	   /* bytes */
	again_fails("a1 6161 f5");	   /* true */
	again_fails("a1 6161 a1 6162 01"); /* a map */
	again_fails("a1 00 01");	   /* the key is a number */
	again_fails("a1 60 01");	   /* it is empty */
	again_fails("a1 62 1b5b 01");	   /* it is an escape */
	again_fails("a1 62 6122 01");	   /* it is a quote */
	again_fails("a1 62 6100 01");	   /* it has a NUL */
	again_fails("a1 6161 62 6100");	   /* the text has one */
	again_fails("82 6161 01");	   /* no map */
	again_fails("a1 6161 01 6162 02"); /* more behind it */
	again_fails("a0");
	check(!report_read_knows(span_of("", 0)), "nothing");
	check(!report_read_knows(span_of("\xa0", 1)), "an empty map");
	check(!report_read_knows(span_of("\xa1\x01\x01", 3)), "a record");
}

static void
test_style(void)
{
	static const char *const bad[] = {"", "Text", "xml", "pairs", "json ",
	    "cborr", "t"};
	enum report_style style;
	size_t i;

	for (i = 0; i < COUNT(bad); i++)
		check_fails(report_style_parse(bad[i], true, &style),
		    FAIL_USAGE, "is not one of text, json, cbor", bad[i]);
	check(report_style_parse(NULL, true, &style) == 0 &&
		style == REPORT_TEXT,
	    "a terminal");
	check(report_style_parse(NULL, false, &style) == 0 &&
		style == REPORT_CBOR,
	    "a pipe");
	check(report_style_parse("text", false, &style) == 0 &&
		style == REPORT_TEXT &&
		report_style_parse("json", true, &style) == 0 &&
		style == REPORT_JSON &&
		report_style_parse("cbor", true, &style) == 0 &&
		style == REPORT_CBOR,
	    "the three words");
}

int
main(void)
{
	test_texts();
	test_row();
	test_faults();
	test_again();
	test_style();
	return failures != 0;
}
