/* SPDX-License-Identifier: ISC */
/*
 * Two members documents, and polls of the same number under each.
 *
 *   N Q B       as in poll.pml. The first document names members 0..N-1, the
 *               second 1..N: member 0 was removed, member N is new.
 *               0..B-1 lie, and the poller does.
 *   NAMED=0     a poll's name does not say which document it is held under
 *   NEWEST=0    members vote under a document older than one they know
 *
 * A tally is 0 or 1, and a seal is a signature over the poll's name and a
 * tally. Members hear of the second document at any moment, or never.
 */
#define HAS(set, i) (((set) >> (i)) & 1)
#define COUNT(set) (HAS(set, 0) + HAS(set, 1) + HAS(set, 2) + HAS(set, 3) \
	+ HAS(set, 4) + HAS(set, 5) + HAS(set, 6))
#define MEMBERS(e) (((1 << N) - 1) << (e))
#define LIARS ((1 << B) - 1)
#define HONEST (((1 << (N + 1)) - 1) & ~LIARS)
#define NAME(e) ((e) * NAMED)

byte by[4];		/* by[name * 2 + tally]: whose seals there are */
byte sealed[2];		/* who has sealed the poll of that name */
byte heard;		/* of the second document */
bool late;		/* an honest seal under the old one, knowing better */
bool two;		/* certificates of one poll */
bool both;		/* documents, and one certificate for them */

/* Whether the seals on a tally of that name are a certificate under e. */
#define VERIFIES(name, tally, e) ((name) == NAME(e) && \
	COUNT((by[(name) * 2 + tally] | LIARS) & MEMBERS(e)) >= Q)

active proctype world()
{
	byte m, e, t;
	do
	:: atomic { m = B; do :: m < N -> m++ :: break od;
		heard = heard | (1 << m); m = 0 }
	:: atomic { m = B; do :: m < N -> m++ :: break od;
		e = 0; if :: e = 1 :: skip fi;
		t = 0; if :: t = 1 :: skip fi;
		if
		:: HAS(MEMBERS(e), m) && !HAS(sealed[NAME(e)], m) &&
		   (!NEWEST || e == 1 || !HAS(heard, m)) ->
			if
			:: e == 1 -> heard = heard | (1 << m)
			:: e == 0 && HAS(heard, m) -> late = true
			:: else
			fi;
			sealed[NAME(e)] = sealed[NAME(e)] | (1 << m);
			by[NAME(e) * 2 + t] = by[NAME(e) * 2 + t] | (1 << m);
			if
			:: VERIFIES(NAME(e), 0, e) && VERIFIES(NAME(e), 1, e) ->
				two = true
			:: else
			fi;
			if
			:: VERIFIES(NAME(e), t, 0) && VERIFIES(NAME(e), t, 1) ->
				both = true
			:: else
			fi
		:: else
		fi;
		m = 0; e = 0; t = 0 }
	od
}

/* No two certificates of one poll; none verifies under two documents; whoever
 * knows the newer one gives no seal under the older. */
ltl s1 { [] !two }
ltl s6 { [] !both }
ltl s7 { [] !late }
