/* SPDX-License-Identifier: ISC */
#include "format/found_json.h"

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "format/found_text.h"

/* What is still to be read, and what was said of interest. */
struct json {
	char *at;
	char *id, *address;
	struct found *found;
};

static int
malformed(const struct json *json)
{
	return fail(FAIL_DATA,
	    "this is not a JSON object of one level, from '%.20s' on",
	    json->at);
}

static void
skip_blanks(struct json *json)
{
	json->at += strspn(json->at, " \t\r\n");
}

/* Step over `mark` if it is next. */
static bool
take(struct json *json, char mark)
{
	skip_blanks(json);
	if (*json->at != mark)
		return false;
	json->at++;
	return true;
}

/* A text, which gets its NUL; NULL when there is none. Escapes stay as is. */
static char *
take_text(struct json *json)
{
	char *text, *end;

	if (!take(json, '"'))
		return NULL;
	text = end = json->at;
	while (*end != '"' && *end != '\0')
		end += end[0] == '\\' && end[1] != '\0' ? 2 : 1;
	if (*end == '\0')
		return NULL;
	*end = '\0';
	json->at = end + 1;
	return text;
}

static int
take_number(struct json *json, const char *name, const char *value)
{
	struct found *found = json->found;
	bool plain = strspn(value, "0123456789") == strlen(value);
	unsigned long number = plain ? strtoul(value, NULL, 10) : 0;

	if (strcmp(name, "ttl") == 0 && plain && number <= UINT32_MAX)
		found->ttl = number;
	else if (strcmp(name, "priority") == 0 && plain && number <= UINT16_MAX)
		found->priority = (uint16_t)number;
	else if (strcmp(name, "weight") == 0 && plain && number <= UINT16_MAX)
		found->weight = (uint16_t)number;
	else if (strcmp(name, "ttl") == 0 || strcmp(name, "priority") == 0 ||
	    strcmp(name, "weight") == 0)
		return fail(FAIL_DATA, "the %s '%.20s' is out of range", name,
		    value);
	return 0;
}

/* A value without quotes: a number, true, false or null. */
static int
take_bare(struct json *json, const char *name)
{
	char value[32];
	size_t length;

	skip_blanks(json);
	length = strspn(json->at, "+-.0123456789Eaeflnrstu");
	if (length == 0 || length >= sizeof value)
		return malformed(json);
	memcpy(value, json->at, length);
	value[length] = '\0';
	json->at += length;
	return strcmp(value, "null") == 0 ? 0 : take_number(json, name, value);
}

static int
take_pair(struct json *json)
{
	char *name = take_text(json), *text;

	if (name == NULL || !take(json, ':'))
		return malformed(json);
	skip_blanks(json);
	if (*json->at != '"')
		return take_bare(json, name);
	text = take_text(json);
	if (text == NULL)
		return malformed(json);
	if (strcmp(name, "id") == 0)
		json->id = text;
	if (strcmp(name, "address") == 0)
		json->address = text;
	return 0;
}

int
found_json_read(char *text, struct found *found)
{
	struct json json = {.at = text, .found = found};

	if (!take(&json, '{'))
		return malformed(&json);
	if (!take(&json, '}')) {
		do
			if (take_pair(&json) != 0)
				return -1;
		while (take(&json, ','));
		if (!take(&json, '}'))
			return malformed(&json);
	}
	skip_blanks(&json);
	if (*json.at != '\0')
		return malformed(&json);
	if (json.address == NULL)
		return fail(FAIL_DATA, "a JSON object has no \"address\"");
	if (strcmp(json.address, "?") == 0)
		return 0;
	if (json.id != NULL && found_text_take_id(json.id, found) != 0)
		return -1;
	return found_text_take_address(json.address, found) == 0 ? 1 : -1;
}
