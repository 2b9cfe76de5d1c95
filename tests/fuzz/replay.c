/* SPDX-License-Identifier: ISC */
/*
 * Runs a fuzz target without libFuzzer: once over each file given and over the
 * empty input, so that a corpus is replayed; and with MUTATIONS=ROUNDS in the
 * environment over so many inputs that are made of these by chance, always the
 * same ones of one SEED. When the target fails, its seed and round are told.
 */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define INPUT_MOST (1 << 20) /* of a file */
#define MADE_MOST (1 << 16)  /* of an input that is made */
#define EDITS_MOST 8

#ifdef __SANITIZE_ADDRESS__
#define HAS_ASAN 1
#else
#define HAS_ASAN 0
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	uint8_t *data;
	size_t size;
};

static uint64_t state;
static char now[80]; /* what is under way, for who sees it fail */

/* SplitMix64 (Steele, Lea and Flood 2014): below `limit`, which is not 0. */
static size_t
draw(size_t limit)
{
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (size_t)((z ^ z >> 31) % limit);
}

/* A block of just this size lets ASan see a read past either end. */
static int
run_block(const uint8_t *data, size_t size)
{
	uint8_t *exact = malloc(size > 0 ? size : 1);

	if (exact == NULL)
		return -1;
	memcpy(exact, data, size);
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
	return 0;
}

/* The end of memory, with a page behind it that nobody may read. */
static uint8_t *
guarded_end(void)
{
	static uint8_t *end;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint8_t *block;

	if (end != NULL)
		return end;
	block = mmap(NULL, INPUT_MOST + page, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (block == MAP_FAILED ||
	    mprotect(block + INPUT_MOST, page, PROT_NONE) != 0)
		return NULL;
	return end = block + INPUT_MOST;
}

/* Without ASan, a read past the end is a crash at least. */
static int
run(const uint8_t *data, size_t size)
{
	uint8_t *end = guarded_end();

	if (HAS_ASAN)
		return run_block(data, size);
	if (end == NULL)
		return -1;
	memcpy(end - size, data, size);
	LLVMFuzzerTestOneInput(end - size, size);
	return 0;
}

static int
read_input(const char *name, struct input *input)
{
	FILE *f = fopen(name, "rb");

	input->data = malloc(INPUT_MOST);
	if (f == NULL || input->data == NULL) {
		perror(name);
		return -1;
	}
	input->size = fread(input->data, 1, INPUT_MOST, f);
	fclose(f);
	return 0;
}

/* Put `size` bytes in the place of `gone` ones, if they fit. */
static void
splice(struct input *made, size_t at, size_t gone, const uint8_t *data,
    size_t size)
{
	if (made->size - gone + size > MADE_MOST)
		return;
	memmove(made->data + at + size, made->data + at + gone,
	    made->size - at - gone);
	memcpy(made->data + at, data, size);
	made->size += size - gone;
}

/* One change: a bit, a byte, a number, a piece less, or one of another. */
static void
edit(struct input *made, const struct input *other)
{
	static const uint8_t telling[] = {0, 1, 0x0c, 0x3f, 0x40, 0x7f, 0x80,
	    0xc0, 0xff};
	size_t at = draw(made->size + 1), left = made->size - at;
	size_t from = draw(other->size + 1);
	uint8_t pair[2] = {telling[draw(sizeof telling)],
	    telling[draw(sizeof telling)]};

	switch (draw(6)) {
	case 0:
		if (left > 0)
			made->data[at] ^= (uint8_t)(1 << draw(8));
		break;
	case 1:
		if (left > 0)
			made->data[at] = (uint8_t)draw(256);
		break;
	case 2:
		splice(made, at, left > 1 ? 2 : left, pair, sizeof pair);
		break;
	case 3:
		splice(made, at, draw(left + 1), pair, 0);
		break;
	case 4:
		splice(made, at, 0, other->data + from,
		    draw(other->size - from + 1));
		break;
	default:
		splice(made, at, draw(left + 1), other->data + from,
		    draw(other->size - from + 1));
	}
}

static int
mutate(const struct input *input, size_t count, size_t rounds, uint64_t seed)
{
	static uint8_t bytes[MADE_MOST];
	struct input made = {.data = bytes};
	const struct input *of;
	size_t round, edits;

	state = seed;
	for (round = 0; round < rounds; round++) {
		snprintf(now, sizeof now, "SEED=%llu, round %zu\n",
		    (unsigned long long)seed, round);
		of = &input[draw(count)];
		made.size = of->size < MADE_MOST ? of->size : MADE_MOST;
		memcpy(made.data, of->data, made.size);
		for (edits = 1 + draw(EDITS_MOST); edits > 0; edits--)
			edit(&made, &input[draw(count)]);
		if (run(made.data, made.size) != 0)
			return -1;
	}
	return 0;
}

static void
tell(int signal_number)
{
	if (write(STDERR_FILENO, now, strlen(now)) < 0)
		_exit(1);
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

static uint64_t
number(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

int
main(int argc, char **argv)
{
	struct input *input = calloc((size_t)argc, sizeof *input);
	uint64_t rounds = number("MUTATIONS", 0), seed = number("SEED", 1);
	int i, failed = input == NULL;

	signal(SIGABRT, tell);
	signal(SIGSEGV, tell);
	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	for (i = 1; i < argc && !failed; i++) {
		snprintf(now, sizeof now, "%.70s\n", argv[i]);
		failed = read_input(argv[i], &input[i - 1]) != 0 ||
		    run(input[i - 1].data, input[i - 1].size) != 0;
	}
	if (!failed && rounds > 0 && argc > 1) {
		printf("%llu mutations of %d inputs, SEED=%llu\n",
		    (unsigned long long)rounds, argc - 1,
		    (unsigned long long)seed);
		fflush(stdout);
		failed = mutate(input, (size_t)argc - 1, rounds, seed) != 0;
	}
	for (i = 1; i < argc && input != NULL; i++)
		free(input[i - 1].data);
	free(input);
	return failed;
}
