/* SPDX-License-Identifier: ISC */
/*
 * Runs a fuzz target once over each file given and over the empty input, so
 * that a corpus is replayed without libFuzzer.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
replay(const char *name)
{
	static uint8_t data[1 << 20];
	FILE *f = fopen(name, "rb");
	size_t size;
	uint8_t *exact;

	if (f == NULL) {
		perror(name);
		return -1;
	}
	size = fread(data, 1, sizeof data, f);
	fclose(f);
	/* A block of just this size lets ASan see a read past the end. */
	exact = malloc(size > 0 ? size : 1);
	if (exact == NULL)
		return -1;
	for (size_t i = 0; i < size; i++)
		exact[i] = data[i];
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
	return 0;
}

int
main(int argc, char **argv)
{
	int failed = 0;

	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	for (int i = 1; i < argc; i++)
		failed |= replay(argv[i]) < 0;
	return failed;
}
