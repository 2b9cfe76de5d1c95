/* SPDX-License-Identifier: ISC */
/*
 * One poll about one item: ballots, a tally, seals, a certificate.
 *
 *   N Q B       members; seals that make a certificate; of the members
 *               0..B-1 lie: they sign anything, any number of times
 *   SETTLE      ballots that settle an item (Q, if not said)
 *   GOOD        ballots that settle that it is there, before it is asked
 *               whether SETTLE say that it is not: vote/count.h has B + 1
 *   LIAR=1      the poller lies, too: it shows any tally of true ballots to
 *               anyone, any number of times, and may vanish
 *   CRASH=1     every honest member crashes once; JOURNAL=0: and has
 *               forgotten what it signed, and looks again
 *   SAW=0|1|2   what the honest saw: the item is there; it is not; each
 *               its own
 *   ANY=1       members seal tallies that leave their own ballots out
 *
 * A ballot says 0 (it is there) or 1 (it is not). A tally is two sets of
 * members: those whose ballots are in it, and of them those that said 1. The
 * network's delays and losses are the poller's, and the scheduler's, taking
 * their time. What a liar signs need not be stored: it signs whatever is
 * wanted. Of an honest member two seals are stored, which is enough to see a
 * second one.
 */
#ifndef SETTLE
#define SETTLE Q
#endif
#define ALL ((1 << N) - 1)
#define LIARS ((1 << B) - 1)
#define HONEST (ALL & ~LIARS)
#define HAS(set, i) (((set) >> (i)) & 1)
#define COUNT(set) (HAS(set, 0) + HAS(set, 1) + HAS(set, 2) + HAS(set, 3) \
	+ HAS(set, 4) + HAS(set, 5) + HAS(set, 6))
#ifdef GOOD
#define VERDICT(cast, bad) (COUNT((cast) & ~(bad)) >= GOOD -> 0 : \
	(COUNT(bad) >= SETTLE -> 1 : 2))
#else
#define VERDICT(cast, bad) (COUNT(bad) >= SETTLE -> 1 : \
	(COUNT((cast) & ~(bad)) >= SETTLE -> 0 : 2))
#endif

byte saw;			/* what the honest saw */
byte said;			/* and remember having said */
byte cast, sealed;		/* who remembers a ballot, a seal */
byte signed_good, signed_bad;	/* whose ballots are in the world */
byte seal_cast[N], seal_bad[N];	/* whose seals, on which tally */
byte again_cast[N], again_bad[N];
byte certificates, first_cast, first_bad, first_by, second_by;
byte verdict = 3;		/* of the first certificate; 3: none */
byte crashed, left;
bool two, twice, over;

/* Whoever has Q seals on one tally has a certificate. */
inline certify(c, d)
{
	by = LIARS; i = B;
	do
	:: i < N ->
		if
		:: (seal_cast[i] == c && seal_bad[i] == d) ||
		   (again_cast[i] == c && again_bad[i] == d) -> by = by | (1 << i)
		:: else
		fi;
		i++
	:: else -> break
	od;
	if
	:: COUNT(by) >= Q && certificates == 0 ->
		certificates = 1; first_cast = c; first_bad = d; first_by = by;
		verdict = VERDICT(c, d)
	:: COUNT(by) >= Q && certificates == 1 &&
	   (first_cast != c || first_bad != d) ->
		certificates = 2; second_by = by; two = true
	:: else
	fi;
	by = 0; i = 0
}

/* The honest member m is shown a tally: its two hard rules. */
inline present(m, c, d)
{
	if
	:: HAS(cast, m) && !HAS(sealed, m) && COUNT(c) >= Q &&
	   (ANY || HAS(c, m)) &&
	   (!HAS(c, m) || HAS(d, m) == HAS(said, m)) &&
	   (c & ~d & ~signed_good & HONEST) == 0 &&
	   (d & ~signed_bad & HONEST) == 0 ->
		sealed = sealed | (1 << m);
		if
		:: seal_cast[m] == 0 -> seal_cast[m] = c; seal_bad[m] = d
		:: seal_cast[m] != 0 && (seal_cast[m] != c || seal_bad[m] != d) ->
			again_cast[m] = c; again_bad[m] = d; twice = true
		:: else
		fi;
		certify(c, d)
	:: else
	fi
}

proctype member(byte me)
{
	do
	:: atomic {
		!HAS(cast, me) -> cast = cast | (1 << me);
		if
		:: HAS(saw, me) -> signed_bad = signed_bad | (1 << me);
			said = said | (1 << me)
		:: else -> signed_good = signed_good | (1 << me);
			said = said & ~(1 << me)
		fi }
	:: atomic {
		CRASH && HAS(cast, me) && !HAS(crashed, me) ->
		crashed = crashed | (1 << me);
		if
		:: JOURNAL
		:: else -> cast = cast & ~(1 << me); sealed = sealed & ~(1 << me);
			if :: saw = saw ^ (1 << me) :: skip fi
		fi }
	:: atomic { (certificates > 0 || over) && HAS(cast, me) ->
		left = left | (1 << me); break }
	od
}

proctype poller()
{
	byte c, d, i, m, by;
#if LIAR
	do
	:: atomic {	/* any set of ballots that there are, to any member */
		m = B; do :: m < N - 1 -> m++ :: break od;
		c = 1; do :: c < ALL -> c++ :: break od;
		do
		:: i < N && HAS(c, i) && (i < B || HAS(signed_bad, i)) ->
			d = d | (1 << i); i++
		:: i < N && HAS(c, i) && (i < B || HAS(signed_good, i)) -> i++
		:: i < N && HAS(c, i) && i >= B &&
		   !HAS(signed_good | signed_bad, i) -> c = c & ~(1 << i); i++
		:: i < N && !HAS(c, i) -> i++
		:: i >= N -> break
		od;
		i = 0; present(m, c, d); c = 0; d = 0; m = 0 }
	:: atomic { over = true; break }
	od
#else
	atomic {	/* the end of the window: all honest ballots are in */
		(cast & HONEST) == HONEST -> c = HONEST; d = said & HONEST;
		do
		:: i < B ->
			if
			:: c = c | (1 << i)
			:: c = c | (1 << i); d = d | (1 << i)
			:: skip
			fi;
			i++
		:: else -> break
		od;
		i = 0; m = B }
	do
	:: atomic { m < N -> present(m, c, d); m++ }
	:: m >= N -> break
	od
#endif
}

init {
	atomic {
		byte k = B;
		if
		:: SAW == 0 -> saw = 0
		:: SAW == 1 -> saw = ALL
		:: SAW == 2 -> do :: saw < ALL -> saw++ :: break od
		fi;
		do :: k < N -> run member(k); k++ :: else -> break od;
		k = 0; run poller()
	}
}

/* Safety: agreement, no false accusation, no false comfort, culprits named,
 * no honest member signs twice. */
ltl s1 { [] !two }
ltl s2 { [] (verdict != 1 || SAW != 0) }
ltl s3 { [] (verdict != 0 || SAW != 1) }
ltl s4 { [] (!two || COUNT(first_by & second_by) >= 2 * Q - N) }
ltl s5 { [] (!twice && (signed_good & signed_bad & HONEST) == 0) }

/* What is certified, an honest member has seen: that it is there; that not. */
ltl s8 { [] (verdict != 0 || (first_cast & ~first_bad & HONEST) != 0) }
ltl s9 { [] (verdict != 1 || (first_bad & HONEST) != 0) }

/* Liveness: there is a certificate, every honest member is done with the
 * poll, what all saw is what it says: that it is not there; that it is. */
ltl l1 { <> (certificates > 0) }
ltl l2 { <> (left == HONEST) }
ltl l3 { <> (verdict == 1) }
ltl l4 { <> (verdict == 0) }
