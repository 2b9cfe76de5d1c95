/* SPDX-License-Identifier: ISC */
/*
 * Requests off a TLS session: whole ones, in pieces of any size; their payloads
 * kept, thrown away or handed on; anything else is FAIL_DATA, silence is
 * FAIL_SYSTEM, a wake-up is neither.
 */
#include "serve/requests.h"

#include <signal.h>
#include <stdatomic.h>
#include <sys/eventfd.h>

#include "sides.h"

/* What the client says, and how; what the server made of it. */
static struct buf speech;
static size_t step;
static bool waits; /* until the server has looked */
static bool goodbye;

static int wake = -1;
static atomic_int asked;
static bool may_go_on;
static int idle_ms, taken;
static size_t biggest, kept;
static uint8_t last[64];

static bool
go_on(void *context)
{
	uint64_t count;

	(void)context;
	if (read(wake, &count, sizeof count) < 0)
		check(false, "asked without a reason");
	asked++;
	return may_go_on;
}

/* By the shelf of the request, for once. */
static enum requests_use
use(void *context, const struct request *request)
{
	(void)context;
	asked++;
	return request->shelf == 3 ? REQUESTS_WASTE
	    : request->shelf == 2  ? REQUESTS_PARTS
				   : REQUESTS_KEEP;
}

static bool picky;

/* What comes in parts: whole ones but the last, until there are enough. */
static struct buf parts;
static size_t part_count, parts_wanted;

static bool
part(void *context, struct span bytes)
{
	(void)context;
	check(parts.size == part_count * REQUESTS_PART && bytes.size > 0 &&
		bytes.size <= REQUESTS_PART,
	    "part %zu at %zu: %zu bytes", part_count, parts.size, bytes.size);
	must(buf_append(&parts, bytes) == 0, "memory");
	return ++part_count < parts_wanted;
}

static int
serve(struct tls *tls)
{
	struct requests requests = {.tls = tls,
	    .idle_ms = idle_ms,
	    .wake = wake,
	    .stay = {.go_on = go_on},
	    .use = picky ? use : NULL,
	    .part = part};
	struct request request;
	int got;

	kept = 0;
	for (taken = 0; (got = requests_next(&requests, &request)) > 0;
	     taken++) {
		kept += requests.payload.size;
		if (requests.payload.size > 0 &&
		    requests.payload.size <= sizeof last)
			memcpy(last, requests.payload.data,
			    requests.payload.size);
	}
	biggest = requests.input.capacity + requests.payload.capacity +
	    requests.item.capacity;
	requests_release(&requests);
	return got;
}

/* Say it all; what requests_next returned in the end. */
static int
run(void)
{
	struct server server;
	struct side side[2];
	struct tls *tls;
	size_t at, size;

	sides_join(side, false);
	server_start(&server, &side[1], serve);
	tls = side_open(&side[0]);
	must(tls != NULL, "a handshake");
	for (at = 0; at < speech.size; at += size) {
		size = speech.size - at < step ? speech.size - at : step;
		if (tls_write(tls, speech.data + at, size, PATIENCE_MS) != 0)
			break;
	}
	for (size = 0; waits && asked == 0 && size < PATIENCE_MS; size++)
		poll(NULL, 0, 1);
	if (goodbye)
		tls_finish(tls, PATIENCE_MS);
	at = (size_t)server_end(&server);
	tls_close(tls);
	side_close(&side[0]);
	return (int)at;
}

static void
say(uint64_t payload, const void *bytes)
{
	struct request request = {.verb = VERB_PUT, .payload = payload};

	must(message_encode_request(&request, &speech) == 0 &&
		buf_append(&speech, span_of(bytes, (size_t)payload)) == 0,
	    "encode");
}

static void
begin(void)
{
	buf_release(&speech);
	step = 1 << 20;
	waits = false;
	asked = 0;
	idle_ms = PATIENCE_MS;
	goodbye = may_go_on = true;
	memset(last, 0, sizeof last);
}

static void
test_steps(void)
{
	static const size_t steps[] = {1, 2, 7, 60, 70, 100, 1 << 20};
	size_t i;

	for (i = 0; i < COUNT(steps); i++) {
		begin();
		step = steps[i];
		say(0, "");
		say(30, "a payload of exactly 30 bytes.");
		say(0, "");
		say(5, "hello");
		check(run() == 0 && taken == 4, "step %zu: %d taken, %s",
		    steps[i], taken, fail_last()->text);
		check(memcmp(last, "hello", 5) == 0, "the last payload");
	}
}

static void
test_large(void)
{
	static uint8_t bytes[3 << 20];

	begin();
	say(sizeof bytes, bytes);
	say(1, "x");
	check(run() == 0 && taken == 2, "3 MiB: %d taken, %s", taken,
	    fail_last()->text);
	check(biggest < 9 << 20, "%zu bytes of memory", biggest);
}

/* What is not kept costs its time, and nothing else; the next one is. */
static void
test_thrown_away(void)
{
	static uint8_t bytes[9 << 20];
	struct request request = {.verb = VERB_PUT,
	    .shelf = 3,
	    .payload = sizeof bytes};
	size_t first;

	for (first = 0; first < 2; first++) {
		begin();
		picky = true;
		if (first == 0)
			say(30, "a payload of exactly 30 bytes.");
		must(message_encode_request(&request, &speech) == 0 &&
			buf_append(&speech, span_of(bytes, sizeof bytes)) == 0,
		    "encode");
		say(0, "");
		say(5, "hello");
		check(run() == 0 && taken == 4 - (int)first, "%d taken, %s",
		    taken, fail_last()->text);
		check(memcmp(last, "hello", 5) == 0, "the last payload");
		check(kept == 35 - 30 * first, "%zu bytes were kept", kept);
		check(asked == 3 - (int)first, "asked %d times", (int)asked);
		check(biggest < 1 << 20, "%zu bytes of memory", biggest);
	}
	begin();
	picky = true;
	must(message_encode_request(&request, &speech) == 0 &&
		buf_append(&speech, span_of(bytes, sizeof bytes - 1)) == 0,
	    "encode");
	check_fails(run(), FAIL_DATA, "cut short", "thrown away");
	picky = false;
}

/* A request with a payload that comes in parts, so many of them wanted. */
static void
begin_parts(size_t size, size_t wanted)
{
	static uint8_t bytes[9 << 20];
	struct request request = {.verb = VERB_PUT, .shelf = 2};
	size_t i;

	for (i = 0; i < size; i++)
		bytes[i] = (uint8_t)(i % 251);
	begin();
	request.payload = size;
	must(message_encode_request(&request, &speech) == 0 &&
		buf_append(&speech, span_of(bytes, size)) == 0,
	    "encode");
	parts.size = part_count = 0;
	parts_wanted = wanted;
}

static void
check_parts(size_t size, size_t pace)
{
	size_t i;

	begin_parts(size, SIZE_MAX);
	step = pace;
	say(5, "hello");
	check(run() == 0 && taken == 2 && kept == 5, "%d taken, %s", taken,
	    fail_last()->text);
	check(parts.size == size, "%zu of %zu bytes", parts.size, size);
	for (i = 0; i < parts.size && parts.data[i] == i % 251; i++)
		;
	check(i == size, "byte %zu is another", i);
	check(biggest < 4 * REQUESTS_PART, "%zu bytes of memory", biggest);
}

/*
 * A part is there as soon as it is whole, also when all of the request came at
 * once; who wants no more of them has the rest thrown away.
 */
static void
test_parts(void)
{
	static const size_t sizes[] = {1, 30, REQUESTS_PART - 1, REQUESTS_PART,
	    REQUESTS_PART + 1, 5 * REQUESTS_PART, 9 << 20};
	size_t i;

	picky = true;
	for (i = 0; i < COUNT(sizes); i++) {
		check_parts(sizes[i], 9999);
		check_parts(sizes[i], 1 << 20);
	}
	check_parts(1000, 7);
	for (i = 1; i < 4; i++) {
		begin_parts(5 * REQUESTS_PART, i);
		say(5, "hello");
		check(run() == 0 && taken == 2 && kept == 5 && part_count == i,
		    "after %zu parts: %d taken, %s", i, taken,
		    fail_last()->text);
	}
	begin_parts(5 * REQUESTS_PART, SIZE_MAX);
	speech.size--;
	check_fails(run(), FAIL_DATA, "cut short", "in parts");
	check(part_count == 4, "the last part is not whole");
	picky = false;
	buf_release(&parts);
}

static void
refused(const char *hex, enum fail_kind kind, const char *words)
{
	begin();
	idle_ms = 1500;
	unhex(hex, &speech);
	check_fails(run(), kind, words, hex);
	check(taken == 0 && biggest < 1 << 20, "%s: %d taken, %zu bytes", hex,
	    taken, biggest);
}

#define REQUEST(payload)                                       \
	"a7 0001 0100 025820 00000000000000000000000000000000" \
	"00000000000000000000000000000000 0340 0400 0540 06" payload

static void
test_refused(void)
{
	refused("00", FAIL_DATA, "");
	refused("ff", FAIL_DATA, "");
	refused("a0", FAIL_DATA, "a request");
	refused("9b ffffffffffffffff", FAIL_DATA, "");
	refused("5b 4000000000000000", FAIL_DATA, "");
	refused(REQUEST("05 44"), FAIL_DATA, "two lengths");
	refused(REQUEST("05 65"), FAIL_DATA, "");
	refused(REQUEST("05 5f"), FAIL_DATA, "");
	refused(REQUEST("1a01000001"), FAIL_DATA, "");
	refused(REQUEST("1a01000000 5a01000000 00"), FAIL_DATA, "cut short");
	refused("a7 0001", FAIL_DATA, "cut short");
	refused(REQUEST("05"), FAIL_DATA, "cut short");
}

static void
test_silence(void)
{
	begin();
	goodbye = false;
	idle_ms = 1000;
	say(0, "");
	check_fails(run(), FAIL_SYSTEM, "idle for too long", "silence");
	check(taken == 1, "%d taken", taken);
	begin();
	say(0, "");
	goodbye = true;
	check(run() == 0 && taken == 1, "a goodbye: %s", fail_last()->text);
}

/* A wake-up asks, and if the answer is yes nothing has happened. */
static void
test_wake(void)
{
	uint64_t one = 1;

	begin();
	wake = eventfd(1, EFD_NONBLOCK);
	must(wake >= 0, "an eventfd");
	waits = true;
	say(0, "");
	check(run() == 0 && taken == 1, "woken: %s", fail_last()->text);
	check(asked == 1, "asked %d times", (int)asked);
	begin();
	waits = true;
	say(0, "");
	may_go_on = false;
	must(write(wake, &one, sizeof one) == sizeof one, "wake");
	check_fails(run(), FAIL_SYSTEM, "ended by the holder", "not to go on");
	close(wake);
	wake = -1;
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	test_steps();
	test_large();
	test_thrown_away();
	test_parts();
	test_refused();
	test_silence();
	test_wake();
	buf_release(&speech);
	return failures != 0;
}
