/* SPDX-License-Identifier: ISC */
/*
 * A session with peers that answer, do not answer, or go: nobody waits longer
 * than the deadline for an answer; who goes is called again, and is asked all
 * that is open, in the same order.
 */
#include "xfer/session.h"

#include <signal.h>

#include "sides.h"

#define ANSWER_MS 400 /* where it is to pass */
#define LIVES 5

static int answer_ms = PATIENCE_MS;

/* A peer of several lives, and how many requests it answers in each. */
struct mortal {
	struct side side[LIVES][2];
	struct server server[LIVES];
	int lives, reached;
};

static int answers; /* in the present life */
static bool stay;   /* and then: wait, or go? */

static int
serve(struct tls *tls)
{
	struct reply reply = {.body = span_of_text("body")};
	struct buf bytes = {0};
	uint8_t head[60];
	int i;

	must(message_encode_reply(&reply, &bytes) == 0, "encode");
	for (i = 0; i < answers; i++)
		if (tls_read(tls, head, 48, PATIENCE_MS) != 0 ||
		    tls_write(tls, bytes.data, bytes.size, PATIENCE_MS) != 0)
			break;
	buf_release(&bytes);
	if (stay)
		tls_read(tls, head, sizeof head, 5 * ANSWER_MS);
	return 0;
}

static int (*act)(struct tls *tls) = serve;

/* The connection to its next life; refused when it has none left. */
static int
reach(void *context)
{
	struct mortal *mortal = context;
	int life = mortal->reached++;

	if (life >= mortal->lives)
		return fail(FAIL_SYSTEM, "refused");
	if (life == mortal->lives - 1 && life > 0)
		answers = 99;
	sides_join(mortal->side[life], false);
	server_start(&mortal->server[life], &mortal->side[life][1], act);
	return mortal->side[life][0].in;
}

static struct session *
open_session(struct mortal *mortal, unsigned tries)
{
	struct secret scalar = key_number(1);
	struct digest peer = id_number(2);
	struct session_options options = {.reach = reach,
	    .context = mortal,
	    .scalar = &scalar,
	    .peer = &peer,
	    .handshake_ms = PATIENCE_MS,
	    .answer_ms = answer_ms,
	    .tries = tries,
	    .first_too = true};

	return session_open(&options);
}

/* Open a session, call twice; the result of the second call. */
static int
call_twice(struct mortal *mortal, unsigned tries, int *took)
{
	struct request request = {.verb = VERB_INFO};
	struct answer answer = {0};
	struct session *session;
	struct timespec start;
	int result = -1, i;

	clock_gettime(CLOCK_MONOTONIC, &start);
	session = open_session(mortal, tries);
	for (i = 0; session != NULL && i < 2; i++) {
		answer.body.size = 0;
		result = session_call(session, &request, NULL, &answer);
		check(result != 0 || is_text(span_of_buf(&answer.body), "body"),
		    "the answer");
	}
	*took = elapsed_ms(&start);
	if (session != NULL && result == 0)
		check((session_breaks(session) > 0) == (mortal->reached > 1),
		    "%u breaks, %d lives", session_breaks(session),
		    mortal->reached);
	answer_release(&answer);
	session_close(session);
	for (i = 0; i < mortal->reached && i < mortal->lives; i++)
		server_end(&mortal->server[i]);
	return result;
}

static int asked; /* requests that came */

static int
count_requests(struct tls *tls)
{
	struct reply reply = {.status = 0};
	struct buf bytes = {0};
	uint8_t head[48];

	must(message_encode_reply(&reply, &bytes) == 0, "encode");
	for (asked = 0; tls_read(tls, head, 48, PATIENCE_MS) == 0; asked++)
		if (tls_write(tls, bytes.data, bytes.size, PATIENCE_MS) != 0)
			break;
	buf_release(&bytes);
	return 0;
}

/* The first life or two end before hello is answered. */
static void
test_first(void)
{
	struct mortal mortal = {.lives = 3};
	int took;

	answers = 0;
	check(call_twice(&mortal, 2, &took) == 0 && mortal.reached == 3,
	    "the first connections break: %s", fail_last()->text);
	answers = 0;
	mortal = (struct mortal){.lives = 3};
	check_fails(call_twice(&mortal, 1, &took), FAIL_SYSTEM, "",
	    "one try more");
	check(mortal.reached == 2, "%d times", mortal.reached);
	mortal = (struct mortal){.lives = 0};
	check_fails(call_twice(&mortal, 2, &took), FAIL_SYSTEM, "refused",
	    "nobody is there");
	check(mortal.reached == 1, "%d times, and nobody was there",
	    mortal.reached);
}

/* A byte at a time, for three deadlines, of what else would be an answer. */
static int
drip(struct tls *tls)
{
	struct reply reply = {.body = span_of_text("body")};
	struct buf bytes = {0};
	uint8_t head[48];
	size_t i;

	must(message_encode_reply(&reply, &bytes) == 0, "encode");
	if (tls_read(tls, head, sizeof head, PATIENCE_MS) == 0)
		tls_write(tls, bytes.data, bytes.size, PATIENCE_MS);
	if (tls_read(tls, head, sizeof head, PATIENCE_MS) == 0)
		for (i = 0; i < bytes.size; i++) {
			usleep(3 * ANSWER_MS * 1000 / (unsigned)bytes.size);
			if (tls_write(tls, &bytes.data[i], 1, PATIENCE_MS) != 0)
				break;
		}
	buf_release(&bytes);
	return 0;
}

static void
test_drip(void)
{
	struct mortal mortal = {.lives = 1};
	int took;

	act = drip;
	answer_ms = ANSWER_MS;
	check_fails(call_twice(&mortal, 3, &took), FAIL_SYSTEM,
	    "has not answered for", "a byte at a time");
	check(mortal.reached == 1, "who drips is not called again");
	act = serve;
	answer_ms = PATIENCE_MS;
}

#define PIECE (17 << 10)
#define PIECES 5

/* A long answer, more of it well within each deadline, but not all of it. */
static int
take_time(struct tls *tls)
{
	static uint8_t piece[PIECE];
	struct reply reply = {.status = 0};
	struct buf bytes = {0};
	uint8_t head[48];
	int i;

	must(message_encode_reply(&reply, &bytes) == 0, "encode");
	if (tls_read(tls, head, sizeof head, PATIENCE_MS) == 0)
		tls_write(tls, bytes.data, bytes.size, PATIENCE_MS);
	bytes.size = 0;
	reply.payload = PIECE * PIECES;
	must(message_encode_reply(&reply, &bytes) == 0, "encode");
	if (tls_read(tls, head, sizeof head, PATIENCE_MS) == 0)
		tls_write(tls, bytes.data, bytes.size, PATIENCE_MS);
	for (i = 0; i < PIECES; i++) {
		usleep(ANSWER_MS * 1000);
		tls_write(tls, piece, PIECE, PATIENCE_MS);
	}
	tls_read(tls, head, 1, PATIENCE_MS);
	buf_release(&bytes);
	return 0;
}

/* Four deadlines are a commit's, five are how long this answer takes. */
static void
test_slow(void)
{
	struct mortal mortal = {.lives = 1};
	struct request request = {.verb = VERB_PROVE, .size = PIECE * PIECES};
	struct answer answer = {0};
	struct session *session;

	act = take_time;
	answer_ms = ANSWER_MS;
	session = open_session(&mortal, 0);
	must(session != NULL, "open");
	check(session_call(session, &request, NULL, &answer) == 0 &&
		answer.payload.size == PIECE * PIECES,
	    "a slow answer: %s", fail_last()->text);
	answer_release(&answer);
	session_close(session);
	server_end(&mortal.server[0]);
	act = serve;
	answer_ms = PATIENCE_MS;
}

/* Hello is answered, and in the same record so is what nobody has asked. */
static int
answer_too_much(struct tls *tls)
{
	struct reply reply = {.status = 0};
	struct buf bytes = {0};
	uint8_t head[48];

	must(message_encode_reply(&reply, &bytes) == 0 &&
		message_encode_reply(&reply, &bytes) == 0,
	    "encode");
	if (tls_read(tls, head, sizeof head, PATIENCE_MS) == 0)
		tls_write(tls, bytes.data, bytes.size, PATIENCE_MS);
	tls_read(tls, head, sizeof head, PATIENCE_MS);
	buf_release(&bytes);
	return 0;
}

static void
test_surplus(void)
{
	struct mortal mortal = {.lives = 1};
	int took;

	act = answer_too_much;
	check_fails(call_twice(&mortal, 3, &took), FAIL_DATA,
	    "an answer to nothing", "one answer too many");
	check(mortal.reached == 1, "who breaks the rules is not called again");
	act = serve;
}

/* Who has nothing to ask asks for something: hello, and then three times. */
static void
test_awake(void)
{
	struct mortal mortal = {.lives = 1};
	struct session *session;
	struct timespec start;
	int most;

	act = count_requests;
	answer_ms = ANSWER_MS;
	clock_gettime(CLOCK_MONOTONIC, &start);
	session = open_session(&mortal, 0);
	must(session != NULL, "open");
	usleep(3 * 2 * ANSWER_MS * 1000 + ANSWER_MS * 1000);
	check(session_breaks(session) == 0, "it broke");
	session_close(session);
	most = 1 + elapsed_ms(&start) / (2 * ANSWER_MS);
	server_end(&mortal.server[0]);
	check(asked >= 2 && asked <= most, "%d requests", asked);
	answer_ms = PATIENCE_MS;
}

/* A peer that goes is called again, three times, not at once. */
static void
test_again(void)
{
	int took;

	for (answers = 1; answers < 3; answers++) {
		struct mortal twice = {.lives = 2};
		int answered = answers;

		check(call_twice(&twice, 3, &took) == 0 && twice.reached == 2,
		    "%d answers: %s", answered, fail_last()->text);
		check(took >= 500, "%d ms are no pause", took);
		answers = answered;
	}
	answers = 1;
	struct mortal often = {.lives = 4};
	check(call_twice(&often, 3, &took) == 0 && often.reached == 4,
	    "the last try: %s", fail_last()->text);
	check(took >= 500 + 1000 + 2000, "%d ms", took);
	answers = 1;
	struct mortal once = {.lives = 1};
	check_fails(call_twice(&once, 2, &took), FAIL_SYSTEM, "refused",
	    "a peer that stays away");
	check(once.reached == 3, "%d times", once.reached);
}

int
main(void)
{
	struct mortal mortal;
	int took;

	signal(SIGPIPE, SIG_IGN);
	answers = 3;
	stay = true;
	mortal = (struct mortal){.lives = 1};
	check(call_twice(&mortal, 3, &took) == 0, "answered: %s",
	    fail_last()->text);
	answer_ms = ANSWER_MS;
	for (answers = 0; answers < 3; answers++) {
		mortal = (struct mortal){.lives = 1};
		check_fails(call_twice(&mortal, 3, &took), FAIL_SYSTEM,
		    "has not answered for", "silence");
		check(took >= ANSWER_MS, "%d answers: %d ms", answers, took);
		check(mortal.reached == 1, "the silent are not called again");
	}
	stay = false;
	answer_ms = PATIENCE_MS;
	for (answers = 0; answers < 3; answers++) {
		mortal = (struct mortal){.lives = 1};
		check_fails(call_twice(&mortal, 0, &took), FAIL_SYSTEM, "",
		    "a peer gone");
		check(strstr(fail_last()->text, "has not answered") == NULL,
		    "the gone are waited for: %s", fail_last()->text);
	}
	test_first();
	test_drip();
	test_slow();
	test_surplus();
	test_again();
	test_awake();
	return failures != 0;
}
