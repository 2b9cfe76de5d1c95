#!/usr/bin/env bats
# Three members: who may be absent, and certificates that are refused.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2030,SC2031 # net.bash sets and uses them

load net
load poll

setup()
{
	poll_setup 3 100000
	hold_all
	back_up
}

teardown()
{
	net_teardown
}

# refused WORDS: ./other is no certificate, and for that reason.
refused()
{
	run -3 --separate-stderr shard-vote verify other
	says "$1"
	[ -z "$output" ]
}

# Goal: of three one may be absent, and is silent; of the other two none.
@test "one of three is away, and two of three" {
	halt TERM 2
	run -1 --separate-stderr timeout 60 shard-vote -o json -w cert
	says '3 voters: survives 1 absent, 0 dishonest'
	[ "$(jq 'select(.peer == "bob2").silent' <<< "$output")" -eq 3 ]
	[ "$(jq -s 'map(.ok) | add' <<< "$output")" -eq 6 ]
	rm cert
	run -1 --separate-stderr timeout 60 shard-vote -S -w cert
	says 'no quorum: 2 of 3 take part, and 3 must'
	halt TERM 3
	run -1 --separate-stderr timeout 60 shard-vote -w cert
	says 'no quorum: 1 of 3 take part, and 2 must'
	[ ! -e cert ]
}

# Goal: a certificate is good as it is, with the members document alone, and
# with nothing changed in it.
@test "a seal less, a seal twice, a stranger's, one byte" {
	timeout 60 shard-vote -q -o json -w cert > /dev/null
	new_home mallory
	python - <<- 'END'
	from dialogue import *
	tally, seals, items = cbor2.loads(pathlib.Path("cert").read_bytes())
	said = cbor2.loads(cbor2.loads(seals[0]).value[2])
	strange = Identity("mallory").sign(18, "seal", {
	    key: said[key] for key in said if key > 2})
	for name, others in (("less", seals[:1]), ("more", seals + [strange]),
	                     ("twice", [seals[0]] * 2), ("turned", seals[::-1]),
	                     ("stranger", [seals[0], strange])):
	    pathlib.Path(name).write_bytes(encode([tally, others, items]))
	END
	mv less other && refused 'has 1 seals, and must have 2'
	mv more other && refused 'has 3 seals, and must have 2'
	mv twice other && refused 'twice or out of order'
	mv turned other && refused 'twice or out of order'
	mv stranger other && refused 'of one that has no vote'
	cp cert other && flip other
	run -3 shard-vote verify other
	mkdir elsewhere
	cp home/members cert elsewhere
	rm -r home b? s?
	(cd elsewhere && shard-vote -C . -o json verify cert) > rows
	[ "$(jq -s 'map(.ok) | add' rows)" -eq 9 ]
}
