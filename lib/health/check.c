/* SPDX-License-Identifier: ISC */
#include "health/check.h"

#include <string.h>

static const struct {
	const char *word;
	enum severity severity;
} known[CHECK_COUNT] = {
    [CHECK_NO_PEER] = {"NO_PEER", HEALTH_UNKNOWN},
    [CHECK_NO_BACKUP] = {"NO_BACKUP", HEALTH_CRITICAL},
    [CHECK_DATA_LOST] = {"DATA_LOST", HEALTH_CRITICAL},
    [CHECK_DATA_HIDDEN] = {"DATA_HIDDEN", HEALTH_CRITICAL},
    [CHECK_DATA_EDGE] = {"DATA_EDGE", HEALTH_CRITICAL},
    [CHECK_DATA_DEGRADED] = {"DATA_DEGRADED", HEALTH_WARNING},
    [CHECK_DATA_UNKNOWN] = {"DATA_UNKNOWN", HEALTH_WARNING},
    [CHECK_BACKUP_OLD] = {"BACKUP_OLD", HEALTH_WARNING},
    [CHECK_KEY_MISMATCH] = {"KEY_MISMATCH", HEALTH_WARNING},
    [CHECK_STORE_UNMOUNTED] = {"STORE_UNMOUNTED", HEALTH_WARNING},
    [CHECK_DAMAGE] = {"DAMAGE", HEALTH_WARNING},
    [CHECK_PEER_GONE] = {"PEER_GONE", HEALTH_WARNING},
    [CHECK_PEER_DOWN] = {"PEER_DOWN", HEALTH_WARNING},
    [CHECK_PEER_LATE] = {"PEER_LATE", HEALTH_WARNING},
    [CHECK_QUOTA] = {"QUOTA", HEALTH_WARNING},
    [CHECK_OWNER_SILENT] = {"OWNER_SILENT", HEALTH_WARNING},
    [CHECK_POLL_BAD] = {"POLL_BAD", HEALTH_WARNING},
    [CHECK_POLL_UNDECIDED] = {"POLL_UNDECIDED", HEALTH_WARNING},
    [CHECK_POLL_STALE] = {"POLL_STALE", HEALTH_WARNING},
    [CHECK_AUDIT_BAD] = {"AUDIT_BAD", HEALTH_WARNING},
    [CHECK_DRILL_FAILED] = {"DRILL_FAILED", HEALTH_WARNING},
    [CHECK_DRILL_STALE] = {"DRILL_STALE", HEALTH_WARNING},
    [CHECK_PEER_ROT] = {"PEER_ROT", HEALTH_WARNING},
    [CHECK_SCRUB_DAMAGE] = {"SCRUB_DAMAGE", HEALTH_WARNING},
    [CHECK_CLOCK_SKEW] = {"CLOCK_SKEW", HEALTH_WARNING},
};

const char *
check_word(enum check_name name)
{
	return known[name].word;
}

enum severity
check_severity(enum check_name name)
{
	return known[name].severity;
}

enum check_name
check_named(const char *word)
{
	int name;

	for (name = 0; name < CHECK_COUNT; name++)
		if (strcmp(known[name].word, word) == 0)
			break;
	return (enum check_name)name;
}

const char *
check_severity_word(enum severity severity)
{
	static const char *const word[] = {"OK", "WARNING", "CRITICAL",
	    "UNKNOWN"};

	return word[severity];
}

enum severity
check_worse(enum severity a, enum severity b)
{
	static const int rank[] = {0, 1, 3, 2};

	return rank[b] > rank[a] ? b : a;
}
