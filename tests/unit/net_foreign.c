/* SPDX-License-Identifier: ISC */
/*
 * One end of a session for foreign programs to talk to, see tests/net/tls.bats:
 *
 *     net_foreign serve ADDRESS KEY FRIEND MS     echo until the client ends
 *     net_foreign connect ADDRESS KEY FRIEND MS   say "hello", show the answer
 *     net_foreign pipe KEY FRIEND MS              serve on stdin and stdout
 *     net_foreign key KEY                         its scalar and its id
 *     net_foreign speed                           figures for this machine
 *
 * KEY and FRIEND are small numbers of keys. It says "ready", "open ID" and why
 * it failed, and exits with the kind of the failure. Without arguments: both
 * ends over the loopback, in a process each.
 */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "crypto/channel.h"
#include "ends.h"
#include "net/address.h"
#include "net/tls.h"

#define PATIENCE_MS 10000

static int
failure(void)
{
	printf("failed %s\n", fail_last()->text);
	return (int)fail_last()->kind;
}

static struct tls *
shake(int in, int out, bool server, const char *key, const char *friend, int ms)
{
	struct secret scalar = key_number((uint8_t)atoi(key));
	struct mind mind = {.friend = id_number((uint8_t)atoi(friend))};
	struct tls_options options = {.in = in,
	    .out = out,
	    .scalar = &scalar,
	    .role = server ? &channel_server : &channel_client,
	    .handshake_ms = ms,
	    .trust = mind_trusts,
	    .context = &mind};
	char text[DIGEST_HEX_SIZE];
	struct tls *tls = tls_open(&options);

	if (tls == NULL)
		return NULL;
	digest_hex(tls_peer(tls), text);
	fprintf(stderr, "open %s\n", text);
	return tls;
}

/* Give back what comes. 0 after the client's goodbye. */
static int
echo(struct tls *tls)
{
	uint8_t bytes[20000];
	size_t got, back = 0;

	while (!tls_ended(tls)) {
		got = tls_pull(tls, bytes, sizeof bytes);
		for (back = 0; back < got;) {
			back += tls_push(tls, bytes + back, got - back);
			if (tls_step(tls, -1, 0) < 0)
				return -1;
		}
		if (got == 0 && tls_step(tls, -1, PATIENCE_MS) < 0)
			return -1;
	}
	return 0;
}

static int
serve(int in, int out, const char *key, const char *friend, int ms)
{
	struct tls *tls = shake(in, out, true, key, friend, ms);
	int result = tls != NULL ? echo(tls) : -1;

	tls_close(tls);
	return result;
}

static int
accept_one(const struct address *address)
{
	struct sockaddr_storage from;
	socklen_t size = sizeof from;
	int listener[ADDRESS_LISTENERS], count, fd;
	char text[ADDRESS_TEXT];
	struct pollfd ready;

	count = address_listen(address, listener);
	if (count < 0)
		return -1;
	printf("ready\n");
	fflush(stdout);
	ready = (struct pollfd){listener[0], POLLIN, 0};
	must(poll(&ready, 1, PATIENCE_MS) == 1, "nobody came");
	fd = accept4(listener[0], (struct sockaddr *)&from, &size,
	    SOCK_NONBLOCK | SOCK_CLOEXEC);
	address_text(&from, text);
	fprintf(stderr, "from %s\n", text);
	while (count > 0)
		close(listener[--count]);
	return fd;
}

static int
call(int fd, const char *key, const char *friend, int ms)
{
	struct tls *tls = shake(fd, fd, false, key, friend, ms);
	char answer[7] = {0};
	int result = -1;

	if (tls != NULL && tls_write(tls, "hello\n", 6, PATIENCE_MS) == 0 &&
	    tls_read(tls, answer, 6, PATIENCE_MS) == 0) {
		printf("%s", answer);
		result = tls_finish(tls, PATIENCE_MS);
	}
	tls_close(tls);
	return result;
}

static int
foreign(int count, char **word)
{
	struct address address;
	int fd, result;

	signal(SIGPIPE, SIG_IGN);
	must(count == 6 && address_parse(word[2], &address) == 0, "usage");
	fd = strcmp(word[1], "serve") == 0
	    ? accept_one(&address)
	    : address_connect(&address, PATIENCE_MS);
	if (fd < 0)
		return failure();
	result = strcmp(word[1], "serve") == 0
	    ? serve(fd, fd, word[3], word[4], atoi(word[5]))
	    : call(fd, word[3], word[4], atoi(word[5]));
	close(fd);
	return result == 0 ? 0 : failure();
}

static int
show_key(const char *number)
{
	struct secret scalar = key_number((uint8_t)atoi(number));
	struct digest id = id_number((uint8_t)atoi(number));
	struct digest hidden = digest_from(scalar.byte);
	char text[DIGEST_HEX_SIZE];

	digest_hex(&hidden, text);
	printf("%s ", text);
	digest_hex(&id, text);
	printf("%s\n", text);
	return 0;
}

static int
serve_pipe(char **word)
{
	int result;

	signal(SIGPIPE, SIG_IGN);
	fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
	fcntl(STDOUT_FILENO, F_SETFL, O_NONBLOCK);
	result =
	    serve(STDIN_FILENO, STDOUT_FILENO, word[2], word[3], atoi(word[4]));
	if (result != 0)
		fprintf(stderr, "failed %s\n", fail_last()->text);
	return result == 0 ? 0 : (int)fail_last()->kind;
}

static double
now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Handshakes and bytes of one end, by its thread's own clock. */
struct load {
	int fd[2];
	double shaking, moving;
};

#define LOAD ((size_t)1 << 30)

static void *
load_server(void *context)
{
	static uint8_t bytes[65536];
	struct load *load = context;
	double start = now(CLOCK_THREAD_CPUTIME_ID);
	struct tls *tls = shake(load->fd[1], load->fd[1], true, "2", "1", 9999);
	size_t left = LOAD, got;

	load->shaking = now(CLOCK_THREAD_CPUTIME_ID) - start;
	start = now(CLOCK_THREAD_CPUTIME_ID);
	while (left > 0) {
		got = tls_pull(tls, bytes, sizeof bytes);
		left -= got;
		if (got == 0)
			must(tls_step(tls, -1, 9999) >= 0, "a step");
	}
	load->moving = now(CLOCK_THREAD_CPUTIME_ID) - start;
	while (!tls_ended(tls))
		must(tls_step(tls, -1, 9999) > 0, "the end");
	tls_close(tls);
	return NULL;
}

static int
speed(void)
{
	static uint8_t bytes[65536];
	struct load load;
	pthread_t thread;
	struct tls *tls;
	double start, shaking, moving, wall;
	size_t left;

	must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, load.fd) == 0,
	    "sockets");
	must(pthread_create(&thread, NULL, load_server, &load) == 0, "thread");
	start = now(CLOCK_THREAD_CPUTIME_ID);
	tls = shake(load.fd[0], load.fd[0], false, "1", "2", 9999);
	must(tls != NULL, "the handshake");
	shaking = now(CLOCK_THREAD_CPUTIME_ID) - start;
	start = now(CLOCK_THREAD_CPUTIME_ID);
	wall = now(CLOCK_MONOTONIC);
	for (left = LOAD; left > 0; left -= sizeof bytes)
		must(tls_write(tls, bytes, sizeof bytes, 9999) == 0, "writing");
	moving = now(CLOCK_THREAD_CPUTIME_ID) - start;
	wall = now(CLOCK_MONOTONIC) - wall;
	tls_finish(tls, 9999);
	pthread_join(thread, NULL);
	printf("handshake client %.2f ms, server %.2f ms\n", shaking * 1e3,
	    load.shaking * 1e3);
	printf("send %.2f s/GiB, receive %.2f s/GiB, wall %.2f s/GiB\n", moving,
	    load.moving, wall);
	tls_close(tls);
	return 0;
}

/* In one process each, over loopback. */
static void
over_loopback(const char *text)
{
	struct address address;
	int fd, tries, status;
	pid_t server;

	must(address_parse(text, &address) == 0, "an address");
	fflush(stdout);
	server = fork();
	if (server == 0) {
		(void)!freopen("/dev/null", "w", stdout);
		fd = accept_one(&address);
		_exit(serve(fd, fd, "2", "1", 5000) != 0);
	}
	for (tries = 0; tries < 500; tries++) {
		fd = address_connect(&address, 5000);
		if (fd >= 0)
			break;
		poll(NULL, 0, 10);
	}
	check(call(fd, "1", "2", 5000) == 0, "%s: %s", text, fail_last()->text);
	close(fd);
	waitpid(server, &status, 0);
	check(status == 0, "%s: the server failed", text);
}

int
main(int argc, char **argv)
{
	char address[32];

	if (argc == 3 && strcmp(argv[1], "key") == 0)
		return show_key(argv[2]);
	if (argc == 2 && strcmp(argv[1], "speed") == 0)
		return speed();
	if (argc == 5 && strcmp(argv[1], "pipe") == 0)
		return serve_pipe(argv);
	if (argc > 1)
		return foreign(argc, argv);
	snprintf(address, sizeof address, "127.%d.%d.1:7116",
	    2 + (int)getpid() / 250 % 250, 1 + (int)getpid() % 250);
	over_loopback(address);
	return failures != 0;
}
