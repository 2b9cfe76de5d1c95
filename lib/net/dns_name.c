/* SPDX-License-Identifier: ISC */
#include "net/dns.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"

static uint8_t
lower(uint8_t byte)
{
	return byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte;
}

static bool
is_digit(char character)
{
	return character >= '0' && character <= '9';
}

/* One byte of a label: itself, or \X, or \DDD. How long it is; 0: none. */
static size_t
parse_byte(const char *text, uint8_t *byte)
{
	int value;

	*byte = (uint8_t)text[0];
	if (text[0] != '\\')
		return 1;
	*byte = (uint8_t)text[1];
	if (!is_digit(text[1]))
		return text[1] != '\0' ? 2 : 0;
	if (!is_digit(text[2]) || !is_digit(text[3]))
		return 0;
	value = (text[1] - '0') * 100 + (text[2] - '0') * 10 + text[3] - '0';
	*byte = (uint8_t)value;
	return value <= 255 ? 4 : 0;
}

/* A label up to its dot, which is passed. -1 without a message. */
static int
parse_label(const char **text, struct dns_name *name)
{
	size_t length = name->size++, size;
	uint8_t byte;

	while (**text != '\0' && **text != '.') {
		size = parse_byte(*text, &byte);
		if (size == 0 || name->size - length > DNS_LABEL ||
		    name->size >= DNS_NAME - 1)
			return -1;
		name->byte[name->size++] = byte;
		*text += size;
	}
	if (**text == '.')
		(*text)++;
	name->byte[length] = (uint8_t)(name->size - length - 1);
	return name->byte[length] > 0 ? 0 : -1;
}

int
dns_name_parse(const char *text, struct dns_name *name)
{
	const char *left = strcmp(text, ".") == 0 ? "" : text;

	name->size = 0;
	while (*left != '\0')
		if (name->size >= DNS_NAME - 1 || parse_label(&left, name) != 0)
			return fail(FAIL_USAGE, "'%s' is not a domain name",
			    text);
	name->byte[name->size++] = 0;
	return 0;
}

static size_t
label_text(const uint8_t *label, char *text)
{
	size_t i, length = 0;

	for (i = 1; i <= label[0]; i++) {
		if (label[i] <= ' ' || label[i] > '~')
			length +=
			    (size_t)sprintf(text + length, "\\%03u", label[i]);
		else if (label[i] == '.' || label[i] == '\\')
			length +=
			    (size_t)sprintf(text + length, "\\%c", label[i]);
		else
			text[length++] = (char)label[i];
	}
	text[length] = '\0';
	return length;
}

void
dns_name_text(const struct dns_name *name, char text[static DNS_TEXT])
{
	const uint8_t *label = name->byte;
	size_t length = 0;

	strcpy(text, ".");
	for (; label[0] != 0; label += 1 + label[0]) {
		if (length > 0)
			text[length++] = '.';
		length += label_text(label, text + length);
	}
}

void
dns_name_label(const struct dns_name *name, char text[static DNS_LABEL_TEXT])
{
	label_text(name->byte, text);
}

static bool
same_bytes(const uint8_t *a, const uint8_t *b, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (lower(a[i]) != lower(b[i]))
			return false;
	return true;
}

bool
dns_name_equal(const struct dns_name *a, const struct dns_name *b)
{
	return a->size == b->size && same_bytes(a->byte, b->byte, a->size);
}

/* FNV-1a. */
uint32_t
dns_name_hash(const struct dns_name *name)
{
	uint32_t hash = 2166136261;
	size_t i;

	for (i = 0; i < name->size; i++)
		hash = (hash ^ lower(name->byte[i])) * 16777619;
	return hash ^ hash >> 16;
}

bool
dns_name_is_child(const struct dns_name *name, const struct dns_name *parent)
{
	size_t own = 1 + (size_t)name->byte[0];

	return own > 1 && name->size == own + parent->size &&
	    same_bytes(name->byte + own, parent->byte, parent->size);
}

int
dns_name_below(const char *text, const struct dns_name *parent,
    struct dns_name *name)
{
	if (dns_name_parse(text, name) != 0)
		return -1;
	if (name->size - 1 + parent->size > DNS_NAME)
		return fail(FAIL_USAGE, "the domain name of '%s' is too long",
		    text);
	memcpy(name->byte + name->size - 1, parent->byte, parent->size);
	name->size += parent->size - 1;
	return 0;
}
