/* SPDX-License-Identifier: ISC */
#ifndef FIND_TRIED_H
#define FIND_TRIED_H

/*
 * Which addresses have led to their peers, noted in the cache of peer-find:
 * those that did are tried before their likes from then on, those that did not
 * come last for ten minutes. What is not in the cache is not added to it.
 */

struct holders;
struct roster;

/*
 * Note what holders_open has tried of this roster. That the cache cannot be
 * read or written is no failure of who speaks to peers.
 */
void tried_note(const struct holders *holders, const struct roster *roster);

#endif
