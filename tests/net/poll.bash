# Shared by the tests of polls: load it behind net, and call `poll_setup N` in
# setup().
#
# All holders know each other. The backup is ./in, 2 of as many as there are
# holders, with shards of 20000 bytes. SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2154 # bats sets stderr, net.bash peers
# shellcheck disable=SC2094 # a step has read all before it writes

# poll_setup N [SIZE of ./in]
poll_setup()
{
	net_setup "$1"
	befriend
	bytes input "${2-200000}" > in
}

# back_up [NEED [TOTAL]]
back_up()
{
	shard-split -q -s 20000 -k "${1-2}" -n "${2-$peers}" in |
		timeout 60 shard-send -q > /dev/null
}

# shards_at STORE ...: its whole shards.
shards_at()
{
	find "$@" -path '*/shards/*' -type f -size 20000c | sort
}

# Holder 4 behind a liar with its key.
hold_behind()
{
	hold_at_back 4
}

# lie HOW
lie()
{
	lie_for 4 "$1"
}

# sum NAME FILE: of a column.
sum()
{
	jq -s "map(.$1) | add // 0" "$2"
}

# each VERB FILE ...: the step of all members, by hand.
each()
{
	local n
	for n in $(seq "$peers"); do
		shard-vote "$1" -C "b$n" -d "s$n" "${@:2}" || return
	done
}

# The steps up to the seed, and up to the certificate.
up_to_seed()
{
	each join poll > joined
	shard-vote challenge poll joined >> poll
	each reveal poll > revealed
	shard-vote seed poll revealed >> poll
}

from_seed()
{
	each prove poll > proofs
	each ballot poll proofs > ballots
	shard-vote tally poll proofs ballots > box
	each seal poll box > seals
	shard-vote certificate poll box seals > cert
}

# tell N QUESTION [PROOFS]: what the daemon of member N answers to the last
# document of a file, of the poll in ./poll.
tell()
{
	python - "$net.$1" "${@:2}" <<- 'END'
	import sys
	from dialogue import *
	def parts(name):
	    data = pathlib.Path(name).read_bytes()
	    file, start = io.BytesIO(data), 0
	    while start < len(data):
	        cbor2.CBORDecoder(file).decode()
	        yield data[start:file.tell()]
	        start = file.tell()
	host, question, *proofs = sys.argv[1:]
	asked = [list(parts("poll"))[1], list(parts(question))[-1]]
	for name in proofs:
	    asked += parts(name)
	status, words, said = Client(host, Identity("home")).ask(BALLOT,
	    size=1 << 20, data=encode(asked))
	sys.stdout.buffer.write(said)
	if status != OK:
	    sys.exit(words.decode())
	END
}

# forge WHO WORD FIELD VALUE FILE: the first document of FILE whose signer is
# WHO and whose kind is called WORD, with other bytes (hexadecimal) in FIELD.
forge()
{
	python - "$@" <<- 'END'
	import sys
	from dialogue import *
	who, word, field, value = Identity(sys.argv[1]), *sys.argv[2:5]
	kinds = {"opening": 11, "reveal": 14, "ballot": 16, "tally": 17, "seal": 18}
	def documents(data):
	    file = io.BytesIO(data)
	    while file.tell() < len(data):
	        one = cbor2.CBORDecoder(file).decode()
	        if not isinstance(one, list):
	            yield one
	        elif one[0].startswith(b"\xd2\x84"): # a box; items have no tally
	            yield cbor2.loads(one[0])
	for document in documents(pathlib.Path(sys.argv[5]).read_bytes()):
	    said = cbor2.loads(document.value[2])
	    if said[0] == kinds[word] and said[2] == who.point:
	        said[int(field)] = bytes.fromhex(value)
	        sys.stdout.buffer.write(who.sign(said[0], word, {
	            key: said[key] for key in said if key > 2}))
	        break
	else:
	    raise SystemExit("no such document")
	END
}

# convicts FILE WHO CRIME: the evidence in FILE is good, and against WHO.
convicts()
{
	run -1 --separate-stderr shard-vote -o json verify "$1"
	says 'the evidence is good'
	[ "$(jq -r "select(.crime == \"$3\").culprit" <<< "$output")" = \
		"$(id_of "$2")" ] || { echo "$output"; return 1; }
}
