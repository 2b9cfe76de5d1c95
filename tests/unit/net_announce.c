/* SPDX-License-Identifier: ISC */
/*
 * A responder on the links of a network of its own: where it is not to be, what
 * it says and when that changes. What is said in which order is a text for each
 * family, as "Pme Pme Pme Ame": probes for a name, answers, goodbyes (G).
 */
#include "net/announce.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/prctl.h>

#include "base/event.h"
#include "links.h"
#include "net/claim.h"
#include "net/deadline.h"
#include "net/multicast.h"
#include "net/reach.h"
#include "scratch.h"

#define TYPE "_x._tcp"
#define PATIENCE_MS 20000

static struct lan ear[2];	   /* IPv4 and IPv6 of "one" */
static struct lan other;	   /* that is named by one test only: "two" */
static char said[2][1024];	   /* by each of them */
static char log_text[4096];	   /* of the one that has ended */
static int wake[2], log_fd, looks; /* its ends; its looks at what to say */
static pid_t announcer;
static bool rival; /* whoever wants to be "me" hears that one is */

/* First "me", from the second look on "you". */
static void
say(void *context, struct announce_words *words)
{
	const char *then = context;

	snprintf(words->prefix, sizeof words->prefix, "%s",
	    looks++ == 0 ? "me" : then);
	words->text_size = 1;
	words->text[0] = 0;
}

/* Announce in a child, as `reached` there. */
static void
start(const char *const *interface, size_t interfaces, const char *reached,
    const char *then)
{
	struct sockaddr_in6 at = {.sin6_family = AF_INET6};
	struct reach reach;
	struct announce_options options = {.type = TYPE,
	    .interface = interface,
	    .interfaces = interfaces,
	    .reach = &reach,
	    .words = say,
	    .context = (void *)then};
	int listener = socket(AF_INET6, SOCK_STREAM, 0), only = 0;

	memset(said, 0, sizeof said);
	must(pipe(wake) == 0 && (log_fd = memfd_create("log", 0)) >= 0,
	    "start");
	announcer = fork();
	must(announcer >= 0, "fork");
	if (announcer > 0)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(log_fd, STDERR_FILENO);
	log_start("test", LOG_NOTE);
	event_start(false);
	setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only);
	options.wake = wake[0];
	if (inet_pton(AF_INET6, reached, &at.sin6_addr) != 1 ||
	    bind(listener, (struct sockaddr *)&at, sizeof at) != 0 ||
	    reach_init(&reach, &listener, 1) != 0)
		_exit(2);
	_exit(announce_run(&options) == 0 ? 0 : 1);
}

static void
read_log(void)
{
	ssize_t got = pread(log_fd, log_text, sizeof log_text - 1, 0);

	log_text[got < 0 ? 0 : got] = '\0';
}

static void
end(void)
{
	int status;

	must(write(wake[1], "", 1) == 1, "wake");
	must(waitpid(announcer, &status, 0) == announcer, "wait");
	check(status == 0, "ends with %d", status);
	read_log();
	close(log_fd);
	close(wake[0]);
	close(wake[1]);
}

/* How often the log has this. */
static int
logged(const char *words)
{
	const char *at = log_text;
	int count = 0;

	while ((at = strstr(at, words)) != NULL) {
		count++;
		at++;
	}
	return count;
}

/* Somebody has the name, by IPv4. */
static void
take_name(void)
{
	struct claim claim = {.port = 1};
	uint8_t packet[CLAIM_PACKET];
	size_t size;

	must(claim_name(&claim, TYPE, "me", 1) == 0, "a name");
	size = claim_write(&claim, CLAIM_ANSWER, packet);
	must(multicast_send(&ear[0], ear[0].group, span_of(packet, size)) == 0,
	    "send");
}

/* Note what a packet is. */
static void
note(struct span packet, char *to, size_t size)
{
	char label[DNS_LABEL_TEXT];
	struct dns_question question;
	struct dns_record record;
	struct dns_read read;
	size_t at = strlen(to);

	if (dns_read_open(&read, packet) != 0)
		return;
	if ((read.flags & DNS_RESPONSE) == 0) {
		if (read.records[1] == 0 ||
		    dns_read_question(&read, &question) != 1)
			return;
		dns_name_label(&question.name, label);
		snprintf(to + at, size - at, " P%s", label);
		if (rival && to == said[0] && strcmp(label, "me") == 0)
			take_name();
		return;
	}
	while (dns_read_record(&read, &record) == 1)
		if (record.type == DNS_SRV) {
			dns_name_label(&record.name, label);
			snprintf(to + at, size - at, " %c%s",
			    record.ttl == 0 ? 'G' : 'A', label);
		} else if (record.type == DNS_A) {
			check(is_hex(record.data, "0a4d0101"), "an address");
		}
}

static void
hear_one(int family)
{
	struct sockaddr_storage from;
	uint8_t packet[DNS_PACKET];
	ssize_t size = multicast_receive(&ear[family], ear[family].group,
	    packet, sizeof packet, &from);

	if (size > 0)
		note(span_of(packet, (size_t)size), said[family],
		    sizeof said[family]);
}

static bool
ends_with(const char *text, const char *end)
{
	size_t size = strlen(text), least = strlen(end);

	return size >= least && strcmp(text + size - least, end) == 0;
}

/* Listen until the last that was said, by these families, is that. */
static void
hear(const char *wanted, bool four, bool six)
{
	struct pollfd comes[2] = {{ear[0].group, POLLIN, 0},
	    {ear[1].group, POLLIN, 0}};
	int64_t deadline = deadline_in(PATIENCE_MS);
	int i;

	while (!(!four || ends_with(said[0], wanted)) ||
	    !(!six || ends_with(said[1], wanted))) {
		if (poll(comes, 2, deadline_left(deadline)) <= 0)
			break;
		for (i = 0; i < 2; i++)
			if (comes[i].revents != 0)
				hear_one(i);
	}
	check((!four || ends_with(said[0], wanted)) &&
		(!six || ends_with(said[1], wanted)),
	    "'%s' is not what ends\n%s\n%s", wanted, said[0], said[1]);
}

/* That, by both, is all that was said. */
static void
said_all(const char *wanted)
{
	int i;

	for (i = 0; i < 2; i++)
		check(strcmp(said[i], wanted) == 0, "'%s' is not '%s'", said[i],
		    wanted);
	memset(said, 0, sizeof said);
}

static bool
is_silent(struct lan *lan)
{
	struct pollfd comes = {lan->group, POLLIN, 0};

	return poll(&comes, 1, 0) == 0;
}

/* Where nobody can be reached, nothing is said, and each reason once. */
static void
test_nowhere(void)
{
	static const char *const nowhere[] = {"nowhere", "one", "nowhere"};
	int64_t deadline = deadline_in(PATIENCE_MS);

	start(nowhere, COUNT(nowhere), "::1", "me");
	do {
		poll(NULL, 0, 10);
		read_log();
	} while (
	    logged("no address of 'one'") == 0 && deadline_left(deadline) > 0);
	end();
	check(logged("no address of 'one' is listened on") == 1 &&
		logged("peer=one") == 1 &&
		logged("there is no interface 'nowhere'") == 1,
	    "says\n%s", log_text);
	check(is_silent(&ear[0]) && is_silent(&ear[1]) && is_silent(&other),
	    "something is said");
}

static void
send_bad(void)
{
	uint8_t packet[DNS_PACKET + 1];
	size_t size;

	for (size = 0; size < 100; size++) {
		random_fill(packet, size);
		must(multicast_send(&ear[0], ear[0].group,
			 span_of(packet, size)) == 0,
		    "send");
	}
	random_fill(packet, sizeof packet);
	must(multicast_send(&ear[0], ear[0].group,
		 span_of(packet, sizeof packet)) == 0,
	    "send");
}

static void
ask(void)
{
	uint8_t packet[512];
	struct dns_question question = {.type = DNS_PTR, .class = DNS_IN};
	struct dns_write write;

	must(dns_name_parse(TYPE ".local", &question.name) == 0, "a name");
	dns_write_open(&write, packet, sizeof packet, 0, 0);
	must(dns_write_question(&write, &question) == 0 &&
		multicast_send(&ear[0], ear[0].group,
		    span_of(packet, write.size)) == 0,
	    "ask");
}

/*
 * One responder, however often the link is named, with the addresses of that
 * link; noise does not end it.
 */
static void
test_twice(void)
{
	static const char *const names[] = {"one", "two", "one"};

	start(names, COUNT(names), "::", "me");
	hear("Pme Pme Pme Ame Ame", true, true);
	said_all(" Pme Pme Pme Ame Ame");
	send_bad();
	ask();
	hear("Ame", true, false);
	end();
	hear("Gme", true, true);
	check(logged("peer=one outcome=ok") == 2 && logged("event=") == 4,
	    "says\n%s", log_text);
}

/* A name that is taken by one family is given up in both; new words are said
 * after a goodbye to the old ones. */
static void
test_changes(void)
{
	static const char *const names[] = {"one"};

	start(names, COUNT(names), "::", "you");
	rival = true;
	hear("Pme-2 Pme-2 Pme-2 Ame-2 Ame-2", true, true);
	check(strstr(strstr(said[1], "Pme-2"), "Ame ") == NULL,
	    "IPv6 keeps it: %s", said[1]);
	memset(said, 0, sizeof said);
	hear("Ayou", true, true);
	said_all(" Gme-2 Pyou Pyou Pyou Ayou");
	end();
	hear("Gyou", true, true);
	check(is_silent(&other), "a link that is not named");
	check(logged("another host has the name 'me._x._tcp.local'") == 2,
	    "says\n%s", log_text);
}

static int
run(void (*test)(void))
{
	links();
	ear[0] = link_of("one", AF_INET);
	ear[1] = link_of("one", AF_INET6);
	other = link_of("two", AF_INET);
	must(multicast_open_group(&other) == 0 &&
		multicast_open_group(&ear[0]) == 0 &&
		multicast_open_group(&ear[1]) == 0,
	    "open");
	test();
	multicast_close(&ear[0]);
	multicast_close(&ear[1]);
	multicast_close(&other);
	return failures != 0;
}

/* Side by side, since what is waited for is time. */
int
main(void)
{
	pid_t child;
	int status;

	run(test_nowhere);
	child = fork();
	must(child >= 0, "fork");
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(run(test_changes));
	}
	run(test_twice);
	must(waitpid(child, &status, 0) == child, "wait");
	return failures != 0 || status != 0;
}
